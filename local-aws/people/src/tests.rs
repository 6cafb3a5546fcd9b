//! The limits of all services of people, from outside.

use serde_json::{Value, json};

use crate::testing::{People, arn};
use local_core::wire::{Api, apis};

#[tokio::test]
async fn an_arn_of_another_kind_is_refused_in_awss_sentence() {
    let people = People::new();
    let mut flow = people.flow_definition();
    let team = arn("flow-definition/reviews");
    flow["HumanLoopConfig"]["WorkteamArn"] = json!(team);
    let refused = people.sagemaker("CreateFlowDefinition", flow).await;
    let refused = refused.unwrap_err();
    assert_eq!(
        (refused.status, refused.code.as_str()),
        (400, "ValidationException")
    );
    assert_eq!(
        refused.message,
        format!(
            "1 validation error detected: Value '{team}' at 'humanLoopConfig.workteamArn' failed \
             to satisfy constraint: Member must satisfy regular expression pattern: \
             arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{{12}}:workteam/.*"
        )
    );
}

#[tokio::test]
async fn a_flow_definition_keeps_to_a2is_limits_at_both_ends() {
    let people = People::ready().await;
    people
        .sagemaker(
            "DeleteFlowDefinition",
            json!({ "FlowDefinitionName": "reviews" }),
        )
        .await
        .unwrap();
    let config = "/HumanLoopConfig";
    for (member, allowed, refused) in [
        ("TaskCount", json!(3), json!(4)),
        ("TaskCount", json!(1), json!(0)),
        (
            "TaskAvailabilityLifetimeInSeconds",
            json!(864_000),
            json!(864_001),
        ),
        ("TaskTimeLimitInSeconds", json!(30), json!(29)),
        ("TaskTimeLimitInSeconds", json!(28_800), json!(28_801)),
        ("TaskTitle", json!("t".repeat(128)), json!("t".repeat(129))),
        ("TaskTitle", json!("t"), json!("")),
        (
            "TaskDescription",
            json!("d".repeat(255)),
            json!("d".repeat(256)),
        ),
        ("TaskKeywords", json!(["one two"]), json!([])),
        ("TaskKeywords", json!(["k"]), json!(["-"])),
        (
            "HumanTaskUiArn",
            json!(arn("human-task-ui/ui")),
            json!(arn("workteam/private-crowd/team")),
        ),
    ] {
        let with = |value: &Value| {
            let mut flow = people.flow_definition();
            flow.pointer_mut(config).unwrap()[member] = value.clone();
            people.sagemaker("CreateFlowDefinition", flow)
        };
        let error = with(&refused).await.unwrap_err();
        let at = format!(
            "at 'humanLoopConfig.{}{}",
            member[..1].to_lowercase(),
            &member[1..]
        );
        assert!(error.message.contains(&at), "{member}: {}", error.message);
        with(&allowed).await.unwrap();
        let name = json!({ "FlowDefinitionName": "reviews" });
        people
            .sagemaker("DeleteFlowDefinition", name)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_name_or_an_id_that_aws_has_not_is_refused_by_its_pattern() {
    let people = People::new();
    let (idp, sagemaker) = (apis::COGNITO_IDENTITY_PROVIDER, apis::SAGEMAKER);
    let a2i = apis::AUGMENTED_AI_RUNTIME;
    let tag = json!([{ "Key": "k", "Value": "<" }]);
    let table: &[(Api, &str, Value, &str)] = &[
        (
            a2i,
            "StopHumanLoop",
            json!({"HumanLoopName": "Upper"}),
            "'humanLoopName'",
        ),
        (
            a2i,
            "ListHumanLoops",
            json!({"FlowDefinitionArn": "reviews"}),
            "'flowDefinitionArn'",
        ),
        (
            a2i,
            "ListHumanLoops",
            json!({"MaxResults": "101"}),
            "'maxResults'",
        ),
        (
            sagemaker,
            "CreateHumanTaskUi",
            json!({"HumanTaskUiName": "Upper"}),
            "'humanTaskUiName'",
        ),
        (
            sagemaker,
            "CreateHumanTaskUi",
            json!({ "Tags": tag }),
            "'tags.1.member.value'",
        ),
        (
            sagemaker,
            "CreateWorkteam",
            json!({"MemberDefinitions": []}),
            "'memberDefinitions'",
        ),
        (
            sagemaker,
            "CreateWorkforce",
            json!({"CognitoConfig": {"UserPool": "pool"}}),
            "'cognitoConfig.userPool'",
        ),
        (
            sagemaker,
            "ListWorkteams",
            json!({"SortBy": "CreationTime"}),
            "'sortBy'",
        ),
        (
            sagemaker,
            "RenderUiTemplate",
            json!({"RoleArn": "arn:aws:iam::1:user/ann"}),
            "'roleArn'",
        ),
        (
            idp,
            "DescribeUserPool",
            json!({"UserPoolId": "pool"}),
            "'userPoolId'",
        ),
        (
            idp,
            "CreateGroup",
            json!({"GroupName": "two words"}),
            "'groupName'",
        ),
        (
            idp,
            "CreateUserPoolDomain",
            json!({"Domain": "-a"}),
            "'domain'",
        ),
        (
            idp,
            "CreateUserPool",
            json!({"Policies": {"PasswordPolicy": {"MinimumLength": 5}}}),
            "'policies.passwordPolicy.minimumLength'",
        ),
        (
            idp,
            "ListUserPools",
            json!({"MaxResults": 61}),
            "'maxResults'",
        ),
    ];
    for (api, operation, members, at) in table {
        let refused = people.call(*api, operation, members.clone()).await;
        let message = refused.unwrap_err().message;
        assert!(message.contains(at), "{operation}: {message}");
        assert!(
            message.contains("failed to satisfy constraint: Member must "),
            "{operation}: {message}"
        );
    }
}

#[tokio::test]
async fn no_refusal_repeats_a_review_a_name_or_a_password() {
    let people = People::new();
    let long = format!("secret{}", " ".repeat(3 << 20));
    for (api, operation, members) in [
        (
            apis::AUGMENTED_AI_RUNTIME,
            "StartHumanLoop",
            json!({"HumanLoopInput": {"InputContent": long}}),
        ),
        (
            apis::COGNITO_IDENTITY_PROVIDER,
            "AdminGetUser",
            json!({"Username": "secret person"}),
        ),
        (
            apis::COGNITO_IDENTITY_PROVIDER,
            "AdminSetUserPassword",
            json!({"Password": "secret word"}),
        ),
        (
            apis::SAGEMAKER,
            "RenderUiTemplate",
            json!({"Task": {"Input": long}}),
        ),
    ] {
        let refused = people.call(api, operation, members).await.unwrap_err();
        let message = &refused.message;
        assert!(
            message.starts_with("1 validation error detected: Value at '"),
            "{message}"
        );
        assert!(!message.contains("secret"), "{operation}");
    }
}
