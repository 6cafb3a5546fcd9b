//! `DeleteStack` beside a deployment.

use std::task::{Context, Waker};

use local_core::wire::apis;
use serde_json::json;

use super::{FUNCTION_RESOURCE, STORAGE, Stack};
use crate::leftover::Leftover;
use crate::row::Row;
use crate::{Status, start, turn};

/// A stack that was updated; a resource of before waits for its deletion, as where no function could be asked.
async fn updated() -> Stack {
    let stack = Stack::deployed(&template()).await;
    let row = Row::deployed(&stack.cloud).remove("Queue").unwrap();
    let replaced = Row {
        physical_id: "before".to_owned(),
        ..row
    };
    let store = &stack.cloud.store;
    store.update(|tx| Leftover::replaced(replaced).put(tx, "us-east-1"));
    stack
}

fn template() -> String {
    let storage = STORAGE.replace("DeletionPolicy: Retain,", "");
    format!("{storage}{FUNCTION_RESOURCE}")
}

#[tokio::test]
async fn a_deletion_that_is_accepted_beside_a_start_is_made() {
    for deployed in [template(), template().replace("waiting", "arrived")] {
        // What is asked before the first step is asked before the start, which deletes first.
        for steps in 1.. {
            let stack = updated().await;
            stack.write(&deployed);
            let mut deployment = Box::pin(start(&stack.cloud));
            let mut context = Context::from_waker(Waker::noop());
            let mut ended = (0..steps).find_map(|_| match deployment.as_mut().poll(&mut context) {
                std::task::Poll::Ready(ended) => Some(ended),
                std::task::Poll::Pending => None,
            });
            let has_ended = ended.is_some();
            let named = json!({ "StackName": "reviewloop" });
            let asked = stack.call(apis::CLOUDFORMATION, "DeleteStack", named).await;
            if ended.is_none() {
                ended = Some(deployment.await);
            }
            ended.unwrap().unwrap();
            turn::delete_as_asked(&stack.cloud).await;
            match asked {
                Ok(_) => {
                    assert_eq!(stack.status(), Status::DeleteComplete, "at step {steps}");
                    assert_eq!(stack.rows(), [""; 0]);
                }
                Err(refused) => {
                    assert!(refused.message.contains("_IN_PROGRESS"), "{refused:?}");
                    assert_eq!(stack.status(), Status::UpdateComplete);
                }
            }
            if has_ended {
                assert!(steps > 2, "there are places to ask at");
                break;
            }
        }
    }
}
