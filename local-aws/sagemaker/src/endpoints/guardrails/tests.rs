use serde_json::{Value, json};

use super::*;
use crate::endpoints::variant::Variant;

fn variant(instances: u32) -> Variant {
    serde_json::from_value(json!({
        "name": "v", "weight": 1.0, "instance_count": instances, "instance_type": "ml.m5.large",
        "serverless": null, "startup_timeout_seconds": null, "image": "i", "model_data_url": null,
        "environment": {},
    }))
    .unwrap()
}

fn config(routing: Value) -> DeploymentConfig {
    let policy = json!({
        "TrafficRoutingConfiguration": routing,
        "TerminationWaitInSeconds": 30,
        "MaximumExecutionTimeoutInSeconds": 600,
    });
    serde_json::from_value(json!({ "BlueGreenUpdatePolicy": policy })).unwrap()
}

fn canary(kind: &str, value: u32) -> DeploymentConfig {
    let size = json!({ "Type": kind, "Value": value });
    config(json!({ "Type": "CANARY", "WaitIntervalInSeconds": 60, "CanarySize": size }))
}

fn linear(kind: &str, value: u32, wait: u32) -> DeploymentConfig {
    let size = json!({ "Type": kind, "Value": value });
    config(json!({ "Type": "LINEAR", "WaitIntervalInSeconds": wait, "LinearStepSize": size }))
}

/// The shares of the new fleet step by step, and its instances with requests.
fn check(config: &DeploymentConfig, instances: u32, expected: &[(f64, u32)]) {
    let variant = variant(instances);
    let last = config.steps(std::slice::from_ref(&variant));
    let found: Vec<(f64, u32)> = (0..=last)
        .map(|step| {
            let active = config.active_instances(step, &variant);
            (config.share(step, &variant), active)
        })
        .collect();
    assert_eq!(found, expected, "{config:?}");
}

#[test]
fn traffic_moves_in_the_steps_that_are_asked_for() {
    let at_once = config(json!({ "Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0 }));
    check(&at_once, 3, &[(0.0, 0), (1.0, 3)]);
    check(&DeploymentConfig::default(), 3, &[(0.0, 0), (1.0, 3)]);
    let percent = canary("CAPACITY_PERCENT", 30);
    check(&percent, 3, &[(0.0, 0), (0.3, 1), (1.0, 3)]);
    let one = canary("INSTANCE_COUNT", 1);
    check(&one, 4, &[(0.0, 0), (0.25, 1), (1.0, 4)]);
    let percent = linear("CAPACITY_PERCENT", 40, 0);
    check(&percent, 5, &[(0.0, 0), (0.4, 2), (0.8, 4), (1.0, 5)]);
    let two = linear("INSTANCE_COUNT", 2, 0);
    check(&two, 4, &[(0.0, 0), (0.5, 2), (1.0, 4)]);
}

#[test]
fn the_last_step_bakes_for_as_long_as_the_old_fleet_is_kept() {
    let config = linear("CAPACITY_PERCENT", 50, 60);
    assert_eq!(config.bakes(1, 2), (60, "WaitIntervalInSeconds"));
    assert_eq!(config.bakes(2, 2), (30, "TerminationWaitInSeconds"));
}

#[test]
fn steps_and_waits_beyond_aws_limits_are_refused() {
    let refused = |config: DeploymentConfig, instances: u32| {
        let checked = config.check_for(&[variant(instances)]);
        checked.err().map(|refusal| refusal.message)
    };
    let accepted = |config, instances| assert_eq!(refused(config, instances), None);
    accepted(canary("CAPACITY_PERCENT", 50), 1);
    accepted(canary("INSTANCE_COUNT", 1), 2);
    accepted(linear("CAPACITY_PERCENT", 10, 60), 1);
    accepted(linear("INSTANCE_COUNT", 1, 60), 10);
    for (config, instances, words) in [
        (
            canary("CAPACITY_PERCENT", 51),
            4,
            "CanarySize must be 0-50%",
        ),
        (canary("INSTANCE_COUNT", 1), 1, "CanarySize must be 0-50%"),
        (
            linear("CAPACITY_PERCENT", 9, 0),
            4,
            "LinearStepSize must be 10-50%",
        ),
        (
            linear("INSTANCE_COUNT", 1, 0),
            11,
            "LinearStepSize must be 10-50%",
        ),
        (
            // Nine of 64 seconds and the last of 30, beyond the limit of 600.
            linear("CAPACITY_PERCENT", 10, 64),
            4,
            "must be larger than the 606 seconds",
        ),
    ] {
        let refused = refused(config, instances).unwrap();
        assert!(refused.contains(words), "{refused}");
    }
}

#[test]
fn a_size_belongs_to_its_kind_of_routing() {
    let size = json!({ "Type": "INSTANCE_COUNT", "Value": 1 });
    for routing in [
        json!({ "Type": "CANARY", "WaitIntervalInSeconds": 0 }),
        json!({ "Type": "LINEAR", "WaitIntervalInSeconds": 0, "CanarySize": size }),
        json!({ "Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0, "LinearStepSize": size }),
    ] {
        assert!(config(routing.clone()).check().is_err(), "{routing}");
    }
}
