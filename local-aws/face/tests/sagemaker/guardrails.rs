//! Updates with guardrails, on processes: the steps of traffic, an alarm that takes them back, a restart in between.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_sagemaker::types::EndpointStatus;
use aws_sdk_sagemakerruntime::primitives::Blob;
use local_aws::cloudwatch;
use local_aws::iam::Role;
use local_core::wire::apis;
use serde_json::{Value, json};

use crate::autoscaling::call_api;
use crate::endpoints::{create_and_settle, invoke_once, model, settled};
use crate::role::put_role;
use crate::setup::Setup;

pub async fn done(setup: &Setup, operation: &str, members: Value) -> Value {
    let answered = call_api(setup, apis::SAGEMAKER, operation, &members).await;
    answered.unwrap_or_else(|error| panic!("{operation}: {error}"))
}

/// Two models, each with a configuration of its name and one variant `v`; the first serves.
async fn two_models() -> Setup {
    let setup = Setup::new().await;
    for name in ["one", "two"] {
        model(&setup, name, false).await;
        let variant = json!({
            "VariantName": "v", "ModelName": name,
            "InstanceType": "ml.m5.large", "InitialInstanceCount": 2,
        });
        let config = json!({ "EndpointConfigName": name, "ProductionVariants": [variant] });
        done(&setup, "CreateEndpointConfig", config).await;
    }
    create_and_settle(&setup, "one").await;
    setup
}

/// Half of the traffic, then all of it.
fn linear(wait: u32, alarms: &[&str]) -> Value {
    let alarms: Vec<Value> = alarms
        .iter()
        .map(|name| json!({ "AlarmName": name }))
        .collect();
    let mut config = json!({
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": {
                "Type": "LINEAR",
                "WaitIntervalInSeconds": wait,
                "LinearStepSize": { "Type": "INSTANCE_COUNT", "Value": 1 },
            },
            "TerminationWaitInSeconds": 1,
        },
    });
    if !alarms.is_empty() {
        config["AutoRollbackConfiguration"] = json!({ "Alarms": alarms });
    }
    config
}

fn update(config: &Value) -> Value {
    json!({ "EndpointName": "e", "EndpointConfigName": "two", "DeploymentConfig": config })
}

async fn described(setup: &Setup) -> Value {
    done(setup, "DescribeEndpoint", json!({ "EndpointName": "e" })).await
}

/// The pending variant's summary, once it has this status.
async fn pending(setup: &Setup, status: &str) -> Value {
    setup
        .until(async || {
            let summary = &described(setup).await["PendingDeploymentSummary"];
            let variant = &summary["ProductionVariants"][0];
            (variant["VariantStatus"][0]["Status"] == status).then(|| variant.clone())
        })
        .await
}

/// The same of the step that bakes on so many instances.
async fn baking_on(setup: &Setup, instances: u32) -> Value {
    let look = async || {
        let variant = pending(setup, "Baking").await;
        (variant["CurrentInstanceCount"] == instances).then_some(variant)
    };
    setup.until(look).await
}

/// The models that answer to forty requests.
async fn answering(setup: &Setup) -> BTreeSet<String> {
    let mut models = BTreeSet::new();
    for _ in 0..40 {
        let answer = invoke_once(setup, "x").await;
        models.insert(answer.trim_end_matches(" x").to_owned());
    }
    models
}

fn set(models: &[&str]) -> BTreeSet<String> {
    models.iter().map(|&model| model.to_owned()).collect()
}

