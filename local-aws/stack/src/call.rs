//! A service's own operation, called as CloudFormation would.

use std::sync::Arc;

use sam::Pseudo;
use serde_json::Value;

use local_core::wire::{Api, AwsError, table};
use local_core::{ACCOUNT, Cloud, Principal};

/// The stack's name, and so the prefix of its resources' names.
pub const STACK_NAME: &str = "reviewloop";

/// The cloud and the stack that every resource belongs to.
pub(super) struct Context {
    pub cloud: Arc<Cloud>,
    pub pseudo: Pseudo,
}

impl Context {
    pub fn new(cloud: &Arc<Cloud>) -> Self {
        let region = cloud.settings.region.clone();
        let id = format!("stack/{STACK_NAME}/local");
        let pseudo = Pseudo {
            account_id: ACCOUNT.to_owned(),
            stack_name: STACK_NAME.to_owned(),
            stack_id: cloud.arn("cloudformation", &region, &id),
            region,
            ..Pseudo::default()
        };
        Self {
            cloud: cloud.clone(),
            pseudo,
        }
    }

    pub fn arn(&self, service: &str, resource: &str) -> String {
        self.cloud.arn(service, &self.pseudo.region, resource)
    }

    /// `reviewloop-Something`: the name of a resource that the template leaves unnamed.
    pub fn default_name(&self, logical_id: &str) -> String {
        format!("{}-{logical_id}", self.pseudo.stack_name)
    }

    /// Calls `operation` of this API; it refuses what it does not honour.
    pub async fn call(&self, api: Api, operation: &str, members: Value) -> Result<Value, AwsError> {
        let principal = Principal::cloudformation();
        let caller = (self.pseudo.region.as_str(), principal);
        table::call(&self.cloud, api, operation, caller, &members).await
    }
}
