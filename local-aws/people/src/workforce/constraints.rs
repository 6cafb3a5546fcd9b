//! SageMaker's limits on the members of workforces, work teams and human task UIs.
//!
//! Source: the API reference of Amazon SageMaker. A template and a task's input are not repeated in a
//! sentence: it would be as long as they are.

use local_core::wire::Operation;
use local_core::wire::constraints::Rule::{Hidden, Items, Length, OneOf, Pattern};
use local_core::wire::constraints::{Constraint, Constraints, Rule};
use local_core::wire::limits::{Limit, PAGES, ROLES, TAGS, in_each};

pub fn constraints(operations: &[Operation]) -> Vec<Constraints> {
    let everywhere = in_each(operations, &[PAGES, ROLES, TAGS, EVERYWHERE]);
    let tables = [everywhere, LISTS.into()];
    let code = "ValidationException";
    tables.map(|table| Constraints { code, table }).into()
}

const WORKFORCE_NAME: Rule = Pattern(r"[a-zA-Z0-9]([a-zA-Z0-9\-]){0,62}");
const WORKTEAM_NAME: Rule = Pattern("[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}");
const TEXT: Rule = Hidden(&Length(1, 128_000));

const EVERYWHERE: &[Limit] = &[
    // Workforces.
    ("WorkforceName", Length(1, 63)),
    ("WorkforceName", WORKFORCE_NAME),
    ("CognitoConfig.UserPool", Length(1, 55)),
    ("CognitoConfig.UserPool", USER_POOL),
    ("CognitoConfig.ClientId", Length(1, 1024)),
    ("CognitoConfig.ClientId", CLIENT_ID),
    // Work teams.
    ("WorkteamName", Length(1, 63)),
    ("WorkteamName", WORKTEAM_NAME),
    ("Description", Length(1, 200)),
    ("Description", Pattern(".+")),
    ("MemberDefinitions", Items(1, 10)),
    (
        "MemberDefinitions[].CognitoMemberDefinition.UserPool",
        Length(1, 55),
    ),
    (
        "MemberDefinitions[].CognitoMemberDefinition.UserPool",
        USER_POOL,
    ),
    (
        "MemberDefinitions[].CognitoMemberDefinition.UserGroup",
        Length(1, 128),
    ),
    (
        "MemberDefinitions[].CognitoMemberDefinition.UserGroup",
        Pattern(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"),
    ),
    (
        "MemberDefinitions[].CognitoMemberDefinition.ClientId",
        Length(1, 1024),
    ),
    (
        "MemberDefinitions[].CognitoMemberDefinition.ClientId",
        CLIENT_ID,
    ),
    // Human task UIs.
    ("HumanTaskUiName", Length(1, 63)),
    ("HumanTaskUiName", Pattern("[a-z0-9](-*[a-z0-9])*")),
    ("HumanTaskUiArn", Length(0, 1024)),
    (
        "HumanTaskUiArn",
        Pattern(r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]+:[0-9]{12}:human-task-ui/.*"),
    ),
    ("UiTemplate.Content", TEXT),
    ("Task.Input", Hidden(&Length(2, 128_000))),
];
const USER_POOL: Rule = Pattern(r"[\w-]+_[0-9a-zA-Z]+");
const CLIENT_ID: Rule = Pattern("[ -~]+");

/// Members whose limits are another in each list.
const LISTS: &[Constraint] = local_core::constraints! {
    "ListWorkforces" {
        "SortBy": OneOf(&["Name", "CreateDate"]);
        "NameContains": WORKFORCE_NAME;
    }
    "ListWorkteams" {
        "SortBy": OneOf(&["Name", "CreateDate"]);
        "NameContains": WORKTEAM_NAME;
    }
};