/// The statuses that the deployments' events tell, in order.
fn told(setup: &Setup) -> Vec<String> {
    let events = setup.events("SageMaker Endpoint Deployment State Change");
    let status = |event: &Value| {
        let variant = &event["PendingDeploymentSummary"]["ProductionVariants"][0];
        variant["VariantStatus"][0]["Status"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    events.iter().map(status).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn traffic_moves_step_by_step_and_no_request_is_lost() {
    let setup = two_models().await;
    let over = Arc::new(AtomicBool::new(false));
    let callers = (0..2).map(|_| {
        let (over, runtime) = (over.clone(), setup.runtime.clone());
        tokio::spawn(async move {
            let mut answers = 0;
            while !over.load(Ordering::Relaxed) {
                let invoke = runtime.invoke_endpoint().endpoint_name("e");
                invoke.body(Blob::new("x")).send().await.unwrap();
                answers += 1;
            }
            answers
        })
    });
    let callers: Vec<_> = callers.collect();

    done(&setup, "UpdateEndpoint", update(&linear(600, &[]))).await;
    let baking = baking_on(&setup, 1).await;
    assert_eq!(baking["DesiredInstanceCount"], 2);
    assert_eq!(
        baking["VariantStatus"][0]["StatusMessage"],
        "Baking for 600 seconds (WaitIntervalInSeconds) with traffic enabled on canary capacity of 1 instance(s)."
    );
    assert_eq!(answering(&setup).await, set(&["one", "two"]));
    assert_eq!(described(&setup).await["EndpointConfigName"], "one");
    setup.aws.cloud.world.advance(600);
    baking_on(&setup, 2).await;
    setup.aws.cloud.world.advance(600);
    let endpoint = settled(&setup).await;
    assert_eq!(endpoint.endpoint_config_name(), Some("two"));
    assert_eq!(answering(&setup).await, set(&["two"]));
    over.store(true, Ordering::Relaxed);
    for caller in callers {
        assert!(caller.await.unwrap() > 0);
    }

    assert_eq!(
        told(&setup),
        [
            "Creating",
            "ActivatingTraffic",
            "Baking",
            "ActivatingTraffic",
            "Baking"
        ]
    );
    let described = described(&setup).await;
    assert_eq!(described["LastDeploymentConfig"], linear(600, &[]));
    assert_eq!(described.get("PendingDeploymentSummary"), None);
    let again = json!({
        "EndpointName": "e", "EndpointConfigName": "one", "RetainDeploymentConfig": true,
    });
    done(&setup, "UpdateEndpoint", again).await;
    pending(&setup, "Baking").await;
}

/// It rings when the fleet of that configuration has got a request.
fn alarm(setup: &Setup, name: &str, config: &str) {
    let dimensions = [
        ("EndpointName", "e"),
        ("VariantName", "v"),
        ("EndpointConfigName", config),
    ];
    let dimensions = dimensions.map(|(name, value)| json!({ "Name": name, "Value": value }));
    let alarm = json!({
        "Namespace": "AWS/SageMaker",
        "MetricName": "Invocations",
        "Dimensions": dimensions,
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    });
    let alarm = serde_json::from_value(alarm).unwrap();
    let cloud = &setup.aws.cloud;
    let place = (local_aws::DEFAULT_REGION, name);
    let store = &cloud.store;
    store
        .write(|tx| cloudwatch::put_alarm(cloud, tx, place, alarm))
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_that_rings_while_a_step_bakes_takes_everything_back() {
    let setup = two_models().await;
    alarm(&setup, "new-fleet", "two");
    done(
        &setup,
        "UpdateEndpoint",
        update(&linear(3600, &["new-fleet"])),
    )
    .await;
    pending(&setup, "Baking").await;
    assert_eq!(answering(&setup).await, set(&["one", "two"]));
    setup.aws.cloud.world.advance(60);
    cloudwatch::evaluate(&setup.aws.cloud);
    let endpoint = settled(&setup).await;
    assert_eq!(endpoint.endpoint_status(), Some(&EndpointStatus::InService));
    assert_eq!(endpoint.endpoint_config_name(), Some("one"));
    assert_eq!(endpoint.failure_reason(), None);
    assert_eq!(answering(&setup).await, set(&["one"]));
    let states = setup.events("SageMaker Endpoint State Change");
    let states: Vec<_> = states
        .iter()
        .map(|event| event["EndpointStatus"].clone())
        .collect();
    assert_eq!(states[2..], ["UPDATING", "ROLLING_BACK", "IN_SERVICE"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_goes_on_from_its_step_after_a_restart() {
    let setup = two_models().await;
    done(&setup, "UpdateEndpoint", update(&linear(3600, &[]))).await;
    let baking = pending(&setup, "Baking").await;
    let setup = setup.restart().await;
    assert_eq!(pending(&setup, "Baking").await, baking);
    setup
        .until(async || {
            let invoke = setup.runtime.invoke_endpoint().endpoint_name("e");
            invoke.body(Blob::new("x")).send().await.ok()
        })
        .await;
    while answering(&setup).await != set(&["one", "two"]) {}
    setup.aws.cloud.world.advance(3600);
    let endpoint = settled(&setup).await;
    assert_eq!(endpoint.endpoint_config_name(), Some("two"));
    assert_eq!(answering(&setup).await, set(&["two"]));
}

/// Source: the guide, "deployment-guardrails-configuration".
#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_is_one_that_the_models_role_may_look_at() {
    let setup = two_models().await;
    alarm(&setup, "new-fleet", "two");
    let cloud = &setup.aws.cloud;
    let trust = r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "sagemaker.amazonaws.com"}}}"#;
    let objects = r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
    let role = Role {
        name: "execution".to_owned(),
        created: cloud.world.now(),
        trust: trust.to_owned(),
        policies: [("objects".to_owned(), objects.to_owned())].into(),
        managed: Vec::new(),
    };
    cloud.store.write(|tx| role.put(tx)).unwrap();
    let update = update(&linear(0, &["new-fleet"]));
    let answered = call_api(&setup, apis::SAGEMAKER, "UpdateEndpoint", &update).await;
    let refused = answered.unwrap_err();
    assert!(
        refused.message.contains("cloudwatch:DescribeAlarms"),
        "{refused}"
    );
    put_role(&setup.aws, "execution");
    done(&setup, "UpdateEndpoint", update).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guardrails_that_an_endpoint_cannot_have_are_refused() {
    let setup = two_models().await;
    let other = json!({
        "VariantName": "w", "ModelName": "one",
        "InstanceType": "ml.m5.large", "InitialInstanceCount": 1,
    });
    let config = json!({ "EndpointConfigName": "other", "ProductionVariants": [other] });
    done(&setup, "CreateEndpointConfig", config).await;
    let to = |config: &str, guardrails: Value| {
        let mut update = update(&guardrails);
        update["EndpointConfigName"] = config.into();
        update
    };
    let mut three = linear(0, &[]);
    let policy = &mut three["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"];
    policy["LinearStepSize"]["Value"] = 2.into();
    let mut both = update(&linear(0, &[]));
    both["RetainDeploymentConfig"] = true.into();
    for (update, words) in [
        (to("other", linear(0, &[])), "needs the variant names"),
        (to("two", three), "LinearStepSize must be 10-50%"),
        (to("two", linear(0, &["none"])), "alarm:none\""),
        (both, "either DeploymentConfig or RetainDeploymentConfig"),
    ] {
        let answered = call_api(&setup, apis::SAGEMAKER, "UpdateEndpoint", &update).await;
        let refused = answered.unwrap_err();
        assert_eq!(refused.code, "ValidationException", "{refused}");
        assert!(refused.message.contains(words), "{refused}");
    }
    assert_eq!(described(&setup).await["EndpointStatus"], "InService");
}
