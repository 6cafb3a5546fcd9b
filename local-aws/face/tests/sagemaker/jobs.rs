//! Jobs by themselves.

use aws_sdk_sagemaker::operation::describe_processing_job::DescribeProcessingJobOutput;
use aws_sdk_sagemaker::operation::describe_training_job::DescribeTrainingJobOutput;
use aws_sdk_sagemaker::types::{
    AlgorithmSpecification, AppSpecification, Channel, DataSource, MetricDefinition,
    OutputDataConfig, ProcessingClusterConfig, ProcessingInput, ProcessingJobStatus,
    ProcessingOutput, ProcessingOutputConfig, ProcessingResources, ProcessingS3DataType,
    ProcessingS3Input, ProcessingS3InputMode, ProcessingS3Output, ProcessingS3UploadMode,
    ResourceConfig, S3DataSource, S3DataType, StoppingCondition, TrainingInputMode,
    TrainingInstanceType, TrainingJobStatus,
};

use crate::setup::{IMAGE, ROLE, Setup};

struct Training<'a> {
    image: &'a str,
    gate: &'a str,
    seconds: i32,
}

async fn train(setup: &Setup, training: Training<'_>) {
    let source = S3DataSource::builder()
        .s3_data_type(S3DataType::S3Prefix)
        .s3_uri("s3://data/raw/part")
        .build();
    let channel = Channel::builder()
        .channel_name("train")
        .data_source(DataSource::builder().s3_data_source(source).build())
        .build();
    let loss = MetricDefinition::builder()
        .name("loss")
        .regex("train_loss: ([0-9.]+)")
        .build();
    let algorithm = AlgorithmSpecification::builder()
        .training_image(training.image)
        .training_input_mode(TrainingInputMode::File)
        .metric_definitions(loss)
        .build();
    let resources = ResourceConfig::builder()
        .instance_type(TrainingInstanceType::MlM5Large)
        .instance_count(1)
        .volume_size_in_gb(1)
        .build();
    let output = OutputDataConfig::builder()
        .s3_output_path("s3://data/models")
        .build();
    let stop = StoppingCondition::builder().max_runtime_in_seconds(training.seconds);
    setup
        .sagemaker
        .create_training_job()
        .training_job_name("job")
        .role_arn(ROLE)
        .algorithm_specification(algorithm)
        .input_data_config(channel)
        .output_data_config(output)
        .resource_config(resources)
        .stopping_condition(stop.build())
        .environment("GATE", training.gate)
        .send()
        .await
        .unwrap();
}

