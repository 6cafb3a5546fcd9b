//! Application Auto Scaling over an endpoint whose processes really start and stop, in a clock that the tests set ahead.

use aws_sdk_sagemaker::types::{ProductionVariant, ProductionVariantInstanceType};
use aws_sdk_sagemakerruntime::error::ProvideErrorMetadata;
use local_aws::iam::Role;
use local_aws::{Principal, autoscaling, cloudwatch};
use local_core::wire::{Api, AwsError, apis, extend, table};
use serde_json::{Value, json};

use crate::endpoints::{config, create_and_settle, invoke_once, model, settled, update};
use crate::setup::Setup;

pub const RESOURCE: &str = "endpoint/e/variant/slot-one";

/// The members that name the target, and more.
pub fn target(more: Value) -> Value {
    let mut members = json!({
        "ServiceNamespace": "sagemaker",
        "ResourceId": RESOURCE,
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    });
    extend(&mut members, more);
    members
}

pub fn bounds(min: u32, max: u32) -> Value {
    target(json!({ "MinCapacity": min, "MaxCapacity": max }))
}

/// The lab's policy.
pub fn policy(more: Value) -> Value {
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

pub async fn call_api(
    setup: &Setup,
    api: Api,
    operation: &str,
    members: &Value,
) -> Result<Value, AwsError> {
    let caller = (local_aws::DEFAULT_REGION, Principal::user());
    table::call(&setup.aws.cloud, api, operation, caller, members).await
}

pub async fn call(setup: &Setup, operation: &str, members: &Value) -> Result<Value, AwsError> {
    call_api(setup, apis::APPLICATION_AUTO_SCALING, operation, members).await
}

pub async fn done(setup: &Setup, operation: &str, members: &Value) -> Value {
    let answered = call(setup, operation, members).await;
    answered.unwrap_or_else(|error| panic!("{operation}: {error}"))
}

/// One variant in service on one instance.
pub async fn one_variant() -> Setup {
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
pub async fn alarms(setup: &Setup) -> Vec<(String, String)> {
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

/// The configuration `larger`: the variant of `one` on another type of instance.
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

fn put_role_that_may(setup: &Setup, name: &str, action: &str) {
    let cloud = &setup.aws.cloud;
    let may = json!({ "Statement": { "Effect": "Allow", "Action": action, "Resource": "*" } });
    let role = Role {
        name: name.to_owned(),
        created: cloud.world.now(),
        trust: json!({ "Statement": [] }).to_string(),
        policies: [("may".to_owned(), may.to_string())].into(),
        managed: Vec::new(),
    };
    cloud.store.write(|tx| role.put(tx)).unwrap();
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
    // A change under way ends without its target, too.
    done(&setup, "RegisterScalableTarget", &bounds(2, 2)).await;
    autoscaling::evaluate(&setup.aws.cloud);
    done(&setup, "DeregisterScalableTarget", &target(json!({}))).await;
    settled(&setup).await;
    autoscaling::evaluate(&setup.aws.cloud);
    let described = done(&setup, "DescribeScalingActivities", &target(json!({}))).await;
    assert_eq!(
        described["ScalingActivities"][0]["StatusCode"],
        "Successful"
    );
    update(&setup, "larger").await;
    settled(&setup).await;

    done(&setup, "RegisterScalableTarget", &bounds(1, 2)).await;
    done(&setup, "PutScalingPolicy", &policy(json!({}))).await;
    let name = json!({ "EndpointName": "e" });
    let delete = async |role: &str| {
        let caller = Principal::role(&format!("arn:aws:iam::123456789012:role/{role}"), "s");
        let caller = (local_aws::DEFAULT_REGION, caller);
        table::call(
            &setup.aws.cloud,
            apis::SAGEMAKER,
            "DeleteEndpoint",
            caller,
            &name,
        )
        .await
    };
    put_role_that_may(&setup, "deletes", "sagemaker:DeleteEndpoint");
    let denied = delete("deletes").await.unwrap_err();
    assert!(denied.is_access_denied(), "{denied}");
    let action = "application-autoscaling:DeregisterScalableTarget";
    assert!(denied.message.contains(action), "{denied}");
    delete("execution").await.unwrap();
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

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_action_moves_the_bounds_in_its_time_and_says_so() {
    let setup = one_variant().await;
    let action = |name: &str, more: Value| {
        let mut members = target(json!({ "ScheduledActionName": name }));
        extend(&mut members, more);
        members
    };
    let two = |schedule: &str| json!({ "Schedule": schedule, "ScalableTargetAction": { "MinCapacity": 2 } });
    let every_hour = action("morning", two("cron(0 * * * ? *)"));
    let refused = call(&setup, "PutScheduledAction", &every_hour).await;
    assert_eq!(refused.unwrap_err().code, "ObjectNotFoundException");
    done(&setup, "RegisterScalableTarget", &bounds(1, 3)).await;
    done(&setup, "PutScheduledAction", &every_hour).await;
    for (wrong, is_unsupported) in [
        (json!({ "Schedule": "cron(0 * * * ? *)" }), false),
        (two("cron(0 * * * * *)"), false),
        (two("rate(1 hour)"), true),
        (
            json!({ "Schedule": "at(2030-01-01T00:00:00)", "Timezone": "Europe/Berlin",
            "ScalableTargetAction": { "MinCapacity": 2 } }),
            true,
        ),
        (
            json!({ "Schedule": "at(2030-01-01T00:00:00)", "ScalableTargetAction": {} }),
            false,
        ),
    ] {
        let error = call(
            &setup,
            "PutScheduledAction",
            &action("wrong", wrong.clone()),
        )
        .await;
        assert_eq!(error.unwrap_err().unsupported, is_unsupported, "{wrong}");
    }
    assert_eq!(evaluate(&setup).await, Some(1));
    setup.aws.cloud.world.advance(3600);
    // The bounds first, then the instances.
    evaluate(&setup).await;
    assert_eq!(evaluate(&setup).await, Some(2));
    let described = done(&setup, "DescribeScalingActivities", &target(json!({}))).await;
    let told = described["ScalingActivities"].as_array().unwrap();
    assert_eq!(told.len(), 2, "{told:?}");
    let moved = told
        .iter()
        .find(|it| it["Cause"] == "scheduled action name morning was triggered");
    let moved = moved.unwrap();
    assert_eq!(
        moved["Description"],
        "Setting min capacity to 2 and max capacity to 3"
    );
    assert_eq!(moved["StatusCode"], "Successful");
    let all = json!({ "ServiceNamespace": "sagemaker" });
    let targets = done(&setup, "DescribeScalableTargets", &all).await;
    assert_eq!(targets["ScalableTargets"][0]["MinCapacity"], 2);

    let later = action(
        "morning",
        json!({ "ScalableTargetAction": { "MaxCapacity": 2 } }),
    );
    done(&setup, "PutScheduledAction", &later).await;
    let listed = done(&setup, "DescribeScheduledActions", &target(json!({}))).await;
    let [listed] = &listed["ScheduledActions"].as_array().unwrap()[..] else {
        panic!("{listed}")
    };
    assert_eq!(listed["Schedule"], "cron(0 * * * ? *)");
    assert_eq!(listed["ScalableTargetAction"], json!({ "MaxCapacity": 2 }));
    done(
        &setup,
        "DeleteScheduledAction",
        &action("morning", json!({})),
    )
    .await;
    let gone = call(
        &setup,
        "DeleteScheduledAction",
        &action("morning", json!({})),
    )
    .await;
    assert_eq!(gone.unwrap_err().code, "ObjectNotFoundException");
}
