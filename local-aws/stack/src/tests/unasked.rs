//! Custom resources where nothing runs functions.

use serde_json::json;
use tempfile::TempDir;

use super::{FUNCTION_RESOURCE, STORAGE, Stack};
use crate::row::{BEFORE, RESOURCES, Row};
use crate::stack::{STACKS, Stack as Stored};
use crate::{Status, delete};

const REGION: &str = "us-east-1";

const THING: &str = "  Thing: { Type: Custom::Thing, Properties: { ServiceToken: !GetAtt F.Arn } }";

/// A stack whose custom resource was asked for, and whose process ended before the answer.
fn interrupted() -> TempDir {
    let stack = Stack::opened(tempfile::tempdir().unwrap(), |settings| {
        settings.functions_dir = Some(settings.state_dir.join("bin"));
    });
    let template = format!("Resources:{FUNCTION_RESOURCE}{THING}");
    assert!(!stack.ends_within(&template, 20), "nobody answers");
    assert_eq!(stack.rows(), ["F", "Thing"]);
    stack.closed()
}

#[tokio::test]
async fn an_interrupted_creation_is_not_forgotten_by_a_deletion() {
    let stack = Stack::opened(interrupted(), |_| {});
    let refused = delete(&stack.cloud).await.unwrap_err().to_string();
    assert!(
        refused.contains("Thing (Custom::Thing): nothing runs functions here"),
        "{refused}"
    );
    assert_eq!(stack.rows(), ["F", "Thing"]);
    let row = Row::deployed(&stack.cloud).remove("Thing").unwrap();
    assert!(row.physical_id.starts_with("reviewloop-Thing-"), "{row:?}");
    assert_eq!(row.status, Status::CreateInProgress);
}

#[tokio::test]
async fn a_rollback_says_so_and_asks_nobody() {
    let stack = Stack::deployed(STORAGE).await;
    stack.cloud.store.update(|tx| {
        let row = RESOURCES.get(tx, REGION, "Queue").unwrap();
        let before = Row {
            logical_id: "Thing".to_owned(),
            resource_type: "Custom::Thing".to_owned(),
            ..row
        };
        let mut now = before.clone();
        now.properties.insert("Size".to_owned(), json!("2"));
        BEFORE.put(tx, REGION, "Thing", &before);
        now.put(tx, REGION);
        let stack = Stored::get(tx, REGION).unwrap();
        let status = Status::UpdateRollbackInProgress;
        STACKS.put(tx, REGION, "reviewloop", &Stored { status, ..stack });
    });
    assert!(stack.ends_within(STORAGE, 20), "it waits for an answer");
    assert_eq!(stack.status(), Status::UpdateRollbackFailed);
    let reason = crate::describe(&stack.cloud).unwrap().reason.unwrap();
    assert!(reason.contains("nothing runs functions here"), "{reason}");
}
