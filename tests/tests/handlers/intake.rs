//! register-dataset: an upload that one Lambda has not the time for goes to a processing job.

use std::io::Write;

use aws_sdk_sagemaker::types::ProcessingJobStatus as Status;
use contracts::dataset::Received;
use contracts::intake::Intake;
use contracts::keys;
use flate2::Compression;
use flate2::write::GzEncoder;
use register_dataset::{Config, Deps, Outcome, handle};
use serde_json::json;

use super::datasets::{self, GOOD, KEY, put, versions};
use super::setup::{DATASET, Setup, event};

const JOB: &str = "reviewloop-intake-aaaabbbbccccddddeeeeffffgg-1";

/// Every file is too large for the function.
fn deps(setup: &Setup) -> Deps {
    datasets::deps_of(setup, small())
}

fn small() -> Config {
    Config {
        maximum_upload_bytes: 10,
        ..datasets::config()
    }
}

pub async fn started(deps: &Deps, key: &str) -> String {
    match handle(deps, put(key)).await.unwrap() {
        Outcome::Processing { job } => job,
        other => panic!("{other:?}"),
    }
}

pub async fn ended(setup: &Setup, job: &str) -> Status {
    setup
        .until(async || {
            let describe = setup.sagemaker.describe_processing_job();
            let job = describe.processing_job_name(job).send().await.unwrap();
            job.processing_job_status
                .filter(|status| *status != Status::InProgress)
        })
        .await
}

pub async fn end_of(deps: &Deps, job: &str) -> Outcome {
    let wake = event("processing-job-intake-completed", &[(JOB, job)]);
    handle(deps, wake).await.unwrap()
}

#[tokio::test]
pub async fn a_large_upload_is_registered_by_the_end_of_its_job_as_a_small_one_is_at_once() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let bad_row = format!("{GOOD}A row of two columns,5\n");
    setup.put(KEY, bad_row.as_str()).await;
    let job = started(&deps, KEY).await;
    assert_eq!(started(&deps, KEY).await, job);
    assert_eq!(ended(&setup, &job).await, Status::Completed);
    let registered = end_of(&deps, &job).await;
    let Outcome::Received(Received::Registered {
        rows: 3,
        version: 1,
        ..
    }) = &registered
    else {
        panic!("{registered:?}")
    };
    // Both events come again.
    assert_eq!(end_of(&deps, &job).await, registered);
    assert_eq!(handle(&deps, put(KEY)).await.unwrap(), registered);

    let other = Setup::new().await;
    other.put(KEY, bad_row.as_str()).await;
    handle(&datasets::deps(&other), put(KEY)).await.unwrap();
    let (of_job, at_once) = (versions(&setup).await, versions(&other).await);
    assert_eq!(of_job[0].id, at_once[0].id);
    for folder in ["parts", "profiles", "quarantine"] {
        let [key] = setup
            .keys(&format!("datasets/reviews/{folder}/"))
            .await
            .try_into()
            .unwrap();
        let read = async |setup: &Setup| {
            let found = loop_state::objects::read_bytes(&setup.bucket, &key).await;
            found.unwrap().map(|found| found.value)
        };
        assert_eq!(read(&setup).await, read(&other).await, "{key}");
    }
}

#[tokio::test]
async fn a_large_upload_of_which_nothing_can_be_used_is_rejected_with_its_place() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    setup.put(KEY, "Review Text,Stars\nnice dress,5\n").await;
    let job = started(&deps, KEY).await;
    assert_eq!(ended(&setup, &job).await, Status::Completed);
    let outcome = end_of(&deps, &job).await;
    let Outcome::Received(Received::Rejected { reason }) = &outcome else {
        panic!("{outcome:?}")
    };
    assert!(reason.contains("no column \"Rating\""), "{reason}");
}

/// What the keys and the jobs of the upload are called by.
async fn id(setup: &Setup) -> String {
    let uploads = loop_state::objects::list_objects(&setup.bucket, KEY).await;
    let upload = &uploads.unwrap()[0];
    let receipt = policy::naming::receipt(KEY, &upload.etag, upload.modified);
    receipt[..18].to_owned()
}

