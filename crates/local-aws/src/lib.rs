//! A small AWS on loopback that really executes jobs, endpoints and reviews.
//!
//! `LocalAws::start` serves it on 127.0.0.1; `LocalAws::in_process` without a socket, for the
//! SDK's clients with `connector::InProcess`. The store is the only state; the wire is the only
//! way in; `services` lists what answers.

pub mod cloud;
pub mod connector;
pub mod event;
pub mod http;
pub mod start;
pub mod store;
pub mod wire;
pub mod world;

mod local;
mod services;

pub mod a2i;
pub mod cognito;
pub mod events;
pub mod jobs;
pub mod lambda;
pub mod pipelines;
pub mod portal;
pub mod s3;
pub mod sagemaker;
pub mod sagemaker_runtime;
pub mod scheduler;
pub mod sqs;
pub mod stack;
pub mod sts;
pub mod workforce;

pub use cloud::{ACCOUNT, Call, Cloud, Credentials, DEFAULT_REGION, Principal, Settings};
pub use start::LocalAws;
