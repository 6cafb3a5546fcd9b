use serde_json::json;

use super::*;
use crate::principal::Principal;
use crate::settings::Settings;

#[test]
fn the_resource_is_named_by_the_members_of_the_request() {
    let folder = tempfile::tempdir().unwrap();
    let caller = Caller {
        cloud: &Cloud::open(Settings::new(folder.path())).unwrap(),
        region: "us-east-1",
        principal: &Principal::user(),
    };
    let pipeline = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/p";
    let group = "arn:aws:sagemaker:us-east-1:123456789012:model-package-group/g";
    let execution = format!("{pipeline}/execution/e");
    for (action, resource, members, expected) in [
        (
            "sagemaker:A",
            "pipeline/{Name}",
            json!({ "Name": "p" }),
            pipeline,
        ),
        (
            "sagemaker:A",
            "pipeline/{Name}",
            json!({ "Name": pipeline }),
            pipeline,
        ),
        (
            "sagemaker:A",
            "{Arn}",
            json!({ "Arn": execution }),
            execution.as_str(),
        ),
        (
            "sagemaker:A",
            "model-package/{Group}/*",
            json!({ "Group": group }),
            "arn:aws:sagemaker:us-east-1:123456789012:model-package/g/*",
        ),
        ("sagemaker:A", "pipeline/{Name}", json!({}), "*"),
        ("sagemaker:A", "*", json!({}), "*"),
        (
            "sqs:A",
            "{QueueUrl}",
            json!({ "QueueUrl": "http://127.0.0.1/123456789012/q" }),
            "arn:aws:sqs:us-east-1:123456789012:q",
        ),
        (
            "lambda:A",
            "function:{Name}",
            json!({ "Name": "f:$LATEST" }),
            "arn:aws:lambda:us-east-1:123456789012:function:f",
        ),
        (
            "iam:A",
            "role/{Name}",
            json!({ "Name": "r" }),
            "arn:aws:iam::123456789012:role/r",
        ),
        (
            "sagemaker:A",
            "p/{Variants.ModelName}",
            json!({ "Variants": [{ "ModelName": "m" }] }),
            "arn:aws:sagemaker:us-east-1:123456789012:p/m",
        ),
    ] {
        let permission = Permission::new("Operation", action, resource);
        let question = permission.question(&caller, &members).unwrap();
        assert_eq!(question.resource, expected, "{resource} {members}");
    }
}

#[test]
fn an_action_that_depends_on_a_member_is_asked_only_where_it_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let caller = Caller {
        cloud: &Cloud::open(Settings::new(folder.path())).unwrap(),
        region: "us-east-1",
        principal: &Principal::user(),
    };
    let row = Permission::new("CreateModel", "sagemaker:AddTags", "model/{ModelName}").when("Tags");
    let asked = |members: Value| row.questions(&caller, &members).len();
    let tags = json!([{ "Key": "k" }, { "Key": "l" }]);
    assert_eq!(asked(json!({ "ModelName": "m", "Tags": tags })), 1);
    assert_eq!(asked(json!({ "ModelName": "m", "Tags": [] })), 0);
    assert_eq!(asked(json!({ "ModelName": "m" })), 0);
}

#[test]
fn a_member_of_a_lists_items_is_asked_of_each() {
    let folder = tempfile::tempdir().unwrap();
    let caller = Caller {
        cloud: &Cloud::open(Settings::new(folder.path())).unwrap(),
        region: "us-east-1",
        principal: &Principal::user(),
    };
    let role = "{Targets.RoleArn}";
    let row = Permission::new("PutTargets", "iam:PassRole", role).when("Targets.RoleArn");
    let arn = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
    let targets = json!([{ "Id": "a" }, { "RoleArn": arn("b") }, { "RoleArn": arn("c") }]);
    let questions = row.questions(&caller, &json!({ "Targets": targets }));
    let resources = questions.into_iter().map(|question| question.resource);
    assert_eq!(resources.collect::<Vec<_>>(), [arn("b"), arn("c")]);
}
