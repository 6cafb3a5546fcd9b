//! export-features: the feature group is equal to the newest prepared version.

use std::fs;

use aws_sdk_sagemaker::types::{
    AppSpecification, FeatureDefinition, FeatureType, OfflineStoreConfig, OnlineStoreConfig,
    ProcessingClusterConfig, ProcessingInput, ProcessingInstanceType, ProcessingJobStatus,
    ProcessingOutput, ProcessingOutputConfig, ProcessingResources, ProcessingS3DataType,
    ProcessingS3Input, ProcessingS3InputMode, ProcessingS3Output, ProcessingS3UploadMode,
    S3StorageConfig,
};
use contracts::dataset::DatasetManifest;
use contracts::features::{
    CATEGORY, DATASET_VERSION, EVENT_TIME, Export, FailedRow, LABEL_ID, REVIEW_BODY, ROW_HASH,
    SENTIMENT, SPLIT_TYPE,
};
use contracts::{keys, names};
use export_features::{Config, Deps, Outcome, Wake, handle};
use serde_json::json;
use tempfile::TempDir;

use super::datasets::{self, put, versions};
use super::exploration::prepare_in;
use super::halting::Halt;
use super::setup::{DATASET, IMAGE, STACK, Setup, event};
use super::{refusing, roles};

const GROUP: &str = "reviewloop-features";
const EXECUTION: &str = "p4exec0000aa";

const FEATURES: [(&str, FeatureType); 8] = [
    (ROW_HASH, FeatureType::String),
    (EVENT_TIME, FeatureType::String),
    (REVIEW_BODY, FeatureType::String),
    (SENTIMENT, FeatureType::String),
    (LABEL_ID, FeatureType::Integral),
    (SPLIT_TYPE, FeatureType::String),
    (DATASET_VERSION, FeatureType::Integral),
    (CATEGORY, FeatureType::String),
];

fn deps(setup: &Setup) -> Deps {
    let config = Config {
        bucket: setup.bucket.name.clone(),
        dataset_name: DATASET.to_owned(),
        pipeline_name: names::pipeline(STACK),
        feature_group: GROUP.to_owned(),
        maximum_rows: 1_000,
    };
    Deps::new(&setup.of("export-features"), config)
}

async fn group(setup: &Setup, features: &[(&str, FeatureType)]) {
    let definition = |(name, kind): &(&str, FeatureType)| {
        let definition = FeatureDefinition::builder().feature_name(*name);
        definition.feature_type(kind.clone()).build()
    };
    let online = OnlineStoreConfig::builder().enable_online_store(true);
    let storage = S3StorageConfig::builder().s3_uri(format!("s3://{}/features", setup.bucket.name));
    let offline = OfflineStoreConfig::builder().s3_storage_config(storage.build());
    let create = setup.sagemaker.create_feature_group();
    let create = create
        .feature_group_name(GROUP)
        .record_identifier_feature_name(ROW_HASH)
        .event_time_feature_name(EVENT_TIME)
        .set_feature_definitions(Some(features.iter().map(definition).collect()))
        .online_store_config(online.build())
        .offline_store_config(offline.build())
        .role_arn(roles::FEATURE_STORE);
    create.send().await.unwrap();
    setup
        .until(async || {
            let describe = setup.sagemaker.describe_feature_group();
            let group = describe.feature_group_name(GROUP).send().await.unwrap();
            let status = group.feature_group_status.unwrap();
            (status.as_str() == "Created").then_some(())
        })
        .await;
}

async fn register(setup: &Setup, key: &str, rows: &[(String, u32, &str)]) -> DatasetManifest {
    let rows = rows
        .iter()
        .map(|(text, rating, class)| format!("{text},{rating},{class}\n"));
    let table = format!(
        "Review Text,Rating,Class Name\n{}",
        rows.collect::<String>()
    );
    setup.put(key, table).await;
    setup.aws.cloud.world.advance(2);
    let deps = datasets::deps(setup);
    register_dataset::handle(&deps, put(key)).await.unwrap();
    versions(setup).await.pop().unwrap()
}

