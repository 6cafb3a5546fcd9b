//! Which operation a request means: by target, by form field, or by method and path.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use super::cbor;
use super::error::AwsError;
use super::operation::{MOST_JSON_BYTES, Operation};
use super::protocol::Protocol;
use super::refusal::Refusal;
use super::table::Service;

/// Where a request leads, as far as its head says.
pub(super) enum Route<'a> {
    Operation(Routed<'a>),
    /// The form in the body names the operation.
    Form(&'a Service),
}

/// An operation and what was read from the request to find it.
pub(super) struct Routed<'a> {
    pub service: &'a Service,
    pub operation: &'a Operation,
    pub labels: BTreeMap<String, String>,
    pub query: Vec<(String, String)>,
}

impl<'a> Route<'a> {
    pub fn protocol(&self) -> Protocol {
        match self {
            Self::Operation(routed) => routed.service.api.protocol,
            Self::Form(service) => service.api.protocol,
        }
    }

    /// The operation's name and how many bytes it takes.
    pub fn bounds(&self) -> (&'static str, usize) {
        match self {
            Self::Operation(routed) => (routed.operation.name, routed.operation.most_bytes),
            Self::Form(service) => (service.api.name, MOST_JSON_BYTES),
        }
    }

    /// Of a form's operation the head does not say it: none is.
    pub fn is_unsigned(&self) -> bool {
        matches!(self, Self::Operation(routed) if routed.operation.unsigned)
    }

    pub fn with_body(self, body: &Bytes) -> Result<Routed<'a>, Refusal> {
        match self {
            Self::Operation(routed) => Ok(routed),
            Self::Form(service) => by_action(service, form_urlencoded::parse(body).into_owned()),
        }
    }
}

/// `signed_for` is the service of the credential scope; unsigned requests have none.
pub(super) fn route<'a>(
    services: &'a [Service],
    signed_for: Option<&str>,
    parts: &Parts,
) -> Result<Route<'a>, Refusal> {
    if let Some(target) = parts.headers.get("x-amz-target") {
        let target = String::from_utf8_lossy(target.as_bytes());
        return by_target(services, signed_for, &target).map(Route::Operation);
    }
    if let Some(target) = cbor::target(parts).filter(|_| cbor::is_spoken(&parts.headers)) {
        return by_target(services, signed_for, &target).map(Route::Operation);
    }
    if let Some(protocol) = parts.headers.get("smithy-protocol") {
        let protocol = String::from_utf8_lossy(protocol.as_bytes());
        let path = parts.uri.path();
        let message =
            format!("local-aws does not speak the protocol {protocol} of {path}: use JSON");
        return Err(Refusal::unknown_operation(Protocol::RestJson, message));
    }
    let is_form = is_form(&parts.headers);
    let mut candidates = services
        .iter()
        .filter(|service| signed_for.is_none_or(|name| name == service.api.signing_name));
    let found = if is_form {
        candidates
            .find(|service| matches!(service.api.protocol, Protocol::Query { .. }))
            .map(Route::Form)
    } else {
        candidates
            .find_map(|service| by_path(service, parts))
            .map(Route::Operation)
    };
    found.ok_or_else(|| {
        let signed_for = signed_for.unwrap_or("no service (the request is unsigned)");
        let (method, path) = (&parts.method, parts.uri.path());
        let message =
            format!("local-aws has no operation for {method} {path} signed for {signed_for}");
        // A client of the query protocol reads nothing but XML.
        let protocol = if is_form {
            Protocol::Query { namespace: "" }
        } else {
            Protocol::RestJson
        };
        let mut refusal = Refusal::unknown_operation(protocol, message);
        refusal.error.status = 404;
        refusal
    })
}

/// Whether an operation of some service has this method and path.
pub(super) fn is_path(services: &[Service], parts: &Parts) -> bool {
    services
        .iter()
        .any(|service| by_path(service, parts).is_some())
}

fn by_target<'a>(
    services: &'a [Service],
    signed_for: Option<&str>,
    target: &str,
) -> Result<Routed<'a>, Refusal> {
    let (prefix, name) = target.rsplit_once('.').unwrap_or((target, ""));
    let service = services
        .iter()
        .find(|service| service.api.protocol.target_prefix() == Some(prefix))
        .ok_or_else(|| {
            Refusal::unknown_operation(
                Protocol::AwsJson1_1 { target_prefix: "" },
                format!("local-aws has no service for the target {target}"),
            )
        })?;
    let expected = service.api.signing_name;
    if signed_for.is_some_and(|name| name != expected) {
        return Err(Refusal {
            protocol: service.api.protocol,
            error: AwsError::new(
                403,
                "InvalidSignatureException",
                format!("Credential should be scoped to correct service: '{expected}'."),
            ),
        });
    }
    Ok(Routed {
        service,
        operation: find(service, name)?,
        labels: BTreeMap::new(),
        query: Vec::new(),
    })
}

fn is_form(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    })
}

fn by_action(
    service: &Service,
    fields: impl Iterator<Item = (String, String)>,
) -> Result<Routed<'_>, Refusal> {
    let (named, mut query): (Vec<_>, Vec<_>) = fields.partition(|(name, _)| name == "Action");
    query.retain(|(name, _)| name != "Version");
    let action = named.first().map_or("", |(_, action)| action);
    Ok(Routed {
        service,
        operation: find(service, action)?,
        labels: BTreeMap::new(),
        query,
    })
}

fn by_path<'a>(service: &'a Service, parts: &Parts) -> Option<Routed<'a>> {
    service.operations.iter().find_map(|operation| {
        let (method, template) = operation.route.as_ref()?;
        let labels = (parts.method == *method).then(|| labels(template, parts.uri.path()))??;
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        Some(Routed {
            service,
            operation,
            labels,
            query: query.into_owned().collect(),
        })
    })
}

/// The values of `{Label}` segments; a last `{Label+}` takes the rest of the path.
fn labels(template: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut labels = BTreeMap::new();
    let mut segments = path.trim_start_matches('/').split('/');
    for part in template.trim_start_matches('/').split('/') {
        let label = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        match label {
            Some(label) => {
                if let Some(label) = label.strip_suffix('+') {
                    let rest: Vec<&str> = segments.by_ref().collect();
                    labels.insert(label.to_owned(), decode(&rest.join("/")));
                } else {
                    let value = segments.next().filter(|value| !value.is_empty())?;
                    labels.insert(label.to_owned(), decode(value));
                }
            }
            None if segments.next() != Some(part) => return None,
            None => {}
        }
    }
    // One slash at the end is the same resource: the SDKs' models write some paths with it.
    let rest: Vec<&str> = segments.collect();
    matches!(rest.as_slice(), [] | [""]).then_some(labels)
}

/// Percent-decodes a path segment, where `+` is itself.
fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

fn find<'a>(service: &'a Service, name: &str) -> Result<&'a Operation, Refusal> {
    let mut operations = service.operations.iter();
    operations
        .find(|operation| operation.name == name)
        .ok_or_else(|| {
            let api = service.api;
            Refusal::unknown_operation(
                api.protocol,
                format!(
                    "local-aws does not have the operation {name} of {}",
                    api.name
                ),
            )
        })
}

#[cfg(test)]
mod tests;
