//! What an operation needs beside its input.

use std::sync::Arc;

use s3s::S3Request;

use crate::event::Cause;
use crate::failure::Failure;
use crate::origin::Origin;
use local_core::{ACCOUNT, Cloud, Principal};

#[derive(Clone)]
pub(crate) struct Api {
    pub cloud: Arc<Cloud>,
}

impl Api {
    pub fn new(cloud: Arc<Cloud>) -> Self {
        Self { cloud }
    }

    /// Whose key has signed the request.
    pub fn principal<T>(&self, request: &S3Request<T>) -> Result<Principal, Failure> {
        let principal = request.extensions.get::<Principal>().cloned();
        principal.ok_or(Failure::AccessDenied("Access Denied"))
    }

    pub fn cause<T>(&self, request: &S3Request<T>, reason: &'static str) -> Cause {
        let origin = request.extensions.get::<Origin>();
        Cause {
            request_id: origin.map_or_else(String::new, |origin| origin.request_id.clone()),
            time: self.cloud.world.now(),
            reason,
        }
    }
}

/// `x-amz-expected-bucket-owner` must be the one account.
pub(crate) fn check_owner(expected: Option<&String>) -> Result<(), Failure> {
    match expected {
        Some(owner) if owner != ACCOUNT => Err(Failure::AccessDenied("Access Denied")),
        _ => Ok(()),
    }
}
