//! From an HTTP request to an operation and back: AWS's protocols, errors and signatures.

pub mod apis;
pub mod constraints;
pub mod error;
pub mod headers;
pub mod json;
pub mod limits;
pub mod operation;
pub mod permission;
pub mod semantics;
pub mod sigv4;
pub mod table;

mod answer;
mod body;
mod cbor;
mod protocol;
mod query;
mod refusal;
mod route;
mod row;

pub use answer::answer;
pub use error::AwsError;
pub use json::{epoch_seconds, extend, number, without_nulls};
pub use operation::{Answer, Operation, RawRequest, Reply};
pub use protocol::Protocol;
pub use table::{Api, Front, Table};
