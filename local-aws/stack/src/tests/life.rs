//! Creations and updates that fail, replacement, and deletion.

use serde_json::json;

use super::{STORAGE, Stack};
use crate::{Status, delete, events};
use local_core::wire::apis;

/// The template with a resource that SQS refuses, after the others.
fn failing(template: &str) -> String {
    let wrong = "{ QueueName: wrong, VisibilityTimeout: 99999999 }";
    format!(
        "{template}  Wrong: {{ Type: AWS::SQS::Queue, DependsOn: [Queue, Bucket, Kept], Properties: {wrong} }}\n"
    )
}

fn with_policy(policy: &str) -> String {
    STORAGE.replace(
        "DeletionPolicy: Retain",
        &format!("DeletionPolicy: {policy}"),
    )
}

#[tokio::test]
async fn a_creation_that_fails_deletes_what_it_made_and_is_created_anew() {
    let stack = Stack::empty();
    let refused = stack
        .deploy(&failing(STORAGE))
        .await
        .unwrap_err()
        .to_string();
    assert!(
        refused.starts_with("deploy Wrong (AWS::SQS::Queue): "),
        "{refused}"
    );
    assert!(
        refused.contains("Member must have value less than"),
        "SQS's own sentence: {refused}"
    );
    assert!(
        refused.ends_with("; the stack was rolled back: ROLLBACK_COMPLETE"),
        "{refused}"
    );
    assert_eq!(stack.status(), Status::RollbackComplete);
    assert_eq!(stack.rows(), [""; 0]);
    assert!(!stack.has_queue("waiting").await && !stack.has_bucket("data"));
    assert!(stack.has_bucket("kept"), "DeletionPolicy Retain keeps it");

    stack.deploy(STORAGE).await.unwrap();
    assert!(stack.has_queue("waiting").await);
}

#[tokio::test]
async fn a_bucket_that_a_deleted_stack_kept_is_imported_and_a_failure_leaves_it() {
    let template = with_policy("RetainExceptOnCreate");
    let stack = Stack::deployed(&template).await;
    local_s3::put_bytes(&stack.cloud, "kept", "a.csv", b"x").unwrap();
    delete(&stack.cloud).await.unwrap();

    let refused = stack.deploy(&failing(&template)).await.unwrap_err();
    let refused = refused.to_string();
    assert!(refused.ends_with(": UPDATE_ROLLBACK_COMPLETE"), "{refused}");
    assert_eq!(stack.rows(), ["Kept"]);
    stack.deploy(&template).await.unwrap();
    assert_eq!(stack.status(), Status::UpdateComplete);
    assert_eq!(stack.rows(), ["Bucket", "Kept", "Queue"]);
    local_s3::get_bytes(&stack.cloud, "kept", "a.csv").unwrap();
}

#[tokio::test]
async fn retain_except_on_create_deletes_what_a_failed_creation_made_and_keeps_it_later() {
    let stack = Stack::empty();
    let template = with_policy("RetainExceptOnCreate");
    stack.deploy(&failing(&template)).await.unwrap_err();
    assert!(!stack.has_bucket("kept"));
    stack.deploy(&template).await.unwrap();
    delete(&stack.cloud).await.unwrap();
    assert!(stack.has_bucket("kept"));
}

#[tokio::test]
async fn an_update_that_fails_leaves_the_stack_as_it_was() {
    let stack = Stack::deployed(STORAGE).await;
    let changed = STORAGE
        .replace("waiting", "waiting, VisibilityTimeout: 60")
        .replace("  Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: data } }", "  Other: { Type: AWS::S3::Bucket, Properties: { BucketName: other } }\n  Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: moved } }");
    let refused = stack
        .deploy(&failing(&changed))
        .await
        .unwrap_err()
        .to_string();
    assert!(
        refused.ends_with("; the stack was rolled back: UPDATE_ROLLBACK_COMPLETE"),
        "{refused}"
    );
    assert_eq!(stack.status(), Status::UpdateRollbackComplete);
    assert_eq!(stack.rows(), ["Bucket", "Kept", "Queue"]);
    assert!(stack.has_bucket("data") && !stack.has_bucket("moved") && !stack.has_bucket("other"));
    assert_eq!(
        stack.queue_attributes("waiting").await["VisibilityTimeout"],
        "30"
    );
    // A repetition that is right goes through.
    stack.deploy(&changed).await.unwrap();
    assert_eq!(stack.status(), Status::UpdateComplete);
    assert!(!stack.has_bucket("data") && stack.has_bucket("moved") && stack.has_bucket("other"));
    assert_eq!(
        stack.queue_attributes("waiting").await["VisibilityTimeout"],
        "60"
    );
}

