//! The library of every service of local-aws. `names`, `tags`, `timestamp`, `listing` and `wire::limits`
//! are SageMaker's, whose operations lie in three crates.
//!
//! A service is a crate that brings one [`part::Part`]; its operations get a [`Call`]. The
//! [`store`] is the only state, the [`world`] the only clock, the [`wire`] the only way in.

pub mod authorization;
pub mod dice;
pub mod driver;
pub mod due;
pub mod event;
pub mod journal;
pub mod listing;
pub mod metrics;
pub mod names;
pub mod page;
pub mod part;
pub mod processes;
pub mod programs;
pub mod store;
pub mod tags;
pub mod targets;
pub mod timestamp;
pub mod wire;
pub mod world;

mod account;
mod arn;
mod call;
mod cloud;
mod credentials;
mod memory;
mod principal;
mod question;
mod settings;
mod source;

pub use account::ACCOUNT;
pub use arn::Arn;
pub use call::Call;
pub use cloud::Cloud;
pub use credentials::Credentials;
pub use principal::{Principal, Who};
pub use settings::{DEFAULT_REGION, Iam, Settings};
pub use source::Source;
