//! A deployment that ends between any two of its commits, as a process that is killed there.

use std::task::{Context, Waker};

use super::{STORAGE, Stack};
use crate::{Status, delete, start};

/// Drops a deployment of the template after this many of its steps; answers whether it had ended.
fn ends_within(stack: &Stack, template: &str, steps: usize) -> bool {
    stack.write(template);
    let mut deployment = Box::pin(start(&stack.cloud));
    let mut context = Context::from_waker(Waker::noop());
    (0..=steps).any(|_| deployment.as_mut().poll(&mut context).is_ready())
}

fn changed() -> String {
    let changed = STORAGE.replace("waiting", "arrived");
    changed.replace(
        "data",
        "data, NotificationConfiguration: { EventBridgeConfiguration: {} }",
    )
}

fn failing(template: &str) -> String {
    let wrong =
        "{ Type: AWS::SQS::Queue, DependsOn: Kept, Properties: { VisibilityTimeout: 99999999 } }";
    let template = template.replace("Retain", "RetainExceptOnCreate");
    format!("{template}  Wrong: {wrong}\n")
}

async fn resources(stack: &Stack) -> Vec<&'static str> {
    let mut found = Vec::new();
    for queue in ["waiting", "arrived"] {
        if stack.has_queue(queue).await {
            found.push(queue);
        }
    }
    for bucket in ["data", "kept"] {
        if stack.has_bucket(bucket) {
            found.push(bucket);
        }
    }
    found
}

/// Kills the deployment of each template at every place; then `after` ends, and says what must be there.
async fn at_every_place(
    before: Option<&str>,
    killed: &str,
    after: impl AsyncFn(&Stack) -> Vec<&'static str>,
) {
    for steps in 0.. {
        let stack = Stack::empty();
        if let Some(before) = before {
            stack.deploy(before).await.unwrap();
        }
        let has_ended = ends_within(&stack, killed, steps);
        let expected = after(&stack).await;
        assert_eq!(resources(&stack).await, expected, "killed at step {steps}");
        if has_ended {
            assert!(steps > 3, "there are places to be killed at");
            return;
        }
    }
}

#[tokio::test]
async fn a_creation_that_is_killed_anywhere_goes_on_and_tells_each_event_once() {
    let undisturbed = Stack::deployed(STORAGE).await.told();
    at_every_place(None, STORAGE, async |stack| {
        stack.deploy(STORAGE).await.unwrap();
        assert_eq!(stack.status(), Status::CreateComplete);
        assert_eq!(stack.told(), undisturbed);
        vec!["waiting", "data", "kept"]
    })
    .await;
}

#[tokio::test]
async fn a_creation_that_is_killed_anywhere_goes_on_with_another_template() {
    at_every_place(None, STORAGE, async |stack| {
        stack.deploy(&changed()).await.unwrap();
        vec!["arrived", "data", "kept"]
    })
    .await;
}

#[tokio::test]
async fn a_creation_that_is_killed_anywhere_is_deleted_without_an_orphan() {
    let template = STORAGE.replace("DeletionPolicy: Retain,", "");
    at_every_place(None, &template, async |stack| {
        delete(&stack.cloud).await.unwrap();
        vec![]
    })
    .await;
}

#[tokio::test]
async fn a_creation_that_fails_and_is_killed_anywhere_leaves_nothing() {
    at_every_place(None, &failing(STORAGE), async |stack| {
        stack.deploy(&failing(STORAGE)).await.unwrap_err();
        assert_eq!(stack.status(), Status::RollbackComplete);
        vec![]
    })
    .await;
}

#[tokio::test]
async fn an_update_that_is_killed_anywhere_goes_on_or_back() {
    at_every_place(Some(STORAGE), &changed(), async |stack| {
        stack.deploy(&changed()).await.unwrap();
        vec!["arrived", "data", "kept"]
    })
    .await;
    at_every_place(Some(STORAGE), &changed(), async |stack| {
        stack.deploy(STORAGE).await.unwrap();
        vec!["waiting", "data", "kept"]
    })
    .await;
}

#[tokio::test]
async fn an_update_that_fails_and_is_killed_anywhere_goes_back() {
    let failing = failing(&changed());
    at_every_place(Some(STORAGE), &failing, async |stack| {
        stack.deploy(&failing).await.unwrap_err();
        assert_eq!(stack.status(), Status::UpdateRollbackComplete);
        vec!["waiting", "data", "kept"]
    })
    .await;
}

#[tokio::test]
async fn a_deletion_that_is_killed_anywhere_ends() {
    for steps in 0.. {
        let stack = Stack::deployed(STORAGE).await;
        let mut deletion = Box::pin(delete(&stack.cloud));
        let mut context = Context::from_waker(Waker::noop());
        let has_ended = (0..=steps).any(|_| deletion.as_mut().poll(&mut context).is_ready());
        drop(deletion);
        delete(&stack.cloud).await.unwrap();
        assert_eq!(stack.status(), Status::DeleteComplete);
        assert_eq!(resources(&stack).await, ["kept"], "killed at step {steps}");
        if has_ended {
            return;
        }
    }
}
