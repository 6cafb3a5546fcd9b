//! Makes odd envelopes regular, once for every function.
//!
//! The types of `aws_lambda_events` read strictly, and events are not always as documented: AWS's own
//! samples have a `time` in milliseconds since 1970, a `source` that stands twice, and nulls. Only
//! fields that no function decides by are changed. A `detail` is left as it came.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads an invocation's payload as the type that a function takes.
///
/// # Errors
///
/// Name the missing or wrong field of the payload.
pub fn read<E: DeserializeOwned>(payload: Value) -> anyhow::Result<E> {
    serde_json::from_value(regular(payload))
        .map_err(|error| anyhow::anyhow!(error).context("read the event"))
}

fn regular(mut payload: Value) -> Value {
    if let Value::Object(fields) = &mut payload {
        // An Invoke without a payload sends `{}`: a person calls the function by hand.
        if fields.is_empty() || fields.contains_key("detail-type") || fields.contains_key("detail")
        {
            event(fields);
        } else if let Some(Value::Array(records)) = fields.get_mut("Records") {
            records.iter_mut().for_each(record);
        } else if fields.contains_key("ResponseURL") {
            custom_resource(fields);
        }
    }
    payload
}

/// EventBridge's envelope.
fn event(fields: &mut Map<String, Value>) {
    for name in ["detail-type", "source"] {
        let text = fields.get(name).and_then(first_text).unwrap_or_default();
        fields.insert(name.to_owned(), text.into());
    }
    fields.entry("detail").or_insert(Value::Null);
    for name in ["version", "id", "account", "region"] {
        fields.retain(|field, value| field != name || value.is_string());
    }
    fields.retain(|field, value| field != "time" || is_rfc3339(value));
    if let Some(resources) = fields.get_mut("resources") {
        match resources {
            Value::Array(all) => all.retain(Value::is_string),
            other => *other = Value::Null,
        }
    }
}

/// One record of S3's classic notification. A record that is not even an object stays as one that
/// names no upload, so that the others are read.
fn record(record: &mut Value) {
    let fields = object(record);
    if !fields.get("eventTime").is_some_and(is_rfc3339) {
        fields.insert("eventTime".to_owned(), json!("1970-01-01T00:00:00Z"));
    }
    for name in ["userIdentity", "requestParameters"] {
        object(fields.entry(name).or_insert(Value::Null));
    }
    let s3 = object(fields.entry("s3").or_insert(Value::Null));
    let bucket = object(s3.entry("bucket").or_insert(Value::Null));
    bucket.retain(|field, value| field != "name" || value.is_string());
    let uploaded = object(s3.entry("object").or_insert(Value::Null));
    uploaded.retain(|field, value| match field.as_str() {
        "size" => value.is_i64(),
        "key" | "eTag" | "versionId" | "sequencer" => value.is_string(),
        _ => true,
    });
}

/// CloudFormation's request. `ResponseURL` is enough to answer it; other missing fields become empty.
fn custom_resource(fields: &mut Map<String, Value>) {
    for name in ["ResourceProperties", "OldResourceProperties"] {
        fields.entry(name).or_insert_with(|| json!({}));
    }
    for name in [
        "StackId",
        "RequestId",
        "LogicalResourceId",
        "PhysicalResourceId",
        "ResourceType",
    ] {
        let text = fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let text = text.to_owned();
        fields.insert(name.to_owned(), text.into());
    }
}

/// A string, or the first string of an array. (Of duplicate keys serde_json keeps the last.)
fn first_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(all) => all.first().and_then(first_text),
        _ => None,
    }
}

fn is_rfc3339(value: &Value) -> bool {
    let text = value.as_str();
    text.is_some_and(|text| OffsetDateTime::parse(text, &Rfc3339).is_ok())
}

/// The value's fields; anything but an object becomes an empty one.
fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("it is an object by now")
}

#[cfg(test)]
mod tests;
