//! Application Auto Scaling over an endpoint whose processes really start and stop, in a clock that the tests set ahead.

use aws_sdk_sagemaker::types::{ProductionVariant, ProductionVariantInstanceType};
use aws_sdk_sagemakerruntime::error::ProvideErrorMetadata;
use local_aws::{Principal, autoscaling, cloudwatch};
use local_core::wire::{Api, AwsError, apis, extend, table};
use serde_json::{Value, json};

use crate::endpoints::{
    config, create_and_settle, invoke_once, model, serverless, settled, update,
};
use crate::setup::Setup;

const RESOURCE: &str = "endpoint/e/variant/slot-one";

/// The members that name the target, and more.
fn target(more: Value) -> Value {
    let mut members = json!({
        "ServiceNamespace": "sagemaker",
        "ResourceId": RESOURCE,
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    });
    extend(&mut members, more);
    members
}

fn bounds(min: u32, max: u32) -> Value {
    target(json!({ "MinCapacity": min, "MaxCapacity": max }))
}

/// The lab's policy.
fn policy(more: Value) -> Value {
    let mut configuration = json!({
        "TargetValue": 2.0,
        "PredefinedMetricSpecification": {
            "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance",
        },
        "ScaleOutCooldown": 60,
        "ScaleInCooldown": 300,
    });
    extend(&mut configuration, more);
    target(json!({
        "PolicyName": "follow",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": configuration,
    }))
}

async fn call_api(
    setup: &Setup,
    api: Api,
    operation: &str,
    members: &Value,
) -> Result<Value, AwsError> {
    let caller = (local_aws::DEFAULT_REGION, Principal::user());
    table::call(&setup.aws.cloud, api, operation, caller, members).await
}

async fn call(setup: &Setup, operation: &str, members: &Value) -> Result<Value, AwsError> {
    call_api(setup, apis::APPLICATION_AUTO_SCALING, operation, members).await
}

async fn done(setup: &Setup, operation: &str, members: &Value) -> Value {
    let answered = call(setup, operation, members).await;
    answered.unwrap_or_else(|error| panic!("{operation}: {error}"))
}

async fn refused(setup: &Setup, operation: &str, members: &Value, code: &str, words: &str) {
    let refused = call(setup, operation, members).await.unwrap_err();
    assert_eq!(refused.code, code, "{operation}: {refused}");
    assert!(refused.message.contains(words), "{operation}: {refused}");
}

/// One variant in service on one instance.
async fn one_variant() -> Setup {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    config(&setup, "config-1", &[("one", 1.0)]).await;
    create_and_settle(&setup, "config-1").await;
    setup
}

async fn instances(setup: &Setup) -> Option<i32> {
    settled(setup).await.production_variants()[0].current_instance_count()
}

/// To the beginning of the next minute.
fn next_minute(setup: &Setup) {
    let world = &setup.aws.cloud.world;
    let into = world.now().unix_timestamp().rem_euclid(60);
    world.advance(60 - into);
}

/// What runs at the end of a minute.
async fn evaluate(setup: &Setup) -> Option<i32> {
    cloudwatch::evaluate(&setup.aws.cloud);
    autoscaling::evaluate(&setup.aws.cloud);
    let instances = instances(setup).await;
    // What came of the change.
    autoscaling::evaluate(&setup.aws.cloud);
    instances
}