#[tokio::test]
async fn a_replaced_resource_stays_until_the_clean_up_and_after_it_where_its_policy_says_so() {
    let policies = "UpdateReplacePolicy: Retain, Properties: { BucketName";
    let template = STORAGE.replace("Properties: { BucketName", policies);
    let stack = Stack::deployed(&template).await;
    stack
        .deploy(
            &template
                .replace("data", "moved")
                .replace("waiting", "arrived"),
        )
        .await
        .unwrap();
    assert!(stack.has_bucket("data") && stack.has_bucket("moved"));
    assert!(!stack.has_queue("waiting").await && stack.has_queue("arrived").await);
    // The new one is there before the old one goes.
    let told = statuses(&stack);
    let created = told.iter().rposition(|it| it == "Queue CREATE_COMPLETE");
    let cleaned = told
        .iter()
        .position(|it| it.ends_with("CLEANUP_IN_PROGRESS"));
    let deleted = told.iter().position(|it| it == "Queue DELETE_COMPLETE");
    assert!(created < cleaned && cleaned < deleted, "{told:?}");
    assert!(
        told.contains(&"Bucket DELETE_SKIPPED".to_owned()),
        "{told:?}"
    );
}

fn statuses(stack: &Stack) -> Vec<String> {
    let events = events(&stack.cloud).into_iter();
    events
        .map(|event| format!("{} {}", event.logical_id, event.status))
        .collect()
}

#[tokio::test]
async fn the_events_tell_a_creation_from_its_start_to_its_end() {
    let stack = Stack::deployed("Resources: { Q: { Type: AWS::SQS::Queue } }").await;
    assert_eq!(
        statuses(&stack),
        [
            "reviewloop CREATE_IN_PROGRESS",
            "Q CREATE_IN_PROGRESS",
            "Q CREATE_COMPLETE",
            "reviewloop CREATE_COMPLETE"
        ]
    );
    // What is as it was is no update.
    stack
        .deploy("Resources: { Q: { Type: AWS::SQS::Queue } }")
        .await
        .unwrap();
    assert_eq!(statuses(&stack).len(), 4);
}

#[tokio::test]
async fn a_resource_of_another_type_is_refused_before_the_update_begins() {
    let stack = Stack::deployed(STORAGE).await;
    let other = STORAGE.replace("AWS::SQS::Queue", "AWS::IAM::Role");
    let refused = stack.deploy(&other).await.unwrap_err().to_string();
    assert!(
        refused.ends_with("following resources: [Queue]"),
        "{refused}"
    );
    assert_eq!(stack.status(), Status::CreateComplete);
}

#[tokio::test]
async fn a_deletion_takes_dependents_first_and_keeps_what_is_retained() {
    let template = STORAGE.replace("Queue: {", "Queue: { DependsOn: Bucket,");
    let stack = Stack::deployed(&template).await;
    delete(&stack.cloud).await.unwrap();
    assert_eq!(stack.status(), Status::DeleteComplete);
    assert_eq!(stack.rows(), [""; 0]);
    assert!(!stack.has_queue("waiting").await && !stack.has_bucket("data"));
    assert!(stack.has_bucket("kept"));
    let told = statuses(&stack);
    let place = |wanted: &str| told.iter().position(|it| it == wanted).unwrap();
    assert!(
        place("Queue DELETE_COMPLETE") < place("Bucket DELETE_IN_PROGRESS"),
        "{told:?}"
    );
    // Of a stack that is gone nothing is to be deleted.
    delete(&stack.cloud).await.unwrap();
}

#[tokio::test]
async fn a_refused_deletion_names_its_reason_keeps_what_the_resource_needs_and_can_be_repeated() {
    let template = STORAGE.replace("Bucket: {", "Bucket: { DependsOn: Queue,");
    let stack = Stack::deployed(&template).await;
    local_s3::put_bytes(&stack.cloud, "data", "a.csv", b"x").unwrap();
    let refused = delete(&stack.cloud).await.unwrap_err().to_string();
    assert!(refused.contains("Bucket (AWS::S3::Bucket): "), "{refused}");
    assert_eq!(stack.status(), Status::DeleteFailed);
    let reason = crate::describe(&stack.cloud).unwrap().reason.unwrap();
    assert!(refused.contains(&reason), "{reason}");
    assert_eq!(stack.rows(), ["Bucket", "Queue"]);
    assert!(stack.has_queue("waiting").await, "the bucket needs it");

    local_s3::delete(&stack.cloud, "data", "a.csv").unwrap();
    delete(&stack.cloud).await.unwrap();
    assert_eq!(stack.status(), Status::DeleteComplete);
    assert!(!stack.has_bucket("data") && !stack.has_queue("waiting").await);
}

