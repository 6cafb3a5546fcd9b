use serde_json::{Value, json};

use super::*;

fn variant(name: &str, weight: f64) -> Value {
    json!({
        "name": name, "weight": weight, "instance_count": 4, "instance_type": "ml.m5.large",
        "serverless": null, "startup_timeout_seconds": null, "image": "i", "model_data_url": null,
        "environment": {},
    })
}

/// Two variants, and a canary of a quarter under way; the new fleet has other weights, and a shadow.
fn endpoint(step: u32) -> Endpoint {
    let mut shadow = variant("shadow", 0.5);
    shadow["is_shadow"] = true.into();
    let canary = json!({
        "Type": "CANARY", "WaitIntervalInSeconds": 60,
        "CanarySize": { "Type": "INSTANCE_COUNT", "Value": 1 },
    });
    serde_json::from_value(json!({
        "name": "e", "arn": "a", "status": "Updating", "config_name": "old",
        "variants": [variant("a", 1.0), variant("b", 3.0)],
        "pending": {
            "config_name": "new",
            "variants": [variant("a", 1.0), variant("b", 1.0), shadow],
            "started": 0, "phase": "Baking", "phase_started": 0, "keeps_servers": false,
            "guarded": {
                "config": { "BlueGreenUpdatePolicy": { "TrafficRoutingConfiguration": canary } },
                "step": step,
            },
        },
        "failure_reason": null, "created": 0, "modified": 0,
    }))
    .unwrap()
}

/// A serving process of each variant of these fleets.
fn servers(endpoint: &Endpoint, fleets: &[bool]) -> Vec<Server> {
    let all = everything(endpoint).into_iter();
    let all = all.filter(|route| fleets.contains(&route.is_new));
    all.map(|route| {
        serde_json::from_value(json!({
            "id": "s", "variant": route.variant, "ports": [1], "serving": true,
            "is_new": route.is_new,
        }))
        .unwrap()
    })
    .collect()
}

/// How many of a hundred requests go where.
fn counts(
    endpoint: &Endpoint,
    servers: &[Server],
    target: Option<&str>,
) -> Vec<(String, bool, u32)> {
    let mut counts: Vec<(String, bool, u32)> = Vec::new();
    for number in 0..100 {
        let draw = (f64::from(number) + 0.5) / 100.0;
        let route = route(endpoint, servers, target, draw).unwrap();
        let (name, is_new) = (route.variant.name.clone(), route.is_new);
        match counts
            .iter_mut()
            .find(|each| each.0 == name && each.1 == is_new)
        {
            Some(count) => count.2 += 1,
            None => counts.push((name, is_new, 1)),
        }
    }
    counts.sort();
    counts
}

fn check(
    endpoint: &Endpoint,
    servers: &[Server],
    target: Option<&str>,
    expected: &[(&str, bool, u32)],
) {
    let found = counts(endpoint, servers, target);
    let found: Vec<(&str, bool, u32)> = found
        .iter()
        .map(|(name, is_new, count)| (name.as_str(), *is_new, *count))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn each_fleet_gets_its_share_and_each_variant_its_weight_in_it() {
    for (step, expected) in [
        (0, &[("a", false, 25), ("b", false, 75)][..]),
        (
            1,
            &[
                ("a", false, 19),
                ("a", true, 12),
                ("b", false, 56),
                ("b", true, 13),
            ],
        ),
        (2, &[("a", true, 50), ("b", true, 50)]),
    ] {
        let endpoint = endpoint(step);
        let servers = servers(&endpoint, &[false, true]);
        check(&endpoint, &servers, None, expected);
    }
}

#[test]
fn a_variant_that_is_named_is_asked_in_both_fleets_by_their_shares() {
    let endpoint = endpoint(1);
    let both = servers(&endpoint, &[false, true]);
    check(
        &endpoint,
        &both,
        Some("b"),
        &[("b", false, 75), ("b", true, 25)],
    );
    for name in ["shadow", "c"] {
        assert!(route(&endpoint, &both, Some(name), 0.0).is_err(), "{name}");
    }
}

#[test]
fn a_fleet_without_processes_leaves_its_requests_to_the_other() {
    let endpoint = endpoint(1);
    for is_new in [false, true] {
        let one = servers(&endpoint, &[is_new]);
        check(&endpoint, &one, Some("a"), &[("a", is_new, 100)]);
    }
}

#[test]
fn a_shadow_follows_its_own_fleet_by_its_part_of_the_weight() {
    let endpoint = endpoint(2);
    let servers = servers(&endpoint, &[false, true]);
    let new = route(&endpoint, &servers, None, 0.0).unwrap();
    let (found, part) = shadow(&endpoint, &new).unwrap();
    assert_eq!((found.variant.name.as_str(), part), ("shadow", 0.5));
    let old = Route {
        is_new: false,
        ..new
    };
    assert!(shadow(&endpoint, &old).is_none());
}
