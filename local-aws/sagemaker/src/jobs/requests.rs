//! Members that the requests of all kinds of jobs share.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use local_core::wire::AwsError;

/// How a container reads its inputs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum FileMode {
    File,
}

/// One machine gets all of it either way.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Distribution {
    FullyReplicated,
    ShardedByS3Key,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Compression {
    None,
}

/// AWS's default of `MaxRuntimeInSeconds`.
pub fn one_day() -> u64 {
    24 * 3600
}

/// There is one machine.
pub fn check_instance_count(kind: &str, count: u32) -> Result<(), AwsError> {
    if count == 1 {
        return Ok(());
    }
    Err(AwsError::unsupported(format!(
        "local-aws does not honour the parameter InstanceCount {count} of Create{kind}Job: it has \
         one machine"
    )))
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
