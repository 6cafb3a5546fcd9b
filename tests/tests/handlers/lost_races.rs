//! Conditional writes of an object that another writer has changed or removed since.

use contracts::keys;
use loop_state::{Bucket, objects};
use serde_json::{Value, json};

use super::setup::Setup;

/// S3 answers 412 to the first, and 404 to the second.
#[tokio::test]
async fn an_object_that_was_changed_or_deleted_meanwhile_is_a_lost_race() {
    let setup = Setup::new().await;
    let bucket = &setup.bucket;
    setup.put(keys::RUN, br#"{"attempt": 1}"#).await;
    let found = objects::read::<Value>(bucket, keys::RUN).await.unwrap();
    let etag = found.unwrap().etag;
    let next = json!({ "attempt": 2 });
    let replace = async || objects::replace(bucket, keys::RUN, &next, &etag).await;

    setup.put(keys::RUN, br#"{"attempt": 3}"#).await;
    assert!(!replace().await.unwrap());
    setup.delete(keys::RUN).await;
    for _ in 0..2 {
        assert!(!replace().await.unwrap());
    }
    assert_eq!(setup.read::<Value>(keys::RUN).await, None);

    let nowhere = Bucket {
        s3: bucket.s3.clone(),
        name: "no-such-bucket".to_owned(),
    };
    let error = objects::replace(&nowhere, keys::RUN, &next, &etag).await;
    let error = format!("{:#}", error.unwrap_err());
    assert!(error.contains("NoSuchBucket"), "{error}");
}