async fn trained(setup: &Setup) -> DescribeTrainingJobOutput {
    setup
        .until(async || {
            let describe = setup
                .sagemaker
                .describe_training_job()
                .training_job_name("job");
            let job = describe.send().await.unwrap();
            let ended = job.training_end_time.is_some();
            ended.then_some(job)
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_image_fails_the_job_and_is_named() {
    let setup = Setup::new().await;
    let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/unknown:1";
    train(
        &setup,
        Training {
            image,
            gate: "",
            seconds: 60,
        },
    )
    .await;
    let job = trained(&setup).await;
    assert_eq!(job.training_job_status(), Some(&TrainingJobStatus::Failed));
    let reason = job.failure_reason().unwrap();
    assert!(
        reason.starts_with("ClientError: Cannot pull the container image"),
        "{reason}"
    );
    assert!(reason.contains(image), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_runs_too_long_is_stopped() {
    let setup = Setup::new().await;
    let gate = setup.gate.to_str().unwrap();
    train(
        &setup,
        Training {
            image: IMAGE,
            gate,
            seconds: 1,
        },
    )
    .await;
    let job = trained(&setup).await;
    assert_eq!(job.training_job_status(), Some(&TrainingJobStatus::Stopped));
    assert_eq!(
        job.secondary_status().unwrap().as_str(),
        "MaxRuntimeExceeded"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_runs_has_the_metrics_that_its_log_has_so_far() {
    let setup = Setup::new().await;
    let gate = setup.gate.to_str().unwrap();
    train(
        &setup,
        Training {
            image: IMAGE,
            gate,
            seconds: 60,
        },
    )
    .await;
    let measured = async {
        loop {
            let describe = setup
                .sagemaker
                .describe_training_job()
                .training_job_name("job");
            let job = describe.send().await.unwrap();
            assert_eq!(job.training_end_time, None);
            let metric = job.final_metric_data_list().first();
            if let Some(value) = metric.and_then(|metric| metric.value()) {
                break value;
            }
        }
    };
    let value = tokio::time::timeout(std::time::Duration::from_secs(30), measured).await;
    assert_eq!(value, Ok(0.9));
    std::fs::write(&setup.gate, "").unwrap();
    trained(&setup).await;
}

async fn process(
    setup: &Setup,
    data_type: ProcessingS3DataType,
    uri: &str,
) -> DescribeProcessingJobOutput {
    let input = ProcessingS3Input::builder()
        .s3_uri(uri)
        .local_path("/opt/ml/processing/input/raw")
        .s3_data_type(data_type)
        .s3_input_mode(ProcessingS3InputMode::File);
    let input = ProcessingInput::builder()
        .input_name("raw")
        .s3_input(input.build());
    let output = |name: &str| {
        let output = ProcessingS3Output::builder()
            .s3_uri(format!("s3://data/out/{name}"))
            .local_path(format!("/opt/ml/processing/output/{name}"))
            .s3_upload_mode(ProcessingS3UploadMode::EndOfJob);
        let named = ProcessingOutput::builder().output_name(name);
        named.s3_output(output.build()).build()
    };
    let outputs = ProcessingOutputConfig::builder()
        .outputs(output("train"))
        .outputs(output("test"));
    let cluster = ProcessingClusterConfig::builder()
        .instance_count(1)
        .instance_type("ml.m5.large".into())
        .volume_size_in_gb(1)
        .build();
    let app = AppSpecification::builder()
        .image_uri(IMAGE)
        .container_entrypoint("/usr/bin/tiny")
        .container_arguments("prepare");
    setup
        .sagemaker
        .create_processing_job()
        .processing_job_name("job")
        .role_arn(ROLE)
        .app_specification(app.build())
        .processing_resources(
            ProcessingResources::builder()
                .cluster_config(cluster)
                .build(),
        )
        .processing_inputs(input.build())
        .processing_output_config(outputs.build())
        .send()
        .await
        .unwrap();
    setup
        .until(async || {
            let describe = setup
                .sagemaker
                .describe_processing_job()
                .processing_job_name("job");
            let job = describe.send().await.unwrap();
            let ended = job.processing_end_time.is_some();
            ended.then_some(job)
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_brings_the_objects_that_it_lists() {
    let setup = Setup::new().await;
    setup.put("parts/a/1", "one\n").await;
    setup.put("parts/2", "two\n").await;
    setup.put("parts/3", "three\n").await;
    let manifest = r#"[{"prefix": "s3://data/parts/"}, "2", "3"]"#;
    setup.put("manifest", manifest).await;
    let job = process(
        &setup,
        ProcessingS3DataType::ManifestFile,
        "s3://data/manifest",
    )
    .await;
    assert_eq!(
        job.processing_job_status(),
        Some(&ProcessingJobStatus::Completed),
        "{job:?}"
    );
    assert_eq!(job.exit_message(), Some("prepared"));
    assert_eq!(setup.read("out/train/rows").await, b"two\nthree\n");
    let events = setup.events("SageMaker Processing Job State Change");
    assert_eq!(events.last().unwrap()["ProcessingJobStatus"], "Completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_without_objects_is_the_clients_error() {
    let setup = Setup::new().await;
    let job = process(&setup, ProcessingS3DataType::S3Prefix, "s3://data/nothing/").await;
    assert_eq!(
        job.failure_reason(),
        Some("ClientError: No S3 objects found under S3 URL \"s3://data/nothing/\"")
    );
}
