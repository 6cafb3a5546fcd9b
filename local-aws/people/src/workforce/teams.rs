//! The operations of work teams.

use serde::Deserialize;
use serde_json::{Value, json};

use super::team::{MemberDefinition, WORKTEAMS, Workteam};
use super::workforces::{self, sub_domain};
use crate::cognito;
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::names;
use local_core::store::Tx;
use local_core::tags::{self, Tag};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    workteam_name: String,
    workforce_name: Option<String>,
    member_definitions: Vec<MemberDefinition>,
    description: String,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateRequest {
    workteam_name: String,
    member_definitions: Option<Vec<MemberDefinition>>,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    workteam_name: String,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    let now = Timestamp::now(&call.cloud.world);
    let name = &request.workteam_name;
    let arn = names::arn(&call, "workteam/private-crowd", name);
    call.cloud.store.write(|tx| {
        let workforce = workforces::the_one(tx, &call.region)
            .filter(|found| {
                request
                    .workforce_name
                    .as_ref()
                    .is_none_or(|name| *name == found.request.workforce_name)
            })
            .ok_or_else(|| {
                AwsError::validation("The workforce does not exist: create it first.")
            })?;
        if WORKTEAMS.get(tx, &call.region, name).is_some() {
            let message = format!("A work team with the name {name} already exists.");
            return Err(AwsError::new(400, "ResourceInUse", message));
        }
        check_members(tx, &request.member_definitions)?;
        let team = Workteam {
            arn,
            workforce_arn: workforce.arn,
            created: now,
            modified: now,
            description: request.description,
            members: request.member_definitions,
        };
        WORKTEAMS.put(tx, &call.region, name, &team);
        tags::create(tx, &team.arn, &request.tags);
        Ok(json!({ "WorkteamArn": team.arn }))
    })
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let name = &request.workteam_name;
    let team = call.cloud.store.read(|tx| get(tx, &call.region, name))?;
    Ok(json!({ "Workteam": workteam_json(&call.cloud, name, &team) }))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let all = call.cloud.store.read(|tx| WORKTEAMS.list(tx, &call.region));
    let all = all
        .into_iter()
        .map(|(name, team)| Listed {
            created: team.created,
            modified: team.modified,
            status: "",
            summary: workteam_json(&call.cloud, &name, &team),
            name,
        })
        .collect();
    let page = page(all, &request, SortOrder::Ascending)?;
    Ok(json!({ "Workteams": page.summaries, "NextToken": page.next_token }))
}

pub async fn update(call: Call, request: UpdateRequest) -> Reply {
    let name = &request.workteam_name;
    call.cloud.store.write(|tx| {
        let mut team = get(tx, &call.region, name)?;
        if let Some(members) = request.member_definitions {
            check_members(tx, &members)?;
            team.members = members;
        }
        team.description = request.description.unwrap_or(team.description);
        team.modified = Timestamp::now(&call.cloud.world);
        WORKTEAMS.put(tx, &call.region, name, &team);
        Ok(json!({ "Workteam": workteam_json(&call.cloud, name, &team) }))
    })
}

pub async fn delete(call: Call, request: NameRequest) -> Reply {
    let name = &request.workteam_name;
    call.cloud.store.write(|tx| {
        let team = get(tx, &call.region, name)?;
        WORKTEAMS.delete(tx, &call.region, name);
        tags::remove(tx, &team.arn);
        Ok(json!({ "Success": true }))
    })
}

/// The region's team, or SageMaker's refusal.
fn get(tx: &Tx, region: &str, name: &str) -> Result<Workteam, AwsError> {
    WORKTEAMS
        .get(tx, region, name)
        .ok_or_else(|| AwsError::validation(format!("The work team {name} does not exist.")))
}

fn check_members(tx: &Tx, members: &[MemberDefinition]) -> Result<(), AwsError> {
    for member in members {
        let member = &member.cognito_member_definition;
        cognito::client(tx, &member.user_pool, &member.client_id)
            .map_err(|error| AwsError::validation(error.message))?;
        if !cognito::group_exists(tx, &member.user_pool, &member.user_group) {
            let message = format!("The Cognito group {} does not exist.", member.user_group);
            return Err(AwsError::validation(message));
        }
    }
    Ok(())
}

fn workteam_json(cloud: &Cloud, name: &str, team: &Workteam) -> Value {
    json!({
        "WorkteamName": name,
        "WorkteamArn": team.arn,
        "WorkforceArn": team.workforce_arn,
        "Description": team.description,
        "MemberDefinitions": team.members,
        "SubDomain": sub_domain(cloud),
        "CreateDate": team.created.seconds(),
        "LastUpdatedDate": team.modified.seconds(),
    })
}
