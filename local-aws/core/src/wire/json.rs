//! Members of JSON requests and responses.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::constraints;
use super::error::AwsError;
use super::operation::{Answer, RawRequest};
use crate::cloud::Cloud;

/// Reads the members that an operation declares; one it does not is refused by name.
pub fn members<T: DeserializeOwned>(
    cloud: &Cloud,
    operation: &str,
    request: &RawRequest,
) -> Result<T, AwsError> {
    let members = object(request)?;
    constraints::check(cloud, operation, &members)?;
    T::deserialize(members).map_err(|error| refusal(operation, &error))
}

/// The members of a request's body, query and path.
pub fn object(request: &RawRequest) -> Result<Value, AwsError> {
    let mut members = if request.body.is_empty() {
        Map::new()
    } else {
        serde_json::from_slice::<Map<String, Value>>(&request.body).map_err(|error| {
            AwsError::new(
                400,
                "SerializationException",
                format!("the body is no JSON object: {error}"),
            )
        })?
    };
    members.extend(of_query(&request.query));
    for (name, value) in &request.labels {
        members.insert(name.clone(), Value::String(value.clone()));
    }
    // An absent optional member may be sent as null; AWS treats both alike.
    members.retain(|_, value| !value.is_null());
    Ok(Value::Object(members))
}

/// The members of a query; a parameter that comes more than once is a list.
fn of_query(query: &[(String, String)]) -> Map<String, Value> {
    let mut members = Map::new();
    // A presigned request carries its signature there, too.
    for (name, value) in query.iter().filter(|(name, _)| !name.starts_with("X-Amz-")) {
        let value = Value::String(value.clone());
        match members.get_mut(name) {
            None => drop(members.insert(name.clone(), value)),
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    members
}

fn refusal(operation: &str, error: &serde_json::Error) -> AwsError {
    let reason = error.to_string();
    match reason
        .strip_prefix("unknown field `")
        .and_then(|rest| rest.split_once('`'))
    {
        Some((field, _)) => AwsError::unsupported(format!(
            "local-aws does not honour the parameter {field} of {operation}"
        )),
        // Where a constraint lists the values that AWS has, it has refused all others before.
        None if reason.starts_with("unknown variant") => AwsError::unsupported(format!(
            "a value of {operation} is not supported here: {reason}"
        )),
        None => AwsError::validation(format!("{operation}: {reason}")),
    }
}

/// A response whose members are `value`'s.
pub fn reply(value: &impl Serialize) -> Result<Answer, AwsError> {
    let mut value = serde_json::to_value(value).map_err(AwsError::internal)?;
    if value.is_null() {
        value = Value::Object(Map::new());
    }
    Ok(Answer::Members(without_nulls(value)))
}

/// Sets the members of an object that `more` has.
pub fn extend(members: &mut Value, more: Value) {
    if let (Value::Object(members), Value::Object(more)) = (members, more) {
        members.extend(more);
    }
}

/// AWS leaves absent members out of objects; clients reject a null where a type is declared.
pub fn without_nulls(mut value: Value) -> Value {
    drop_nulls(&mut value);
    value
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// A timestamp as awsJson and restJson bodies carry it: seconds, with milliseconds as a fraction.
pub fn epoch_seconds(time: OffsetDateTime) -> f64 {
    // Milliseconds of this era are far below 2^53.
    let milliseconds = (time.unix_timestamp_nanos() / 1_000_000) as f64;
    milliseconds / 1000.0
}

/// `#[serde(deserialize_with = "number")]` for a member that may come from the query string.
pub fn number<'de, D: Deserializer<'de>, T: DeserializeOwned + std::str::FromStr>(
    deserializer: D,
) -> Result<T, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => text
            .parse()
            .map_err(|_| D::Error::custom(format!("{text:?} is not a number"))),
        value => T::deserialize(value).map_err(D::Error::custom),
    }
}

/// `#[serde(default, deserialize_with = "in_query")]` for a list that comes from the query string, an item in each
/// parameter.
pub fn in_query<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let items = match Value::deserialize(deserializer)? {
        Value::Array(items) => items,
        item => vec![item],
    };
    let items = items.into_iter().map(T::deserialize);
    items
        .collect::<Result<_, _>>()
        .map(Some)
        .map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::{in_query, of_query};

    #[derive(Deserialize)]
    struct Request {
        #[serde(default, deserialize_with = "in_query")]
        names: Option<Vec<String>>,
    }

    #[test]
    fn a_parameter_that_comes_more_than_once_is_a_list() {
        for (query, names) in [
            (vec![], None),
            (vec!["a"], Some(vec!["a"])),
            (vec!["a", "b", "c"], Some(vec!["a", "b", "c"])),
        ] {
            let query = query
                .iter()
                .map(|name| ("names".to_owned(), (*name).to_owned()));
            let members = of_query(&query.collect::<Vec<_>>());
            let request: Request = serde_json::from_value(json!(members)).unwrap();
            let read = request.names.as_ref();
            let read = read.map(|names| names.iter().map(String::as_str).collect());
            assert_eq!(read, names);
        }
    }
}
