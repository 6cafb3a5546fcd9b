//! Requests and answers that are kept in S3.

use local_core::wire::apis;
use serde_json::{Value, json};

use crate::autoscaling::call_api;
use crate::endpoints::{create_and_settle, model};
use crate::guardrails::done;
use crate::setup::{BUCKET, Setup};
use crate::shadows::variant;

fn capture(percent: u32) -> Value {
    json!({
        "EnableCapture": true,
        "InitialSamplingPercentage": percent,
        "DestinationS3Uri": format!("s3://{BUCKET}/captured"),
        "CaptureOptions": [{ "CaptureMode": "Input" }, { "CaptureMode": "Output" }],
        "CaptureContentTypeHeader": { "CsvContentTypes": ["text/plain"] },
    })
}

/// An endpoint `e` of the model `one` that captures, with a shadow of the same model.
async fn captured(setup: &Setup, percent: u32) {
    model(setup, "one", false).await;
    let mut shadow = variant("one", 1.0);
    shadow["VariantName"] = "shadow".into();
    let config = json!({
        "EndpointConfigName": "c",
        "ProductionVariants": [variant("one", 1.0)],
        "ShadowProductionVariants": [shadow],
        "DataCaptureConfig": capture(percent),
    });
    done(setup, "CreateEndpointConfig", config).await;
    create_and_settle(setup, "c").await;
}

async fn invoke(setup: &Setup, body: &str, id: &str) {
    let invoke = setup.runtime.invoke_endpoint().endpoint_name("e");
    let invoke = invoke.content_type("text/plain").inference_id(id);
    invoke
        .body(body.as_bytes().to_vec().into())
        .send()
        .await
        .unwrap();
}

async fn files(setup: &Setup, variant: &str) -> Vec<String> {
    let list = setup.s3.list_objects_v2().bucket(BUCKET);
    let listed = list
        .prefix(format!("captured/e/{variant}/"))
        .send()
        .await
        .unwrap();
    listed
        .contents()
        .iter()
        .map(|each| each.key().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_and_answers_are_kept_as_json_lines_until_the_endpoint_goes() {
    let setup = Setup::new().await;
    captured(&setup, 100).await;
    let name = json!({ "EndpointName": "e" });
    let described = done(&setup, "DescribeEndpoint", name.clone()).await;
    assert_eq!(described["DataCaptureConfig"]["CaptureStatus"], "Started");
    assert_eq!(
        described["DataCaptureConfig"]["CurrentSamplingPercentage"],
        100
    );
    for number in 0..3 {
        invoke(&setup, "x", &format!("id-{number}")).await;
    }
    done(&setup, "DeleteEndpoint", name.clone()).await;
    let gone = async || {
        call_api(&setup, apis::SAGEMAKER, "DescribeEndpoint", &name)
            .await
            .err()
    };
    setup.until(gone).await;

    let [key] = &files(&setup, "slot-one").await[..] else {
        panic!("one file of an hour");
    };
    let now = setup.aws.cloud.world.now();
    let date = format!(
        "captured/e/slot-one/{}/{:02}/",
        now.year(),
        u8::from(now.month())
    );
    assert!(key.starts_with(&date) && key.ends_with(".jsonl"), "{key}");
    assert_eq!(key.split('/').count(), 8, "{key}");
    let text = String::from_utf8(setup.read(key).await).unwrap();
    let events: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events.len(), 3);
    for (number, event) in events.iter().enumerate() {
        assert_eq!(event["eventVersion"], "0");
        assert_eq!(
            event["eventMetadata"]["inferenceId"],
            format!("id-{number}")
        );
        let end = |data: &str, mode: &str| {
            json!({
                "observedContentType": "text/plain", "mode": mode, "data": data, "encoding": "CSV",
            })
        };
        assert_eq!(event["captureData"]["endpointInput"], end("x", "INPUT"));
        assert_eq!(
            event["captureData"]["endpointOutput"],
            end("one x", "OUTPUT")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_collected_when_the_cloud_stops_is_written_and_a_shadow_is_captured_too() {
    let setup = Setup::new().await;
    captured(&setup, 100).await;
    invoke(&setup, "x", "once").await;
    // The shadow's copy may be under way.
    while !files_of_both(&setup).await {
        local_sagemaker::write_captured(&setup.aws.cloud);
    }
    invoke(&setup, "x", "again").await;
    let before = files(&setup, "slot-one").await.len();
    let setup = setup.restart().await;
    assert_eq!(files(&setup, "slot-one").await.len(), before + 1);
}

async fn files_of_both(setup: &Setup) -> bool {
    !files(setup, "slot-one").await.is_empty() && !files(setup, "shadow").await.is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_requests_is_none_where_it_is_said_to_be_none() {
    let setup = Setup::new().await;
    captured(&setup, 0).await;
    for _ in 0..5 {
        invoke(&setup, "x", "none").await;
    }
    local_sagemaker::write_captured(&setup.aws.cloud);
    assert!(files(&setup, "slot-one").await.is_empty());
}
