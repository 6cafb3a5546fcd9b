//! Model package groups.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::packages::rows::any_in;
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::names::{self, created_by};
use local_core::store::{Table, Tx};
use local_core::tags::{self, Tag};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};

const GROUPS: Table<Group> = Table::new("sagemaker/model-package-group");
const RESOURCE: &str = "model-package-group";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    pub arn: String,
    description: Option<String>,
    pub created: Timestamp,
    /// The number of the newest version ever registered; numbers are not used again.
    pub last_version: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    model_package_group_name: String,
    model_package_group_description: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    model_package_group_name: String,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    let name = request.model_package_group_name;
    call.cloud.store.write(|tx| {
        if let Some(group) = get(tx, &call.region, &name) {
            return Err(AwsError::validation(format!(
                "Model Package Group already exists: {}",
                group.arn
            )));
        }
        let mut group = new(&call.cloud, &call.region, &name);
        group.description = request.model_package_group_description;
        put(tx, &call.region, &group);
        tags::create(tx, &group.arn, &request.tags);
        Ok(json!({ "ModelPackageGroupArn": group.arn }))
    })
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let group = call.cloud.store.read(|tx| {
        required(
            &call.cloud,
            tx,
            &call.region,
            &request.model_package_group_name,
        )
    })?;
    let mut described = summary(&group);
    described["CreatedBy"] = created_by();
    Ok(described)
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let groups = call.cloud.store.read(|tx| GROUPS.list(tx, &call.region));
    let listed = groups.into_iter().map(|(name, group)| Listed {
        name,
        created: group.created,
        modified: group.created,
        status: "Completed",
        summary: summary(&group),
    });
    let page = page(listed.collect(), &request, SortOrder::Ascending)?;
    Ok(json!({ "ModelPackageGroupSummaryList": page.summaries, "NextToken": page.next_token }))
}

pub async fn delete(call: Call, request: NameRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let group = required(
            &call.cloud,
            tx,
            &call.region,
            &request.model_package_group_name,
        )?;
        if any_in(tx, &call.region, &group.name) {
            return Err(AwsError::new(
                400,
                "ConflictException",
                format!("Model Package Group {} still has model packages", group.arn),
            ));
        }
        GROUPS.delete(tx, &call.region, &group.name);
        tags::remove(tx, &group.arn);
        Ok(json!({}))
    })
}

pub fn get(tx: &Tx, region: &str, name_or_arn: &str) -> Option<Group> {
    GROUPS.get(tx, region, names::of(name_or_arn, RESOURCE))
}

pub fn required(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    name_or_arn: &str,
) -> Result<Group, AwsError> {
    get(tx, region, name_or_arn).ok_or_else(|| {
        let name = names::of(name_or_arn, RESOURCE);
        let arn = cloud.arn("sagemaker", region, &format!("{RESOURCE}/{name}"));
        AwsError::validation(format!("ModelPackageGroup {arn} does not exist."))
    })
}

/// A pipeline's RegisterModel step makes the group that it names, as on AWS.
pub fn get_or_create(cloud: &Cloud, tx: &Tx, region: &str, name: &str) -> Group {
    get(tx, region, name).unwrap_or_else(|| {
        let group = new(cloud, region, names::of(name, RESOURCE));
        put(tx, region, &group);
        tags::create(tx, &group.arn, &[]);
        group
    })
}

pub fn all(tx: &Tx, region: &str) -> Vec<Group> {
    let groups = GROUPS.list(tx, region).into_iter();
    groups.map(|(_, group)| group).collect()
}

pub fn put(tx: &Tx, region: &str, group: &Group) {
    GROUPS.put(tx, region, &group.name, group);
}

fn new(cloud: &Cloud, region: &str, name: &str) -> Group {
    Group {
        name: name.to_owned(),
        arn: cloud.arn("sagemaker", region, &format!("{RESOURCE}/{name}")),
        description: None,
        created: Timestamp::now(&cloud.world),
        last_version: 0,
    }
}

fn summary(group: &Group) -> Value {
    json!({
        "ModelPackageGroupName": group.name,
        "ModelPackageGroupArn": group.arn,
        "ModelPackageGroupDescription": group.description,
        "CreationTime": group.created.seconds(),
        "ModelPackageGroupStatus": "Completed",
    })
}
