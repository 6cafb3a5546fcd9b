//! One request, as an operation gets it.

use std::sync::Arc;

use crate::cloud::Cloud;
use crate::principal::Principal;

#[derive(Clone)]
pub struct Call {
    pub cloud: Arc<Cloud>,
    /// The region that the request is signed for.
    pub region: String,
    pub principal: Principal,
    pub request_id: String,
}

impl Call {
    /// An ARN in the call's region and account.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        self.cloud.arn(service, &self.region, resource)
    }
}
