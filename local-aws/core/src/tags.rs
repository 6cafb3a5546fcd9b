//! Tags of every SageMaker resource, by its ARN.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::store::{Table, Tx};
use crate::wire::{AwsError, Reply};

const TAGS: Table<BTreeMap<String, String>> = Table::new("sagemaker/tags");

/// AWS's limit for one resource.
const MOST: usize = 50;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Tag {
    pub key: String,
    pub value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AddTagsRequest {
    resource_arn: String,
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListTagsRequest {
    resource_arn: String,
    #[serde(rename = "MaxResults")]
    _max_results: Option<u32>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteTagsRequest {
    resource_arn: String,
    tag_keys: Vec<String>,
}

pub async fn add(call: Call, request: AddTagsRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let mut tags = existing(tx, &request.resource_arn)?;
        tags.extend(request.tags.into_iter().map(|tag| (tag.key, tag.value)));
        if tags.len() > MOST {
            return Err(AwsError::validation(format!(
                "{} cannot have more than {MOST} tags",
                request.resource_arn
            )));
        }
        let shown = shown(&tags);
        TAGS.put(tx, "", &request.resource_arn, &tags);
        Ok(json!({ "Tags": shown }))
    })
}

pub async fn list(call: Call, request: ListTagsRequest) -> Reply {
    if request.next_token.is_some() {
        return Err(AwsError::validation("NextToken is invalid or has expired"));
    }
    // At most 50 tags: always one page, and a smaller MaxResults is AWS's upper bound only.
    let tags = call
        .cloud
        .store
        .read(|tx| existing(tx, &request.resource_arn))?;
    Ok(json!({ "Tags": shown(&tags) }))
}

pub async fn delete(call: Call, request: DeleteTagsRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let mut tags = existing(tx, &request.resource_arn)?;
        tags.retain(|key, _| !request.tag_keys.contains(key));
        TAGS.put(tx, "", &request.resource_arn, &tags);
        Ok(json!({}))
    })
}

/// Records a new resource's tags. A resource without this row does not exist for the operations
/// above, so every create calls it.
pub fn create(tx: &Tx, arn: &str, tags: &[Tag]) {
    let tags = tags
        .iter()
        .map(|tag| (tag.key.clone(), tag.value.clone()))
        .collect();
    TAGS.put(tx, "", arn, &tags);
}

pub fn remove(tx: &Tx, arn: &str) {
    TAGS.delete(tx, "", arn);
}

/// A resource's tags as events carry them.
pub fn of(tx: &Tx, arn: &str) -> BTreeMap<String, String> {
    TAGS.get(tx, "", arn).unwrap_or_default()
}

fn existing(tx: &Tx, arn: &str) -> Result<BTreeMap<String, String>, AwsError> {
    TAGS.get(tx, "", arn)
        .ok_or_else(|| AwsError::validation(format!("{arn} does not exist")))
}

fn shown(tags: &BTreeMap<String, String>) -> Vec<Value> {
    tags.iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect()
}
