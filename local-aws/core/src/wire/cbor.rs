//! Smithy's RPC v2 in CBOR, which CloudWatch's SDKs speak: operations by path. A request's body is read into JSON and an
//! answer is written from it, so that an operation is the same in either protocol.

use axum::body::Body;
use bytes::Bytes;
use ciborium::Value as Cbor;
use data_encoding::BASE64;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response, header};
use serde_json::{Map, Number, Value};

use super::error::AwsError;

const PROTOCOL: &str = "rpc-v2-cbor";

/// CBOR's tag of a number of seconds since 1970.
const EPOCH_SECONDS: u64 = 1;

pub fn is_spoken(headers: &HeaderMap) -> bool {
    headers
        .get("smithy-protocol")
        .is_some_and(|protocol| protocol.as_bytes() == PROTOCOL.as_bytes())
}

/// The operation as `X-Amz-Target` would name it: a service's name in Smithy is the prefix of its targets.
pub fn target(parts: &Parts) -> Option<String> {
    let path = parts.uri.path().strip_prefix("/service/")?;
    let (service, operation) = path.split_once("/operation/")?;
    Some(format!("{service}.{operation}"))
}

pub fn to_json(body: &Bytes) -> Result<Bytes, AwsError> {
    if body.is_empty() {
        return Ok(Bytes::new());
    }
    let unreadable =
        |reason: String| AwsError::new(400, "SerializationException", format!("CBOR: {reason}"));
    let value: Cbor =
        ciborium::from_reader(&body[..]).map_err(|error| unreadable(error.to_string()))?;
    let value = json(value).map_err(unreadable)?;
    Ok(Bytes::from(value.to_string()))
}

fn json(value: Cbor) -> Result<Value, String> {
    Ok(match value {
        Cbor::Null => Value::Null,
        Cbor::Bool(is) => Value::Bool(is),
        Cbor::Text(text) => Value::String(text),
        Cbor::Bytes(bytes) => Value::String(BASE64.encode(&bytes)),
        Cbor::Integer(number) => {
            let number = i64::try_from(number);
            Value::from(number.map_err(|_| "a number of more than 64 bits")?)
        }
        Cbor::Float(number) => {
            let number = Number::from_f64(number);
            Value::Number(number.ok_or("a number that JSON does not have")?)
        }
        Cbor::Tag(EPOCH_SECONDS, seconds) => json(*seconds)?,
        Cbor::Array(items) => Value::Array(items.into_iter().map(json).collect::<Result<_, _>>()?),
        Cbor::Map(members) => {
            let members = members.into_iter().map(|(name, value)| match name {
                Cbor::Text(name) => Ok((name, json(value)?)),
                other => Err(format!("{other:?} is no member's name")),
            });
            Value::Object(members.collect::<Result<Map<_, _>, _>>()?)
        }
        other => return Err(format!("{other:?} is not expected")),
    })
}

/// The same answer with its JSON in CBOR.
pub async fn answer(response: Response<Body>) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await;
    let members: Value = body
        .ok()
        .and_then(|body| serde_json::from_slice(&body).ok())
        .unwrap_or_default();
    let mut encoded = Vec::new();
    ciborium::into_writer(&cbor("", members), &mut encoded).expect("memory takes all bytes");
    head.headers.remove(header::CONTENT_LENGTH);
    let headers = [
        (header::CONTENT_TYPE.as_str(), "application/cbor"),
        ("smithy-protocol", PROTOCOL),
    ];
    for (name, value) in headers {
        head.headers.insert(name, HeaderValue::from_static(value));
    }
    Response::from_parts(head, Body::from(encoded))
}

/// JSON does not tell a moment from a number: the member's name does.
fn cbor(name: &str, value: Value) -> Cbor {
    match value {
        Value::Null => Cbor::Null,
        Value::Bool(is) => Cbor::Bool(is),
        Value::String(text) => Cbor::Text(text),
        Value::Number(number) if name.contains("Timestamp") => {
            let seconds = Cbor::Float(number.as_f64().unwrap_or_default());
            Cbor::Tag(EPOCH_SECONDS, Box::new(seconds))
        }
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Cbor::Integer(whole.into()),
            None => Cbor::Float(number.as_f64().unwrap_or_default()),
        },
        Value::Array(items) => {
            Cbor::Array(items.into_iter().map(|item| cbor(name, item)).collect())
        }
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| !value.is_null());
            let members = members.map(|(name, value)| {
                let value = cbor(&name, value);
                (Cbor::Text(name), value)
            });
            Cbor::Map(members.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_is_the_same_in_json() {
        let start = Cbor::Tag(EPOCH_SECONDS, Box::new(Cbor::Float(1.5)));
        let names = Cbor::Array(vec![Cbor::Text("p95".into()), Cbor::Null]);
        let body = Cbor::Map(vec![
            (Cbor::Text("StartTime".into()), start),
            (Cbor::Text("Period".into()), Cbor::Integer(60.into())),
            (Cbor::Text("Statistics".into()), names),
        ]);
        let mut bytes = Vec::new();
        ciborium::into_writer(&body, &mut bytes).unwrap();
        let read: Value = serde_json::from_slice(&to_json(&bytes.into()).unwrap()).unwrap();
        let expected = json!({ "StartTime": 1.5, "Period": 60, "Statistics": ["p95", null] });
        assert_eq!(read, expected);
        assert!(to_json(&Bytes::new()).unwrap().is_empty());
        let refused = to_json(&Bytes::from_static(b"\xff\x00")).unwrap_err();
        assert_eq!(refused.code, "SerializationException");
    }

    #[test]
    fn moments_are_tagged_and_members_without_a_value_are_left_out() {
        let answer = cbor(
            "",
            json!({ "Timestamps": [60], "Values": [2.0], "NextToken": null }),
        );
        let moment = Cbor::Tag(EPOCH_SECONDS, Box::new(Cbor::Float(60.0)));
        let expected = Cbor::Map(vec![
            (Cbor::Text("Timestamps".into()), Cbor::Array(vec![moment])),
            (
                Cbor::Text("Values".into()),
                Cbor::Array(vec![Cbor::Float(2.0)]),
            ),
        ]);
        assert_eq!(answer, expected);
    }
}
