//! The one private workforce of a region: a pool whose users may be workers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::team::is_any_team;
use crate::cognito;
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::names;
use local_core::store::{Table, Tx};
use local_core::tags::{self, Tag};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};

const WORKFORCES: Table<Workforce> = Table::new("sagemaker/workforce");

#[derive(Clone, Serialize, Deserialize)]
pub struct Workforce {
    pub arn: String,
    created: Timestamp,
    pub request: CreateRequest,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    pub workforce_name: String,
    pub cognito_config: CognitoConfig,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CognitoConfig {
    pub user_pool: String,
    client_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    workforce_name: String,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    let workforce = Workforce {
        arn: names::arn(&call, "workforce/private-crowd", &request.workforce_name),
        created: Timestamp::now(&call.cloud.world),
        request,
    };
    call.cloud.store.write(|tx| {
        if let Some(other) = the_one(tx, &call.region) {
            return Err(AwsError::validation(format!(
                "A private workforce already exists in this Region and account: {}. There can be \
                 only one.",
                other.arn
            )));
        }
        let cognito = &workforce.request.cognito_config;
        cognito::client(tx, &cognito.user_pool, &cognito.client_id)
            .map_err(|error| AwsError::validation(error.message))?;
        WORKFORCES.put(
            tx,
            &call.region,
            &workforce.request.workforce_name,
            &workforce,
        );
        tags::create(tx, &workforce.arn, &workforce.request.tags);
        Ok(json!({ "WorkforceArn": workforce.arn }))
    })
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let workforce = call
        .cloud
        .store
        .read(|tx| get(tx, &call.region, &request.workforce_name))?;
    Ok(json!({ "Workforce": workforce_json(&call.cloud, &workforce) }))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let all = call
        .cloud
        .store
        .read(|tx| WORKFORCES.list(tx, &call.region));
    let all = all
        .into_iter()
        .map(|(name, workforce)| Listed {
            name,
            created: workforce.created,
            modified: workforce.created,
            status: "Active",
            summary: workforce_json(&call.cloud, &workforce),
        })
        .collect();
    let page = page(all, &request, SortOrder::Ascending)?;
    Ok(json!({ "Workforces": page.summaries, "NextToken": page.next_token }))
}

pub async fn delete(call: Call, request: NameRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let workforce = get(tx, &call.region, &request.workforce_name)?;
        if is_any_team(tx, &call.region) {
            return Err(AwsError::validation(
                "Delete the workforce's work teams first; it cannot be deleted while there are any.",
            ));
        }
        WORKFORCES.delete(tx, &call.region, &request.workforce_name);
        tags::remove(tx, &workforce.arn);
        Ok(json!({}))
    })
}

/// The region's workforce, if it has one.
pub fn the_one(tx: &Tx, region: &str) -> Option<Workforce> {
    WORKFORCES
        .list(tx, region)
        .into_iter()
        .next()
        .map(|(_, workforce)| workforce)
}

/// Every region's workforce: the portal's people choose no region.
pub fn everywhere(tx: &Tx) -> Vec<(String, Workforce)> {
    let all = WORKFORCES.list_everywhere(tx).into_iter();
    all.map(|(region, _, workforce)| (region, workforce))
        .collect()
}

/// Host and port of the portal: AWS's sub-domain.
pub fn sub_domain(cloud: &Cloud) -> &str {
    cloud.portal_url().trim_start_matches("http://")
}

/// The workforce of that name, or SageMaker's refusal.
///
/// Source: hashicorp/terraform-provider-aws, internal/service/sagemaker, which knows it by its first two words.
fn get(tx: &Tx, region: &str, name: &str) -> Result<Workforce, AwsError> {
    WORKFORCES
        .get(tx, region, name)
        .ok_or_else(|| AwsError::validation(format!("No workforce found with name {name}.")))
}

fn workforce_json(cloud: &Cloud, workforce: &Workforce) -> Value {
    json!({
        "WorkforceName": workforce.request.workforce_name,
        "WorkforceArn": workforce.arn,
        "SubDomain": sub_domain(cloud),
        "CognitoConfig": workforce.request.cognito_config,
        "Status": "Active",
        "CreateDate": workforce.created.seconds(),
        "LastUpdatedDate": workforce.created.seconds(),
    })
}
