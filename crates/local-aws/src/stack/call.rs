//! A service's own operation, called as CloudFormation would.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use sam::Pseudo;
use serde_json::Value;

use crate::cloud::{Call, Cloud, Principal};
use crate::services::{self, Services};
use crate::wire::{Answer, AwsError, RawRequest};

/// What every resource needs.
pub(super) struct Context {
    pub cloud: Arc<Cloud>,
    pub pseudo: Pseudo,
    services: Services,
}

impl Context {
    pub fn new(cloud: &Arc<Cloud>, pseudo: Pseudo) -> Self {
        Self {
            cloud: cloud.clone(),
            pseudo,
            services: services::services(cloud),
        }
    }

    pub fn arn(&self, service: &str, resource: &str) -> String {
        self.cloud.arn(service, &self.pseudo.region, resource)
    }

    /// `reviewloop-Something`: the name of what the template leaves unnamed.
    pub fn default_name(&self, logical_id: &str) -> String {
        format!("{}-{logical_id}", self.pseudo.stack_name)
    }

    /// Calls `operation` of the service with this name; it refuses what it does not honour.
    pub async fn call(
        &self,
        service: &str,
        operation: &str,
        members: Value,
    ) -> Result<Value, AwsError> {
        let of_service = self.services.table.iter().filter(|row| row.name == service);
        let row = of_service
            .flat_map(|service| &service.operations)
            .find(|row| row.name == operation)
            .ok_or_else(|| {
                AwsError::unsupported(format!(
                    "local-aws does not have the operation {operation} of {service}"
                ))
            })?;
        let call = Call {
            cloud: self.cloud.clone(),
            region: self.pseudo.region.clone(),
            principal: Principal("cloudformation".to_owned()),
            request_id: self.cloud.world.uuid(),
        };
        let request = RawRequest {
            method: Method::POST,
            path: "/".to_owned(),
            labels: BTreeMap::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Bytes::from(members.to_string()),
        };
        match (row.run)(call, request).await? {
            Answer::Members(members) => Ok(members),
            Answer::Raw(_) => Err(AwsError::internal(format!(
                "{operation} does not answer members"
            ))),
        }
    }
}
