//! Every operation of this cloud in one table, and the call of one by its name.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use bytes::Bytes;
use futures::future::BoxFuture;
use http::{HeaderMap, Method, Request, Response};
use serde_json::Value;

use super::error::AwsError;
use super::operation::{Answer, Operation, RawRequest};
use super::permission;
use super::protocol::Protocol;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::principal::Principal;

/// An AWS API: one protocol and one signing name. Several parts may add operations to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Api {
    /// As in AWS's documentation: `SageMaker Runtime`.
    pub name: &'static str,
    /// The service of the credential scope; `sagemaker` is shared by several.
    pub signing_name: &'static str,
    pub protocol: Protocol,
}

/// One API at the wire.
pub struct Service {
    pub api: Api,
    pub operations: Vec<Operation>,
}

/// Amazon S3 reads and verifies its requests by itself.
pub trait Front: Send + Sync {
    fn answer<'a>(
        &'a self,
        cloud: &'a Arc<Cloud>,
        request: Request<Body>,
    ) -> BoxFuture<'a, Response<Body>>;
}

/// Every API and its operations.
pub struct Table {
    pub(super) services: Vec<Service>,
}

/// The table of a cloud, set once when it opens.
#[derive(Default)]
struct OfCloud(OnceLock<Arc<Table>>);

impl Table {
    /// Joins the operations of all parts, API by API.
    pub fn new(rows: Vec<(Api, Vec<Operation>)>) -> Self {
        let mut services: Vec<Service> = Vec::new();
        for (api, operations) in rows {
            match services.iter_mut().find(|service| service.api == api) {
                Some(service) => service.operations.extend(operations),
                None => services.push(Service { api, operations }),
            }
        }
        Self { services }
    }

    /// Makes it the table that [`call`] looks operations up in.
    pub fn set(self, cloud: &Cloud) -> Arc<Self> {
        let table = Arc::new(self);
        let _ = cloud.memory::<OfCloud>().0.set(table.clone());
        table
    }

    fn find(&self, api: Api, operation: &str) -> Option<&Operation> {
        self.services
            .iter()
            .find(|service| service.api == api)?
            .operations
            .iter()
            .find(|row| row.name == operation)
    }
}

/// Calls an operation by its name, as AWS's own services call each other: it refuses what it does
/// not honour.
pub async fn call(
    cloud: &Arc<Cloud>,
    api: Api,
    operation: &str,
    (region, principal): (&str, Principal),
    members: &Value,
) -> Result<Value, AwsError> {
    let table = cloud.memory::<OfCloud>().0.get().cloned();
    let row = table
        .as_ref()
        .and_then(|table| table.find(api, operation))
        .ok_or_else(|| {
            AwsError::unsupported(format!(
                "local-aws does not have the operation {operation} of {}",
                api.name
            ))
        })?;
    let call = Call {
        cloud: cloud.clone(),
        region: region.to_owned(),
        principal,
        request_id: cloud.world.dice("core/call-id").uuid(),
    };
    let request = RawRequest {
        method: Method::POST,
        path: "/".to_owned(),
        labels: BTreeMap::new(),
        query: Vec::new(),
        headers: HeaderMap::new(),
        body: Bytes::from(members.to_string()),
    };
    permission::check(&call, row, &request)?;
    match (row.run)(call, request).await? {
        Answer::Members(members) => Ok(members),
        Answer::Raw(_) => Err(AwsError::internal(format!(
            "{operation} does not answer members"
        ))),
    }
}
