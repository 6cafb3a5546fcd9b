//! A small AWS on loopback that really executes jobs, endpoints and reviews.
//!
//! [`LocalAws::start`] serves it on 127.0.0.1; [`LocalAws::in_process`] without a socket, for the
//! SDK's clients with [`connector::InProcess`]. `parts` lists the services; each is a crate.

pub mod connector;

mod http;
mod local;
mod open_files;
mod parts;
#[cfg(test)]
mod semantics;
mod serve;
mod start;
mod sts;

pub use local_autoscaling as autoscaling;
pub use local_cloudwatch as cloudwatch;
pub use local_core::authorization;
pub use local_core::event;
pub use local_core::journal;
pub use local_core::store::Store;
pub use local_core::{
    ACCOUNT, Cloud, Credentials, DEFAULT_REGION, Iam, Principal, Settings, Source, Who,
};
pub use local_iam as iam;
pub use local_messages::sns;
pub use local_people::a2i;
pub use local_s3 as s3;
pub use local_sagemaker::jobs;
pub use local_stack as stack;
pub use start::LocalAws;
