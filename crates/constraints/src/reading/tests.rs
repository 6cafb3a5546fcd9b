use serde_json::{Value, json};

use crate::{Profiler, read, suggest};

fn suggested() -> Value {
    let mut profiler = Profiler::new();
    for row in 0..900 {
        let (age, text) = (
            (row % 70).to_string(),
            format!("text {row} {}", "a".repeat(row % 90)),
        );
        profiler.add([
            ("size", ["S", "M", "L"][row % 3]),
            ("age", &age),
            ("text", &text),
        ]);
    }
    serde_json::to_value(suggest(&profiler.finish())).expect("JSON")
}

#[test]
fn what_is_suggested_is_read_back_the_same() {
    let suggested = suggested();
    let read = read(suggested.to_string().as_bytes()).expect("it is in order");
    assert_eq!(serde_json::to_value(read).expect("JSON"), suggested);
}

/// Model Monitor's own keys are enough.
#[test]
fn a_file_without_our_keys_but_the_rates_is_read() {
    let plain = json!({
        "version": 0,
        "features": [{
            "name": "age", "inferred_type": "Integral", "completeness": 1.0,
            "num_constraints": {"is_non_negative": true}
        }],
        "monitoring_config": suggested()["monitoring_config"],
    });
    read(plain.to_string().as_bytes()).expect("it is in order");
}

#[test]
fn what_is_unknown_or_contradicts_itself_is_refused_by_name() {
    // The features stand in the order of their names: age, size, text.
    for (place, value, reason) in [
        ("/version", json!(7), "version: 7 is not 0"),
        (
            "/features/0/completness",
            json!(1),
            "unknown field `completness`",
        ),
        (
            "/features/0/inferred_type",
            json!("Number"),
            "unknown variant `Number`",
        ),
        (
            "/features/0/severity",
            json!("stop"),
            "unknown variant `stop`",
        ),
        (
            "/features/0/name",
            json!("size"),
            "feature \"size\": stands twice",
        ),
        ("/features/0/name", json!(""), "a feature has no name"),
        (
            "/features/0/completeness",
            json!(95),
            "feature \"age\": completeness 95 is not between 0 and 1",
        ),
        ("/features/0/tolerance", json!(-0.1), "tolerance -0.1"),
        (
            "/features/0/observed/missing",
            json!(901),
            "901 missing of 900 rows",
        ),
        (
            "/features/0/observed/other_type",
            json!(901),
            "observed other_type are 901 of 900",
        ),
        (
            "/features/0/observed/numbers/min",
            json!(1000),
            "observed numbers are not in order",
        ),
        (
            "/features/0/observed/lengths",
            suggested()["features"][2]["observed"]["lengths"].clone(),
            "observed lengths of numbers",
        ),
        (
            "/features/1/num_constraints",
            json!({"is_non_negative": true}),
            "num_constraints of a String",
        ),
        (
            "/features/1/string_constraints/domains",
            json!([]),
            "domains are empty",
        ),
        (
            "/features/1/string_constraints/domains",
            json!(["S", "M", "L", "S"]),
            "stands twice",
        ),
        (
            "/features/1/string_constraints/domains",
            json!(["S", "M"]),
            "observed value \"L\" is not in the domains",
        ),
        (
            "/features/1/observed/values/0/count",
            json!(900),
            "observed values are 1500 of 900",
        ),
        (
            "/features/1/observed/values/0/value",
            json!("M"),
            "observed value \"M\" stands twice",
        ),
        (
            "/features/2/observed/numbers",
            suggested()["features"][0]["observed"]["numbers"].clone(),
            "observed numbers of a String",
        ),
        (
            "/features/2/observed/repeated/sampled_share",
            json!(0),
            "sampled_share 0",
        ),
        (
            "/repeated_rows/values",
            json!(901),
            "repeated_rows: 901 repeated values in 900 rows",
        ),
        (
            "/monitoring_config/false_alarm_rate",
            json!(5),
            "false_alarm_rate 5 is not between 0 and 1",
        ),
    ] {
        let mut edited = suggested();
        let (parent, key) = place.rsplit_once('/').expect("a path");
        let parent = edited.pointer_mut(parent).expect("it is there");
        match parent.as_array_mut() {
            Some(items) => items[key.parse::<usize>().expect("a place")] = value,
            None => parent[key] = value,
        }
        let refused = read(edited.to_string().as_bytes())
            .expect_err(place)
            .to_string();
        assert!(refused.contains(reason), "{place}: {refused}");
    }
}