#[tokio::test]
async fn a_deployment_after_a_refused_deletion_brings_back_what_is_gone() {
    let stack = Stack::deployed(STORAGE).await;
    local_s3::put_bytes(&stack.cloud, "data", "a.csv", b"x").unwrap();
    delete(&stack.cloud).await.unwrap_err();
    assert!(!stack.has_queue("waiting").await);
    let without = STORAGE.replace("  Kept", "  # Kept");
    stack.deploy(&without).await.unwrap();
    assert_eq!(stack.status(), Status::UpdateComplete);
    assert!(stack.has_queue("waiting").await && stack.has_bucket("data"));
}

#[tokio::test]
async fn a_rollback_that_fails_says_so_and_is_repeated_by_the_next_deployment() {
    let stack = Stack::deployed(STORAGE).await;
    // The old queue is gone behind the stack's back: nothing restores its attributes.
    let changed = STORAGE.replace("waiting", "waiting, VisibilityTimeout: 60");
    let wrong = failing(&changed);
    let named = json!({ "QueueName": "waiting" });
    let url = stack.call(apis::SQS, "GetQueueUrl", named).await.unwrap();
    let url = json!({ "QueueUrl": url["QueueUrl"] });
    stack.call(apis::SQS, "DeleteQueue", url).await.unwrap();
    let refused = stack.deploy(&wrong).await.unwrap_err().to_string();
    assert!(refused.contains("; the stack could not be rolled back: UPDATE_ROLLBACK_FAILED: Queue (AWS::SQS::Queue): "), "{refused}");
    assert_eq!(stack.status(), Status::UpdateRollbackFailed);
    let repeated = stack.deploy(STORAGE).await.unwrap_err();
    assert!(
        format!("{repeated:#}").starts_with("roll the failed update back: "),
        "{repeated:#}"
    );
    // It can be deleted all the same.
    delete(&stack.cloud).await.unwrap();
    assert!(!stack.has_bucket("data"));
}

#[tokio::test]
async fn a_function_that_is_replaced_keeps_its_rules_and_a_rollback_leads_them_back() {
    let template = super::FUNCTION.split("Outputs:").next().unwrap();
    let stack = Stack::deployed(template).await;
    let target = async || {
        let rule = json!({ "Rule": "reviewloop-FUploaded" });
        let targets = stack
            .call(apis::EVENTBRIDGE, "ListTargetsByRule", rule)
            .await;
        let targets = targets.unwrap()["Targets"].take();
        assert_eq!(targets.as_array().map(Vec::len), Some(1));
        targets[0]["Arn"]
            .as_str()
            .unwrap()
            .rsplit(':')
            .next()
            .unwrap()
            .to_owned()
    };
    let named = template.replace("CodeUri:", "FunctionName: other\n      CodeUri:");
    let wrong = "  Wrong: { Type: AWS::SQS::Queue, DependsOn: F, Properties: { VisibilityTimeout: 99999999 } }\n";
    stack.deploy(&format!("{named}{wrong}")).await.unwrap_err();
    assert_eq!(stack.functions(), ["reviewloop-F"]);
    assert_eq!(target().await, "reviewloop-F");
    stack.deploy(&named).await.unwrap();
    assert_eq!(stack.functions(), ["other"]);
    assert_eq!(target().await, "other");
}

#[tokio::test]
async fn a_function_whose_rule_is_refused_leaves_neither_itself_nor_a_rule_behind() {
    let template = super::FUNCTION.split("Outputs:").next().unwrap();
    let retries = "{ MaximumRetryAttempts: 200 }";
    for wrong in [
        "{ Type: Schedule, Properties: { Schedule: cron(0 1 * * ? *) } }".to_owned(),
        // The rule itself is taken, its target is not.
        format!(
            "{{ Type: EventBridgeRule, Properties: {{ Pattern: {{ source: [a] }}, RetryPolicy: {retries} }} }}"
        ),
    ] {
        let wrong = format!("        Wrong: {wrong}\n");
        let wrong = template.replace("Uploaded:", "Arrived:") + &wrong;
        let stack = Stack::empty();
        stack.deploy(&wrong).await.unwrap_err();
        assert_eq!(stack.documents(), [""; 0], "no role either");
        stack.deploy(template).await.unwrap();
        stack.deploy(&wrong).await.unwrap_err();
        assert_eq!(stack.functions(), ["reviewloop-F"]);
        assert_eq!(stack.rules().await, ["reviewloop-FUploaded"]);
    }
}