/// Its names and states.
async fn alarms(setup: &Setup) -> Vec<(String, String)> {
    let named = json!({ "AlarmNamePrefix": format!("TargetTracking-{RESOURCE}-Alarm") });
    let described = call_api(setup, apis::CLOUDWATCH, "DescribeAlarms", &named);
    let described = described.await.unwrap();
    let alarms = described["MetricAlarms"].as_array().unwrap().iter();
    let alarms = alarms.map(|alarm| {
        let of = |name: &str| alarm[name].as_str().unwrap().to_owned();
        (of("AlarmName"), of("StateValue"))
    });
    alarms.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn load_starts_an_instance_after_three_minutes_and_its_end_stops_it_after_fifteen() {
    let setup = one_variant().await;
    done(&setup, "RegisterScalableTarget", &bounds(1, 2)).await;
    done(&setup, "PutScalingPolicy", &policy(json!({}))).await;
    next_minute(&setup);
    for minute in 0..3 {
        assert_eq!(evaluate(&setup).await, Some(1), "minute {minute}");
        for _ in 0..6 {
            assert_eq!(invoke_once(&setup, "x").await, "one x");
        }
        next_minute(&setup);
    }
    assert_eq!(evaluate(&setup).await, Some(2));
    let states: Vec<String> = alarms(&setup)
        .await
        .into_iter()
        .map(|each| each.1)
        .collect();
    assert_eq!(states, ["ALARM", "OK"]);

    // As much as before, of which each of the two has its half: more than the target, and at the maximum.
    for _ in 0..2 {
        for _ in 0..6 {
            invoke_once(&setup, "x").await;
        }
        next_minute(&setup);
        assert_eq!(evaluate(&setup).await, Some(2));
    }
    for minute in 1..15 {
        next_minute(&setup);
        assert_eq!(evaluate(&setup).await, Some(2), "minute {minute}");
    }
    next_minute(&setup);
    assert_eq!(evaluate(&setup).await, Some(1));
    assert_eq!(invoke_once(&setup, "x").await, "one x");
    let [(high, _), (low, low_state)] = &alarms(&setup).await[..] else {
        panic!("two alarms");
    };
    assert_eq!(low_state, "ALARM");

    let described = done(&setup, "DescribeScalingActivities", &target(json!({}))).await;
    let activities = described["ScalingActivities"].as_array().unwrap();
    assert_eq!(activities.len(), 2, "{activities:?}");
    for (activity, count, alarm) in [(&activities[0], 1, low), (&activities[1], 2, high)] {
        let description = format!("Setting desired instance count to {count}.");
        assert_eq!(activity["Description"], json!(description));
        let cause = format!("monitor alarm {alarm} in state ALARM triggered policy follow");
        assert_eq!(activity["Cause"], json!(cause));
        assert_eq!(activity["StatusCode"], "Successful");
        assert!(activity["EndTime"].as_f64() >= activity["StartTime"].as_f64());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_refused_is_a_failed_activity_and_is_tried_again() {
    let setup = Setup::with(|settings| {
        let quota = "ml.m5.large for endpoint usage".to_owned();
        settings.quotas.insert(quota, 1);
    })
    .await;
    model(&setup, "one", false).await;
    config(&setup, "config-1", &[("one", 1.0)]).await;
    create_and_settle(&setup, "config-1").await;
    done(&setup, "RegisterScalableTarget", &bounds(2, 2)).await;
    next_minute(&setup);
    for activities in 1..=2 {
        for _ in 0..2 {
            assert_eq!(evaluate(&setup).await, Some(1));
        }
        let described = done(&setup, "DescribeScalingActivities", &target(json!({}))).await;
        let described = described["ScalingActivities"].as_array().unwrap();
        assert_eq!(described.len(), activities, "{described:?}");
        assert_eq!(described[0]["StatusCode"], "Failed");
        assert_eq!(described[0]["Cause"], "minimum capacity was set to 2");
        let message = described[0]["StatusMessage"].as_str().unwrap();
        assert!(message.contains("account-level service limit"), "{message}");
        next_minute(&setup);
    }
    // Within the bounds nothing is to be done.
    done(&setup, "RegisterScalableTarget", &bounds(1, 2)).await;
    assert_eq!(evaluate(&setup).await, Some(1));
    let described = done(&setup, "DescribeScalingActivities", &target(json!({}))).await;
    let page = json!({ "ServiceNamespace": "sagemaker", "MaxResults": 1 });
    let first = done(&setup, "DescribeScalingActivities", &page).await;
    let token = json!({ "ServiceNamespace": "sagemaker", "NextToken": first["NextToken"] });
    let second = done(&setup, "DescribeScalingActivities", &token).await;
    assert_eq!(
        first["ScalingActivities"][0],
        described["ScalingActivities"][0]
    );
    assert_eq!(
        second["ScalingActivities"][0],
        described["ScalingActivities"][1]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policys_alarms_go_with_it_and_a_policy_with_its_target() {
    let setup = one_variant().await;
    done(&setup, "RegisterScalableTarget", &bounds(1, 2)).await;
    let put = done(&setup, "PutScalingPolicy", &policy(json!({}))).await;
    let again = done(
        &setup,
        "PutScalingPolicy",
        &policy(json!({ "TargetValue": 4.0 })),
    )
    .await;
    assert_eq!(put, again);
    let names: Vec<&str> = (0..2)
        .map(|place| put["Alarms"][place]["AlarmName"].as_str().unwrap())
        .collect();
    let listed: Vec<String> = alarms(&setup)
        .await
        .into_iter()
        .map(|each| each.0)
        .collect();
    assert_eq!(listed, names);
    let names = json!({ "AlarmNames": names });
    let described = call_api(&setup, apis::CLOUDWATCH, "DescribeAlarms", &names).await;
    let described = described.unwrap();
    let (high, low) = (&described["MetricAlarms"][0], &described["MetricAlarms"][1]);
    for (alarm, threshold, periods) in [(high, 4.0, 3), (low, 3.6, 15)] {
        assert_eq!(alarm["Threshold"], json!(threshold));
        assert_eq!(alarm["EvaluationPeriods"], json!(periods));
        assert_eq!(alarm["AlarmActions"], json!([put["PolicyARN"]]));
        assert_eq!(alarm["MetricName"], "InvocationsPerInstance");
    }
    let listed = done(&setup, "DescribeScalingPolicies", &target(json!({}))).await;
    let listed = &listed["ScalingPolicies"];
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["PolicyARN"], put["PolicyARN"]);
    let configuration = &listed[0]["TargetTrackingScalingPolicyConfiguration"];
    assert_eq!(configuration["TargetValue"], json!(4.0));

    let mut other = policy(json!({}));
    other["PolicyName"] = json!("other");
    refused(
        &setup,
        "PutScalingPolicy",
        &other,
        "ValidationException",
        "Only one",
    )
    .await;
    let named = target(json!({ "PolicyName": "follow" }));
    done(&setup, "DeleteScalingPolicy", &named).await;
    assert!(alarms(&setup).await.is_empty());
    let gone = "ObjectNotFoundException";
    refused(
        &setup,
        "DeleteScalingPolicy",
        &named,
        gone,
        "No scaling policy",
    )
    .await;
    done(&setup, "PutScalingPolicy", &policy(json!({}))).await;
    done(&setup, "DeregisterScalableTarget", &target(json!({}))).await;
    assert!(alarms(&setup).await.is_empty());
    refused(
        &setup,
        "DeregisterScalableTarget",
        &target(json!({})),
        gone,
        RESOURCE,
    )
    .await;
    refused(
        &setup,
        "PutScalingPolicy",
        &policy(json!({})),
        gone,
        RESOURCE,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_and_policies_that_no_variant_can_have_are_refused() {
    let setup = one_variant().await;
    let changed = |request: Value, member: &str, value: Value| {
        let mut request = request;
        request[member] = value;
        request
    };
    let register = |member: &str, value: Value| changed(bounds(1, 2), member, value);
    for (request, words) in [
        (bounds(3, 2), "Maximum capacity cannot be less"),
        (bounds(0, 2), "greater than or equal to 1"),
        (target(json!({ "MinCapacity": 1 })), "MaxCapacity"),
        (target(json!({ "MaxCapacity": 1 })), "MinCapacity"),
        (
            register("ResourceId", json!("endpoint/e/variant/none")),
            "doesn't exist",
        ),
        (
            register("ResourceId", json!("endpoint/none/variant/slot-one")),
            "doesn't exist",
        ),
        (
            register("ResourceId", json!("endpoint/e")),
            "Unsupported resource type",
        ),
        (
            register("ServiceNamespace", json!("ecs")),
            "ecs as ServiceNamespace",
        ),
        (
            register(
                "ScalableDimension",
                json!("sagemaker:inference-component:DesiredCopyCount"),
            ),
            "DesiredCopyCount as ScalableDimension",
        ),
        (
            register(
                "SuspendedState",
                json!({ "DynamicScalingInSuspended": true }),
            ),
            "the parameter SuspendedState",
        ),
    ] {
        let operation = "RegisterScalableTarget";
        refused(&setup, operation, &request, "ValidationException", words).await;
    }
    done(&setup, "RegisterScalableTarget", &bounds(1, 2)).await;
    let put = |member: &str, value: Value| changed(policy(json!({})), member, value);
    let metric = |name: &str| json!({ "PredefinedMetricType": name });
    for (request, words) in [
        (
            put("PolicyType", json!("StepScaling")),
            "StepScaling as PolicyType",
        ),
        (
            put("StepScalingPolicyConfiguration", json!({})),
            "the parameter StepScalingPolicyConfiguration",
        ),
        (policy(json!({ "TargetValue": 0.0 })), "TargetValue"),
        (policy(json!({ "ScaleInCooldown": -1 })), "scaleInCooldown"),
        (
            policy(json!({ "CustomizedMetricSpecification": {} })),
            "the parameter CustomizedMetricSpecification",
        ),
        (
            policy(
                json!({ "PredefinedMetricSpecification": metric("ECSServiceAverageCPUUtilization") }),
            ),
            "ECSServiceAverageCPUUtilization as PredefinedMetricType",
        ),
        (
            policy(json!({ "PredefinedMetricSpecification": null })),
            "PredefinedMetricSpecification",
        ),
        (
            target(json!({ "PolicyName": "p", "PolicyType": "TargetTrackingScaling" })),
            "must be given",
        ),
    ] {
        refused(
            &setup,
            "PutScalingPolicy",
            &request,
            "ValidationException",
            words,
        )
        .await;
    }
    let none = json!({ "ServiceNamespace": "sagemaker", "NextToken": "none" });
    for operation in [
        "DescribeScalableTargets",
        "DescribeScalingPolicies",
        "DescribeScalingActivities",
    ] {
        refused(
            &setup,
            operation,
            &none,
            "InvalidNextTokenException",
            "next token",
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_serverless_variant_is_no_target() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    serverless(&setup).await;
    create_and_settle(&setup, "serverless").await;
    let code = "ValidationException";
    refused(
        &setup,
        "RegisterScalableTarget",
        &bounds(1, 2),
        code,
        "is serverless",
    )
    .await;
}

/// The configuration `larger`: `model` in the variant of `one`, on another type of instance.
async fn larger(setup: &Setup) {
    let variant = ProductionVariant::builder()
        .variant_name("slot-one")
        .model_name("one")
        .initial_instance_count(1)
        .instance_type(ProductionVariantInstanceType::MlM5Xlarge);
    let create = setup.sagemaker.create_endpoint_config();
    let create = create.endpoint_config_name("larger");
    let create = create.production_variants(variant.build());
    create.send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_keeps_the_type_of_a_target_and_a_deleted_endpoint_takes_it_along() {
    let setup = one_variant().await;
    model(&setup, "two", false).await;
    larger(&setup).await;
    config(&setup, "config-2", &[("one", 1.0), ("two", 0.0)]).await;
    config(&setup, "without", &[("two", 1.0)]).await;
    done(&setup, "RegisterScalableTarget", &bounds(1, 2)).await;
    for config in ["larger", "without"] {
        let update = setup.sagemaker.update_endpoint().endpoint_name("e");
        let update = update.endpoint_config_name(config).send().await;
        let error = update.unwrap_err();
        assert_eq!(error.code(), Some("ValidationException"), "{error:?}");
        let message = error.message().unwrap();
        assert!(
            message.contains("\"[slot-one]\" must be deregistered"),
            "{message}"
        );
    }
    update(&setup, "config-2").await;
    settled(&setup).await;
    done(&setup, "DeregisterScalableTarget", &target(json!({}))).await;
    update(&setup, "larger").await;
    settled(&setup).await;

    done(&setup, "RegisterScalableTarget", &bounds(1, 2)).await;
    done(&setup, "PutScalingPolicy", &policy(json!({}))).await;
    let delete = setup.sagemaker.delete_endpoint().endpoint_name("e");
    delete.send().await.unwrap();
    let gone = async || {
        let describe = setup.sagemaker.describe_endpoint().endpoint_name("e");
        describe.send().await.err().map(drop)
    };
    setup.until(gone).await;
    let all = json!({ "ServiceNamespace": "sagemaker" });
    let listed = done(&setup, "DescribeScalableTargets", &all).await;
    assert_eq!(listed["ScalableTargets"], json!([]));
    autoscaling::evaluate(&setup.aws.cloud);
    assert!(alarms(&setup).await.is_empty());
}