fn reviews(numbers: std::ops::Range<usize>) -> Vec<(String, u32, &'static str)> {
    let review = |number: usize| {
        let class = if number.is_multiple_of(3) {
            ""
        } else {
            "Dresses"
        };
        let rating = if number.is_multiple_of(2) { 5 } else { 1 };
        (format!("review number {number:03}"), rating, class)
    };
    numbers.map(review).collect()
}

/// A job of the prepare step, which leaves what `classifier prepare` makes of the version.
async fn prepare(setup: &Setup, manifest: &DatasetManifest) -> String {
    let job = format!("pipelines-{EXECUTION}-PrepareDataset-{}", manifest.number);
    let bucket = &setup.bucket.name;
    let intermediate = format!("intermediate/{}", manifest.number);
    let output = |name: &str| {
        let s3 = ProcessingS3Output::builder()
            .s3_uri(format!("s3://{bucket}/{intermediate}/{name}"))
            .local_path(format!("/opt/ml/processing/output/{name}"))
            .s3_upload_mode(ProcessingS3UploadMode::EndOfJob);
        let output = ProcessingOutput::builder().output_name(name);
        output.s3_output(s3.build()).build()
    };
    let key = keys::version(DATASET, manifest.number);
    let input = ProcessingS3Input::builder()
        .s3_uri(keys::s3_uri(bucket, &key))
        .local_path("/opt/ml/processing/input/manifest")
        .s3_data_type(ProcessingS3DataType::S3Prefix)
        .s3_input_mode(ProcessingS3InputMode::File);
    let input = ProcessingInput::builder()
        .input_name("manifest")
        .s3_input(input.build());
    let outputs = ["train", "validation", "test", "profile"].map(output);
    let cluster = ProcessingClusterConfig::builder()
        .instance_count(1)
        .instance_type(ProcessingInstanceType::MlM5Large)
        .volume_size_in_gb(1);
    let create = setup.sagemaker.create_processing_job();
    let create = create
        .processing_job_name(&job)
        .role_arn(roles::EXECUTION)
        .app_specification(
            AppSpecification::builder()
                .image_uri(IMAGE)
                .container_arguments("prepare")
                .build(),
        )
        .processing_resources(
            ProcessingResources::builder()
                .cluster_config(cluster.build())
                .build(),
        )
        .processing_inputs(input.build())
        .processing_output_config(
            ProcessingOutputConfig::builder()
                .set_outputs(Some(outputs.into()))
                .build(),
        );
    create.send().await.unwrap();
    setup
        .until(async || {
            let describe = setup.sagemaker.describe_processing_job();
            let job = describe.processing_job_name(&job).send().await.unwrap();
            (job.processing_job_status == Some(ProcessingJobStatus::Completed)).then_some(())
        })
        .await;
    let folder = TempDir::new().unwrap();
    let container = prepare_in(folder.path(), setup, manifest).await;
    for part in ["train", "validation", "test"] {
        for file in fs::read_dir(container.output(part)).unwrap() {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            let key = format!("{intermediate}/{part}/{name}");
            setup.put(&key, fs::read(file.path()).unwrap()).await;
        }
    }
    job
}

fn step(job: &str) -> Wake {
    let words = [("pipelines-p4exec0000aa-PrepareDataset-tmgxry49ug", job)];
    event("pipeline-step-prepared", &words)
}

async fn told(setup: &Setup, job: &str) -> Outcome {
    handle(&deps(setup), step(job)).await.unwrap()
}

async fn replay(setup: &Setup) -> Outcome {
    let wake = serde_json::from_value(json!({ "replay": true })).unwrap();
    handle(&deps(setup), wake).await.unwrap()
}

fn exported(outcome: Outcome) -> Export {
    match outcome {
        Outcome::Exported(export) => export,
        other => panic!("{other:?}"),
    }
}