#[tokio::test]
async fn an_upload_whose_job_fails_twice_is_rejected_with_its_reason_and_may_be_uploaded_again() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    setup.put(KEY, GOOD).await;
    setup.put("incoming/other.csv", GOOD).await;
    // Its job gets a file too many.
    let name = KEY.strip_prefix(keys::INCOMING).unwrap();
    let prefix = keys::s3_uri(&setup.bucket.name, keys::INCOMING);
    let input = json!([{ "prefix": prefix }, name, "other.csv"]);
    let key = keys::intake_input(DATASET, &id(&setup).await);
    setup.put(&key, serde_json::to_vec(&input).unwrap()).await;

    let first = started(&deps, KEY).await;
    assert_eq!(ended(&setup, &first).await, Status::Failed);
    let Outcome::Processing { job: second } = end_of(&deps, &first).await else {
        panic!("it is started once more")
    };
    assert_eq!(ended(&setup, &second).await, Status::Failed);
    for _ in 0..2 {
        let outcome = end_of(&deps, &second).await;
        let Outcome::Received(Received::Rejected { reason }) = outcome else {
            panic!("{outcome:?}")
        };
        for words in [second.as_str(), "not one file", "upload it again"] {
            assert!(reason.contains(words), "{reason}");
        }
    }

    setup.put(KEY, format!("{GOOD}It is warm,5,\n")).await;
    let job = started(&deps, KEY).await;
    assert_eq!(ended(&setup, &job).await, Status::Completed);
    let registered = end_of(&deps, &job).await;
    let Outcome::Received(Received::Registered { rows: 4, .. }) = registered else {
        panic!("{registered:?}")
    };
}

#[tokio::test]
async fn a_result_counts_only_once_its_job_is_over() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    setup.put(KEY, GOOD).await;
    let id = id(&setup).await;
    // The outputs of a job come in any order: here the result is there, and the job is not over.
    let result = Intake::Refused {
        reason: "too early".to_owned(),
    };
    let result = serde_json::to_string(&result).unwrap();
    setup.put(&keys::intake_result(DATASET, &id), result).await;
    assert_eq!(
        started(&deps, KEY).await,
        format!("reviewloop-intake-{id}-1")
    );
}

#[tokio::test]
async fn a_file_that_no_job_could_hold_is_rejected_at_once() {
    let setup = Setup::new().await;
    let mut config = small();
    config.job.maximum_bytes = 20;
    let deps = datasets::deps_of(&setup, config);
    setup.put(KEY, GOOD).await;
    let outcome = handle(&deps, put(KEY)).await.unwrap();
    let Outcome::Received(Received::Rejected { reason }) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(reason.contains("at most 20 can be read"), "{reason}");
}

#[tokio::test]
async fn the_end_of_another_job_is_no_work() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    assert_eq!(end_of(&deps, JOB).await, Outcome::NotOurs);
    let pipelines = event("processing-job-of-a-pipeline-completed", &[]);
    assert_eq!(handle(&deps, pipelines).await.unwrap(), Outcome::NotOurs);
}

#[tokio::test]
async fn a_packed_upload_that_unpacks_to_too_much_goes_to_a_job_too() {
    let setup = Setup::new().await;
    let deps = datasets::deps_of(
        &setup,
        Config {
            maximum_upload_bytes: 500,
            ..datasets::config()
        },
    );
    let rows = "It is soft and warm,5,\n".repeat(200);
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed
        .write_all(format!("{GOOD}{rows}").as_bytes())
        .unwrap();
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 500);
    setup.put(KEY, packed).await;
    let job = started(&deps, KEY).await;
    assert_eq!(ended(&setup, &job).await, Status::Completed);
    let registered = end_of(&deps, &job).await;
    let Outcome::Received(Received::Registered { rows: 203, .. }) = registered else {
        panic!("{registered:?}")
    };
}
