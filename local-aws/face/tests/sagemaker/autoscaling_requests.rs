//! Scalable targets and policies by their operations: what is there, what is refused, what goes with what.

use local_core::wire::apis;
use serde_json::{Value, json};

use crate::autoscaling::{
    RESOURCE, alarms, bounds, call, call_api, done, one_variant, policy, target,
};
use crate::endpoints::{create_and_settle, model, serverless};
use crate::setup::Setup;

async fn refused(setup: &Setup, operation: &str, members: &Value, code: &str, words: &str) {
    let refused = call(setup, operation, members).await.unwrap_err();
    assert_eq!(refused.code, code, "{operation}: {refused}");
    assert!(refused.message.contains(words), "{operation}: {refused}");
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