/// A record's features by name; empty where there is none.
async fn record(setup: &Setup, text: &str) -> Vec<(String, String)> {
    let client = aws_sdk_sagemakerfeaturestoreruntime::Client::new(&setup.config);
    let get = client.get_record().feature_group_name(GROUP);
    let get = get.record_identifier_value_as_string(policy::text::row_hash(text));
    let values = get.send().await.unwrap().record.unwrap_or_default();
    let values = values.into_iter();
    values
        .map(|it| (it.feature_name.unwrap(), it.value_as_string.unwrap()))
        .collect()
}

fn value<'r>(record: &'r [(String, String)], name: &str) -> &'r str {
    let mut values = record.iter();
    values
        .find(|(known, _)| known == name)
        .map_or("", |(_, value)| value)
}

#[tokio::test]
pub async fn the_group_follows_the_prepared_versions_and_nothing_is_written_twice() {
    let setup = Setup::new().await;
    group(&setup, &FEATURES).await;
    let first = register(&setup, "incoming/a.csv", &reviews(0..60)).await;
    let first_job = prepare(&setup, &first).await;
    let export = exported(told(&setup, &first_job).await);
    assert_eq!((export.rows, export.written, export.failed), (60, 60, 0));
    let kept = record(&setup, "review number 004").await;
    assert_eq!(value(&kept, SENTIMENT), "1");
    assert_eq!(value(&kept, LABEL_ID), "2");
    assert_eq!(value(&kept, CATEGORY), "Dresses");
    assert_eq!(value(&kept, DATASET_VERSION), "1");
    assert!(["train", "validation", "test"].contains(&value(&kept, SPLIT_TYPE)));
    let again = exported(told(&setup, &first_job).await);
    assert_eq!((again.written, again.deleted), (0, 0));

    // One label differs, ten rows are new, and ten are gone.
    let mut rows = reviews(10..70);
    rows[0].1 = 1;
    let second = register(&setup, "incoming/replace/b.csv", &rows).await;
    let second_job = prepare(&setup, &second).await;
    let export = exported(told(&setup, &second_job).await);
    assert_eq!(
        (export.rows, export.written, export.deleted, export.failed),
        (60, 11, 10, 0)
    );
    assert_eq!(record(&setup, "review number 004").await, []);
    let changed = record(&setup, "review number 010").await;
    assert_eq!(value(&changed, SENTIMENT), "-1");
    assert_eq!(value(&changed, DATASET_VERSION), "2");
    let kept = record(&setup, "review number 011").await;
    assert_eq!(value(&kept, DATASET_VERSION), "1");

    // Offline there is every state.
    setup
        .until(async || {
            let files = setup.keys("features/").await;
            files
                .iter()
                .any(|key| key.ends_with(".parquet"))
                .then_some(())
        })
        .await;

    // The first version's event comes late.
    let late = told(&setup, &first_job).await;
    assert_eq!(late, Outcome::Older { version: 1 });
}

/// The third version has the first one's rows. The second one's export halts before it writes, and before it deletes.
#[tokio::test]
async fn an_export_that_is_overtaken_by_a_newer_version_writes_and_deletes_no_more() {
    for halt in [
        Halt::at("POST", "/BatchGetRecord"),
        Halt::at("POST", "/ListRecords"),
    ] {
        let setup = Setup::new().await;
        group(&setup, &FEATURES).await;
        let mut jobs = Vec::new();
        for (name, rows) in [("a", 0..60), ("replace/b", 20..80), ("replace/c", 0..60)] {
            let key = format!("incoming/{name}.csv");
            let version = register(&setup, &key, &reviews(rows)).await;
            jobs.push(prepare(&setup, &version).await);
        }
        exported(told(&setup, &jobs[0]).await);
        let halted = Deps::new(&halt.config(&setup, "export-features"), deps(&setup).config);
        let second = handle(&halted, step(&jobs[1]));
        let (second, third) = halt.during(second, told(&setup, &jobs[2])).await;
        assert_eq!(exported(third).version, 3);
        let second = second.unwrap();
        assert_eq!(second, Outcome::Overtaken { version: 2 }, "{halt:?}");
        for number in 0..80 {
            let found = record(&setup, &format!("review number {number:03}")).await;
            assert_eq!(found.is_empty(), number >= 60, "review {number}, {halt:?}");
        }
        let export: Export = setup.read(&keys::export(DATASET)).await.unwrap();
        assert_eq!(export.version, 3);
        let late = told(&setup, &jobs[1]).await;
        assert_eq!(late, Outcome::Older { version: 2 });
    }
}

