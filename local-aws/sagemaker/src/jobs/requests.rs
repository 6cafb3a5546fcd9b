//! What the requests of both kinds of jobs share.

use serde::Serialize;
use serde_json::Value;

use local_core::wire::AwsError;

/// Job names are used once per account and region.
pub fn refuse_taken(taken: bool, arn: &str) -> Result<(), AwsError> {
    if !taken {
        return Ok(());
    }
    Err(AwsError::new(
        400,
        "ResourceInUse",
        format!(
            "Job name must be unique within an AWS account and region, and a job with this name \
             already exists ({arn})"
        ),
    ))
}

/// A create request as Describe repeats it: without tags, nulls and empty lists.
pub fn described(request: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(request).expect("a request is plain data");
    if let Value::Object(members) = &mut value {
        members.remove("Tags");
        members.retain(|_, member| !is_empty(member));
        members.values_mut().for_each(drop_empty);
    }
    value
}

fn drop_empty(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(drop_empty);
            members.retain(|_, member| !is_empty(member));
        }
        Value::Array(items) => items.iter_mut().for_each(drop_empty),
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
