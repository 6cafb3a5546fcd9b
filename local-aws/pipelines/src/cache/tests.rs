use serde_json::{Value, json};

use super::{is_fresh, key};
use crate::definition::{Definition, Step};

/// The one step of a definition.
fn step(step: &Value) -> Step {
    let definition = json!({ "Version": "2020-12-01", "Steps": [step] }).to_string();
    Definition::parse(&definition).unwrap().steps.remove(0)
}

#[test]
fn the_cache_key_is_over_what_makes_the_result() {
    let parse = |cache: Value| {
        step(&json!({ "Name": "T", "Type": "Training", "Arguments": {}, "CacheConfig": cache }))
    };
    let cached = parse(json!({ "Enabled": true, "ExpireAfter": "PT1H" }));
    let arguments =
        json!({ "HyperParameters": { "a": "1", "b": "2" }, "ResourceConfig": { "n": 1 } });
    let first = key(&cached, &arguments);
    assert!(first.is_some());
    let reordered =
        json!({ "ResourceConfig": { "n": 9 }, "HyperParameters": { "b": "2", "a": "1" } });
    assert_eq!(key(&cached, &reordered), first);
    let other = json!({ "HyperParameters": { "a": "1", "b": "3" } });
    assert_ne!(key(&cached, &other), first);
    assert_eq!(key(&parse(json!({ "Enabled": false })), &arguments), None);
    assert!(is_fresh(&cached, 3599));
    assert!(!is_fresh(&cached, 3600));
    assert!(is_fresh(&parse(json!({ "Enabled": true })), i64::MAX));
}

#[test]
fn the_cache_key_of_a_study_leaves_out_machines_and_output_places() {
    let cache = json!({ "Enabled": true });
    let step =
        step(&json!({ "Name": "T", "Type": "Tuning", "Arguments": {}, "CacheConfig": cache }));
    let of = |seed: u64, epochs: &str, output: &str| {
        let arguments = json!({
            "HyperParameterTuningJobConfig": { "RandomSeed": seed },
            "TrainingJobDefinition": {
                "StaticHyperParameters": { "epochs": epochs },
                "OutputDataConfig": { "S3OutputPath": output },
            },
        });
        key(&step, &arguments).unwrap()
    };
    assert_eq!(of(1, "2", "s3://b/one"), of(1, "2", "s3://b/two"));
    assert_ne!(of(1, "2", "s3://b/one"), of(2, "2", "s3://b/one"));
    assert_ne!(of(1, "2", "s3://b/one"), of(1, "3", "s3://b/one"));
}
