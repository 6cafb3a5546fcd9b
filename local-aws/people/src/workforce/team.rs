//! A work team as it is kept: groups of the workforce's pool.

use serde::{Deserialize, Serialize};

use crate::cognito;
use local_core::names;
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;

pub const WORKTEAMS: Table<Workteam> = Table::new("sagemaker/workteam");

#[derive(Clone, Serialize, Deserialize)]
pub struct Workteam {
    pub arn: String,
    pub workforce_arn: String,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub description: String,
    pub members: Vec<MemberDefinition>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct MemberDefinition {
    pub cognito_member_definition: CognitoMemberDefinition,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CognitoMemberDefinition {
    pub user_pool: String,
    pub user_group: String,
    pub client_id: String,
}

pub fn is_any_team(tx: &Tx, region: &str) -> bool {
    !WORKTEAMS.list(tx, region).is_empty()
}

/// The ARNs of the teams that a user of a pool is a member of.
pub fn teams_of(tx: &Tx, region: &str, pool: &str, username: &str) -> Vec<String> {
    let all = WORKTEAMS.list(tx, region).into_iter();
    all.filter(|(_, team)| {
        team.members.iter().any(|member| {
            let member = &member.cognito_member_definition;
            member.user_pool == pool && cognito::is_member(tx, pool, &member.user_group, username)
        })
    })
    .map(|(_, team)| team.arn)
    .collect()
}

pub fn team_exists(tx: &Tx, region: &str, arn: &str) -> bool {
    let name = names::of(arn, "workteam").trim_start_matches("private-crowd/");
    WORKTEAMS
        .get(tx, region, name)
        .is_some_and(|team| team.arn == arn)
}
