//! A service as one value: what a crate brings. It is data, read and listed like the operations.

use std::sync::Arc;

use axum::Router;

use crate::authorization::Authority;
use crate::cloud::Cloud;
use crate::driver::Controller;
use crate::targets::Target;
use crate::wire::constraints::Constraints;
use crate::wire::permission::Permission;
use crate::wire::semantics::Semantics;
use crate::wire::{Api, Front, Operation};

#[derive(Default)]
pub struct Part {
    /// Several crates may add operations to one API, as to SageMaker's.
    pub operations: Vec<(Api, Vec<Operation>)>,
    /// What these operations ask of their caller's policies; without a row only the owner may call one.
    pub permissions: &'static [Permission],
    /// AWS's limits on the members of these operations.
    pub constraints: Vec<Constraints>,
    /// Where these operations do otherwise than AWS's.
    pub semantics: &'static [Semantics],
    /// Long work, run by the driver.
    pub controllers: Vec<Controller>,
    /// The kinds of ARN that this service takes deliveries for.
    pub targets: Vec<Target>,
    /// Plain HTTP below `/_…`, where no bucket can be: no signature, no service.
    pub routes: Option<fn(&Arc<Cloud>) -> Router>,
    /// Amazon S3's wire, whose requests are not looked up in a table.
    pub front: Option<OpenFront>,
    /// IAM's answers.
    pub authority: Option<&'static dyn Authority>,
    /// Brings the state in order before anything is served.
    pub recover: Option<fn(&Cloud)>,
    /// Records what CloudWatch's metrics count once a minute, as the length of a queue.
    pub measure: Option<fn(&Cloud)>,
    /// Ends what runs in memory, when the cloud stops.
    pub stop: Option<fn(&Cloud)>,
}

/// Makes the front for a cloud.
pub type OpenFront = fn(&Arc<Cloud>) -> Arc<dyn Front>;
