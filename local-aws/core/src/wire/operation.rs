//! An operation is a row in its service's table: its name, who calls it, and what it runs.

use std::collections::BTreeMap;

use axum::body::Body;
use bytes::Bytes;
use futures::future::BoxFuture;
pub use http::Method;
use http::{HeaderMap, Response};
use serde_json::Value;

use super::error::AwsError;
use crate::call::Call;

/// What an operation on values answers.
pub type Reply = Result<Value, AwsError>;

pub struct Operation {
    pub name: &'static str,
    /// Why it is here: the functions and programs that call it.
    pub callers: &'static str,
    /// Method and path template of a REST operation.
    pub route: Option<(Method, &'static str)>,
    /// AWS lets it be called without a signature (Cognito's sign-in).
    pub unsigned: bool,
    pub run: Handler,
}

pub type Handler = fn(Call, RawRequest) -> BoxFuture<'static, Result<Answer, AwsError>>;

/// What an operation gives back.
pub enum Answer {
    /// Members of a response; the protocol writes them.
    Members(Value),
    /// The response itself, for payloads that are not JSON.
    Raw(Response<Body>),
}

/// A request before its members are read.
#[derive(Debug, Clone)]
pub struct RawRequest {
    pub method: Method,
    pub path: String,
    /// The values of the path template's `{labels}`, decoded.
    pub labels: BTreeMap<String, String>,
    /// Query parameters, decoded; the form fields of the query protocol, too.
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl RawRequest {
    /// A path label that the template declares.
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A row of a service's table.
///
/// ```text
/// operation!("DescribePipeline", "start-pipeline, boto3", describe)
/// operation!("DescribeHumanLoop", "collect-labels", GET "/human-loops/{HumanLoopName}", describe)
/// operation!(raw "InvokeEndpoint", "predict", POST "/endpoints/{EndpointName}/invocations", invoke)
/// operation!(unsigned "InitiateAuth", "worker-portal", initiate_auth)
/// ```
///
/// The function is `async fn(Call, Request) -> Result<impl Serialize, AwsError>`, where `Request`
/// derives `Deserialize` with `deny_unknown_fields`; path labels and query parameters are members
/// like the body's. A `raw` one is `async fn(Call, RawRequest) -> Result<Response<Body>, AwsError>`.
#[macro_export]
macro_rules! operation {
    (raw $name:literal, $callers:literal, $method:ident $path:literal, $function:expr) => {
        $crate::wire::Operation {
            name: $name,
            callers: $callers,
            route: Some(($crate::wire::operation::Method::$method, $path)),
            unsigned: false,
            run: |call, request| {
                Box::pin(async move {
                    $function(call, request)
                        .await
                        .map($crate::wire::operation::Answer::Raw)
                })
            },
        }
    };
    (unsigned $name:literal, $callers:literal, $function:expr) => {
        $crate::wire::Operation {
            unsigned: true,
            ..$crate::operation!($name, $callers, $function)
        }
    };
    ($name:literal, $callers:literal, $method:ident $path:literal, $function:expr) => {
        $crate::wire::Operation {
            route: Some(($crate::wire::operation::Method::$method, $path)),
            ..$crate::operation!($name, $callers, $function)
        }
    };
    ($name:literal, $callers:literal, $function:expr) => {
        $crate::wire::Operation {
            name: $name,
            callers: $callers,
            route: None,
            unsigned: false,
            run: |call, request| {
                Box::pin(async move {
                    let request = $crate::wire::json::members(&call.cloud, $name, &request)?;
                    $crate::wire::json::reply(&$function(call, request).await?)
                })
            },
        }
    };
}
