//! A version that a training job has no memory for.

use start_pipeline::Outcome;

use super::manifests::{manifest_of, write_version};
use super::pipeline::{EMPTY, starter, with_pipeline};

#[tokio::test]
async fn more_rows_than_a_training_takes_are_said_before_it_starts() {
    let setup = with_pipeline(EMPTY).await;
    let mut manifest = manifest_of(1, "large");
    let part = serde_json::json!({
        "id": "p", "rows": 30, "quarantined": 0, "source_key": "incoming/a.csv", "source_etag": "", "uploaded_at": "",
    });
    manifest.parts = vec![serde_json::from_value(part).unwrap()];
    write_version(&setup, &manifest).await;
    let mut deps = starter(&setup);
    deps.config.maximum_training_rows = 29;
    let wake = || serde_json::from_value(serde_json::json!({ "start": {} })).unwrap();
    let stuck = start_pipeline::handle(&deps, wake()).await.unwrap();
    let Outcome::Stuck { reason, .. } = stuck else {
        panic!("{stuck:?}")
    };
    assert!(
        reason.contains(
            "has 30 rows, repeated texts counted each time, and is trained with up to 29"
        ),
        "{reason}"
    );
    deps.config.maximum_training_rows = 30;
    let started = start_pipeline::handle(&deps, wake()).await.unwrap();
    assert!(!matches!(started, Outcome::Stuck { .. }), "{started:?}");
}
