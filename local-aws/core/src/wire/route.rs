//! Which operation a request means: by target, by form field, or by method and path.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::request::Parts;
use url::form_urlencoded;

use super::error::AwsError;
use super::operation::Operation;
use super::protocol::Protocol;
use super::table::Service;

/// An operation and what was read from the request to find it.
pub(super) struct Routed<'a> {
    pub service: &'a Service,
    pub operation: &'a Operation,
    pub labels: BTreeMap<String, String>,
    pub query: Vec<(String, String)>,
}

/// `signed_for` is the service of the credential scope; unsigned requests have none.
pub(super) fn route<'a>(
    services: &'a [Service],
    signed_for: Option<&str>,
    parts: &Parts,
    body: &Bytes,
) -> Result<Routed<'a>, (Protocol, AwsError)> {
    if let Some(target) = parts.headers.get("x-amz-target") {
        return by_target(services, &String::from_utf8_lossy(target.as_bytes()));
    }
    let mut candidates = services
        .iter()
        .filter(|service| signed_for.is_none_or(|name| name == service.api.signing_name))
        .filter(|service| service.api.protocol.target_prefix().is_none());
    let fields = form(parts, body);
    let refused = || {
        let signed_for = signed_for.unwrap_or("no service (the request is unsigned)");
        let what = format!(
            "local-aws has no operation for {} {} signed for {signed_for}",
            parts.method,
            parts.uri.path(),
        );
        // A client of the query protocol reads nothing but XML.
        let protocol = match fields {
            Some(_) => Protocol::Query { namespace: "" },
            None => Protocol::RestJson,
        };
        let error = AwsError::new(404, "UnknownOperationException", what);
        (protocol, error)
    };
    if let Some(fields) = fields.clone() {
        let service = candidates
            .find(|service| matches!(service.api.protocol, Protocol::Query { .. }))
            .ok_or_else(refused)?;
        return by_action(service, fields);
    }
    candidates
        .find_map(|service| by_path(service, parts))
        .ok_or_else(refused)
}

fn by_target<'a>(
    services: &'a [Service],
    target: &str,
) -> Result<Routed<'a>, (Protocol, AwsError)> {
    let (prefix, name) = target.rsplit_once('.').unwrap_or((target, ""));
    let service = services
        .iter()
        .find(|service| service.api.protocol.target_prefix() == Some(prefix))
        .ok_or_else(|| {
            let what = format!("local-aws has no service for the target {target}");
            let protocol = Protocol::AwsJson1_1 { target_prefix: "" };
            (
                protocol,
                AwsError::new(400, "UnknownOperationException", what),
            )
        })?;
    let operation = find(service, name)?;
    Ok(Routed {
        service,
        operation,
        labels: BTreeMap::new(),
        query: Vec::new(),
    })
}

fn form(parts: &Parts, body: &Bytes) -> Option<Vec<(String, String)>> {
    let content_type = parts
        .headers
        .get(http::header::CONTENT_TYPE)?
        .to_str()
        .ok()?;
    content_type
        .starts_with("application/x-www-form-urlencoded")
        .then(|| form_urlencoded::parse(body).into_owned().collect())
}

fn by_action(
    service: &Service,
    mut fields: Vec<(String, String)>,
) -> Result<Routed<'_>, (Protocol, AwsError)> {
    let action = fields
        .iter()
        .find(|(name, _)| name == "Action")
        .map_or_else(String::new, |(_, action)| action.clone());
    fields.retain(|(name, _)| name != "Action" && name != "Version");
    Ok(Routed {
        service,
        operation: find(service, &action)?,
        labels: BTreeMap::new(),
        query: fields,
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
    let pair = format!("v={}", segment.replace('+', "%2B"));
    form_urlencoded::parse(pair.as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

fn find<'a>(service: &'a Service, name: &str) -> Result<&'a Operation, (Protocol, AwsError)> {
    service
        .operations
        .iter()
        .find(|operation| operation.name == name)
        .ok_or_else(|| {
            let what = format!(
                "local-aws does not have the operation {name} of {}",
                service.api.name
            );
            (
                service.api.protocol,
                AwsError::new(400, "UnknownOperationException", what),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::labels;

    fn check(template: &str, path: &str, expected: Option<&[(&str, &str)]>) {
        let found = labels(template, path);
        let expected = expected.map(|pairs| {
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect()
        });
        assert_eq!(found, expected, "{template} on {path}");
    }

    #[test]
    fn labels_are_decoded_and_paths_match_whole() {
        check("/human-loops", "/human-loops", Some(&[]));
        check("/human-loops", "/human-loops/", Some(&[]));
        check("/human-loops", "/human-loops/a", None);
        check(
            "/human-loops/{Name}",
            "/human-loops/a%2Fb+c",
            Some(&[("Name", "a/b+c")]),
        );
        check("/human-loops/{Name}", "/human-loops/", None);
        check(
            "/f/{Name}/url/{Path+}",
            "/f/x/url/a/b",
            Some(&[("Name", "x"), ("Path", "a/b")]),
        );
    }
}
