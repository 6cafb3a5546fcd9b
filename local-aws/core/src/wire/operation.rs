//! An operation is a row in its service's table: its name, its route, its bounds and what it runs.

use std::collections::BTreeMap;

use axum::body::Body;
use bytes::Bytes;
use futures::future::BoxFuture;
pub use http::Method;
use http::{HeaderMap, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::AwsError;
use crate::call::Call;

/// What an operation on values answers.
pub type Reply = Result<Value, AwsError>;

pub struct Operation {
    pub name: &'static str,
    /// Method and path template of a REST operation.
    pub route: Option<(Method, &'static str)>,
    /// The bytes that a request's body may have; a larger one is refused before it is read.
    pub most_bytes: usize,
    /// Anybody may call it: no signature is looked at, and no policy is asked.
    pub unsigned: bool,
    /// What its request type says of members: the refusal of a name that it does not declare lists
    /// those that it does, which SEMANTICS.md is written from. None for a raw operation.
    pub reads: Option<fn(Value) -> Result<(), serde_json::Error>>,
    pub run: Handler,
}

/// AWS's limit on most JSON requests.
pub const MOST_JSON_BYTES: usize = 1024 * 1024;

impl Operation {
    /// Takes bodies of another size than [`MOST_JSON_BYTES`].
    #[must_use]
    pub fn takes(self, most_bytes: usize) -> Self {
        Self { most_bytes, ..self }
    }

    /// What the request itself has proves who calls, as a password does.
    #[must_use]
    pub fn unsigned(self) -> Self {
        Self {
            unsigned: true,
            ..self
        }
    }
}

/// Whether the request type of an operation's function takes these members.
pub fn takes_members<Request: DeserializeOwned, Reply>(
    _function: fn(Call, Request) -> Reply,
    members: Value,
) -> Result<(), serde_json::Error> {
    Request::deserialize(members).map(|_| ())
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