/// A replay exports the version that was claimed, though the group has the one before.
#[tokio::test]
async fn a_version_whose_export_died_is_replayed() {
    let setup = Setup::new().await;
    group(&setup, &FEATURES).await;
    let first = register(&setup, "incoming/a.csv", &reviews(0..60)).await;
    let first = prepare(&setup, &first).await;
    exported(told(&setup, &first).await);
    let second = register(&setup, "incoming/b.csv", &reviews(60..120)).await;
    let second = prepare(&setup, &second).await;
    let refused = ("AccessDeniedException", "not authorized to do this");
    let refusing = refusing::config(&setup, "export-features", "/ListRecords", refused, 1);
    let dies = Deps::new(&refusing, deps(&setup).config);
    handle(&dies, step(&second)).await.unwrap_err();
    assert_eq!(told(&setup, &first).await, Outcome::Older { version: 1 });
    let export = exported(replay(&setup).await);
    assert_eq!((export.version, export.rows, export.written), (2, 120, 0));
}

#[tokio::test]
async fn rows_that_the_group_refuses_are_kept_with_their_reason_and_replayed() {
    let setup = Setup::new().await;
    assert_eq!(replay(&setup).await, Outcome::NothingExported);
    group(&setup, &FEATURES[..7]).await;
    let version = register(&setup, "incoming/a.csv", &reviews(0..60)).await;
    let job = prepare(&setup, &version).await;
    let export = exported(told(&setup, &job).await);
    assert_eq!((export.written, export.failed), (20, 40));
    let failed = loop_state::objects::read_bytes(&setup.bucket, &keys::failed_features(DATASET))
        .await
        .unwrap();
    let failed = String::from_utf8(failed.unwrap().value).unwrap();
    assert_eq!(failed.lines().count(), 40);
    let first: FailedRow = serde_json::from_str(failed.lines().next().unwrap()).unwrap();
    assert!(first.reason.contains(CATEGORY), "{}", first.reason);
    assert!(!failed.contains("review number"));

    let update = setup.sagemaker.update_feature_group();
    let category = FeatureDefinition::builder()
        .feature_name(CATEGORY)
        .feature_type(FeatureType::String);
    let update = update
        .feature_group_name(GROUP)
        .feature_additions(category.build());
    update.send().await.unwrap();
    let export = exported(replay(&setup).await);
    assert_eq!((export.written, export.failed), (40, 0));
    assert_eq!(exported(replay(&setup).await).written, 0);
}

#[tokio::test]
async fn other_steps_and_versions_of_too_many_rows_are_left_out() {
    let setup = Setup::new().await;
    let other: Wake = event("pipeline-step-succeeded", &[]);
    assert_eq!(
        handle(&deps(&setup), other).await.unwrap(),
        Outcome::NotOurs
    );
    let version = register(&setup, "incoming/a.csv", &reviews(0..60)).await;
    let job = prepare(&setup, &version).await;
    let mut small = deps(&setup);
    small.config.maximum_rows = 59;
    let outcome = handle(&small, step(&job)).await.unwrap();
    assert_eq!(
        outcome,
        Outcome::TooLarge {
            version: 1,
            reason: "60 rows are more than 59".to_owned()
        }
    );
}
