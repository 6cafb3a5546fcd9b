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
    let asked = |members: Value| row.question(&caller, &members).is_some();
    assert!(asked(json!({ "ModelName": "m", "Tags": [{ "Key": "k" }] })));
    assert!(!asked(json!({ "ModelName": "m", "Tags": [] })));
    assert!(!asked(json!({ "ModelName": "m" })));
}
