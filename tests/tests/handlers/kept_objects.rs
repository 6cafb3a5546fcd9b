//! An object that a function reads at every request.

use std::sync::Arc;

use contracts::keys;
use loop_state::Kept;
use serde_json::{Value, json};

use super::setup::Setup;

#[tokio::test]
async fn an_object_is_sent_again_only_where_it_has_changed() {
    let setup = Setup::new().await;
    let kept = Kept::<Value>::new(keys::ROLLOUT);
    assert_eq!(kept.read(&setup.bucket).await.unwrap(), None);

    setup.put(keys::ROLLOUT, br#"{"share": 1}"#).await;
    let first = kept.read(&setup.bucket).await.unwrap().unwrap();
    let again = kept.read(&setup.bucket).await.unwrap().unwrap();
    assert_eq!(*first, json!({ "share": 1 }));
    assert!(Arc::ptr_eq(&first, &again), "it was sent again");

    setup.put(keys::ROLLOUT, br#"{"share": 2}"#).await;
    let changed = kept.read(&setup.bucket).await.unwrap().unwrap();
    assert_eq!(*changed, json!({ "share": 2 }));

    setup.put(keys::ROLLOUT, b"{").await;
    let error = kept.read(&setup.bucket).await.unwrap_err();
    assert!(format!("{error:#}").contains("parse s3://"), "{error:#}");

    setup.delete(keys::ROLLOUT).await;
    assert_eq!(kept.read(&setup.bucket).await.unwrap(), None);
}
