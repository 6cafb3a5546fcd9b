use serde_json::{Map, Value, json};

use super::{KEPT, replaces};
use crate::row::Row;

fn named(name: &str, value: &str) -> Map<String, Value> {
    [(name.to_owned(), json!(value))].into_iter().collect()
}

fn row(kind: &str, properties: Map<String, Value>) -> Row {
    let row = json!({
        "resource_type": kind, "properties": properties, "physical_id": "it", "attributes": {}
    });
    serde_json::from_value(row).unwrap()
}

fn refusal(kind: &str, before: Map<String, Value>, now: &Map<String, Value>) -> String {
    replaces(&row(kind, before), now).unwrap_err().to_string()
}

#[test]
fn another_name_replaces_a_resource_and_another_setting_updates_it() {
    let queue = "AWS::SQS::Queue";
    for (name, expected) in [("QueueName", true), ("VisibilityTimeout", false)] {
        let before = row(queue, named(name, "1"));
        assert_eq!(replaces(&before, &named(name, "2")).unwrap(), expected);
    }
}

#[test]
fn a_custom_named_resource_that_needs_replacement_keeps_its_name_and_is_refused() {
    for (kind, name, property) in [
        (
            "AWS::SageMaker::HumanTaskUi",
            "HumanTaskUiName",
            "UiTemplate",
        ),
        (
            "AWS::SageMaker::ModelPackageGroup",
            "ModelPackageGroupName",
            "ModelPackageGroupDescription",
        ),
        ("AWS::SageMaker::Workteam", "WorkteamName", "WorkforceName"),
        ("AWS::Cognito::UserPoolDomain", "Domain", "UserPoolId"),
    ] {
        let with = |value| -> Map<String, Value> {
            named(name, "mine")
                .into_iter()
                .chain(named(property, value))
                .collect()
        };
        let refused = refusal(kind, with("a"), &with("b"));
        let sentence = "CloudFormation cannot update a stack when a custom-named resource requires \
                        replacing. Rename mine and update the stack again.";
        assert!(refused.starts_with(sentence), "{kind}: {refused}");
        // Without a name of its own there is room for another one.
        assert!(replaces(&row(kind, named(property, "a")), &named(property, "b")).unwrap());
    }
}

#[test]
fn what_no_update_changes_is_refused_in_cloudformations_words() {
    let pool = refusal(
        "AWS::Cognito::UserPool",
        named("UsernameAttributes", "a"),
        &Map::new(),
    );
    assert!(
        pool.contains("not allowed for property - UsernameAttributes"),
        "{pool}"
    );
    let custom = refusal(
        "Custom::Thing",
        named("ServiceToken", "a"),
        &named("ServiceToken", "b"),
    );
    assert_eq!(custom, "Modifying service token is not allowed.");
}

#[test]
fn a_property_that_left_is_refused_where_the_update_would_keep_it() {
    for kind in KEPT {
        let refused = refusal(kind, named("Description", "a"), &Map::new());
        assert!(refused.contains("Description"), "{kind}: {refused}");
        assert!(
            !replaces(
                &row(kind, named("Description", "a")),
                &named("Description", "b")
            )
            .unwrap()
        );
        assert!(!replaces(&row(kind, named("Tags", "a")), &Map::new()).unwrap());
    }
}
