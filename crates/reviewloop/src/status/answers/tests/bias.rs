use contracts::bias::Analysis;
use contracts::features::Export;
use serde_json::{Value, json};

use super::*;

/// Answers of which the facet's values get so many, each with whether there are too few rows to say.
fn analysis(values: &[(&str, f64, bool)]) -> Analysis {
    let evidence: Vec<Value> = values
        .iter()
        .map(|(name, difference, few)| {
            let interval = (!few).then(|| [difference - 0.02, difference + 0.02]);
            json!({ "value_or_threshold": name, "rows": 90, "positive_rows": 60, "metrics": [{
                "name": "DPPL", "value": difference, "interval": interval, "support": 30, "too_few_to_say": few,
            }] })
        })
        .collect();
    let analysis = json!({
        "version": "1.0",
        "post_training_bias_metrics": { "label": "label", "label_value_or_threshold": "=1", "facets": {} },
        "reviewloop": {
            "rows": 400, "rows_without_label": 0, "minimum_rows": 30, "resamples": 1000, "seed": 1,
            "flip_test_is_sampled": false, "facets": { "Class Name": evidence },
        },
    });
    serde_json::from_value(analysis).expect("an analysis")
}

fn with(values: &[(&str, f64, bool)]) -> Facts {
    Facts {
        packages: vec![package(3, "Approved", None)],
        bias: Some(analysis(values)),
        ..Facts::default()
    }
}

#[test]
fn the_largest_difference_of_a_value_with_enough_rows_is_told() {
    let facts = with(&[
        ("Knits", 0.05, false),
        ("Jeans", -0.12, false),
        ("Trend", 0.6, true),
    ]);
    let status = answer(&facts).bias.expect("measured");
    assert_eq!(
        status.state,
        "version 3: 3 values of Class Name compared with all other rows"
    );
    assert_eq!(
        status.evidence.as_deref(),
        Some("DPPL is largest for Class Name Jeans: -0.120 (-0.140 to -0.100)")
    );
    let few = answer(&with(&[("Trend", 0.6, true)]))
        .bias
        .expect("measured");
    assert_eq!(
        few.evidence.as_deref(),
        Some("DPPL: too few rows to say for any value")
    );
    assert_eq!(answer(&Facts::default()).bias, None);
}

#[test]
fn refused_feature_rows_wait_for_a_replay() {
    let with = |failed| Facts {
        features: Some(Export {
            version: 2,
            job: "job".into(),
            rows: 900,
            written: 900 - failed,
            deleted: 0,
            failed,
        }),
        ..Facts::default()
    };
    let features = |failed| answer(&with(failed)).features.expect("exported");
    check(&features(0), "version 2: 900 rows", None);
    check(
        &features(7),
        "version 2",
        Some("7 rows were refused; again: reviewloop features replay"),
    );
}

#[test]
fn a_value_before_and_after_training_is_one_value() {
    let before = analysis(&[("Knits", 0.05, false)]);
    let both = before.with(analysis(&[("Knits", 0.2, false), ("Jeans", 0.1, false)]));
    let values = &both.reviewloop.facets["Class Name"];
    let metrics: Vec<usize> = values.iter().map(|value| value.metrics.len()).collect();
    assert_eq!(metrics, [2, 1]);
}
