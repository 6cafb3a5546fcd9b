use std::fs;
use std::path::Path;

use contracts::bias::{Analysis, BiasMetrics, FacetMetrics};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Arguments, run};
use crate::container::Container;

const CSV: &str = "crates/bias/tests/data/rows.csv";

/// A job's folder with these files of data.
fn job(config: &Value, files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("processing/input");
    for (name, text) in files {
        let path = input.join("data").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::create_dir_all(input.join("config")).unwrap();
    fs::write(
        input.join("config/analysis_config.json"),
        config.to_string(),
    )
    .unwrap();
    folder
}

fn outcome(config: &Value, files: &[(&str, &str)]) -> Result<Analysis, String> {
    let folder = job(config, files);
    let container = Container::at(folder.path());
    run(&container, &Arguments::default()).map_err(|error| format!("{error:#}"))?;
    let output = folder.path().join("processing/output");
    let page = fs::read_to_string(output.join("report.html")).unwrap();
    assert!(page.contains("</html>") && !page.contains("NaN"), "{page}");
    Ok(serde_json::from_slice(&fs::read(output.join("analysis.json")).unwrap()).unwrap())
}

fn rows() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(CSV)).unwrap()
}

fn config(changes: &Value) -> Value {
    let mut config = json!({
        "version": "1.0",
        "dataset_type": "text/csv",
        "label": "bought",
        "label_values_or_threshold": [1],
        "facet": [{"name_or_index": "region"}],
        "methods": {"pre_training_bias": {"methods": "all"}},
    });
    for (name, value) in changes.as_object().unwrap() {
        config[name] = value.clone();
    }
    config
}

#[track_caller]
fn refused(changes: &Value, reason: &str) {
    let error = outcome(&config(changes), &[("rows.csv", &rows())]).unwrap_err();
    assert!(error.contains(reason), "{error}");
}

fn metrics<'a>(metrics: &'a Option<BiasMetrics>, facet: &str) -> &'a [FacetMetrics] {
    &metrics.as_ref().expect("metrics").facets[facet]
}

#[test]
fn the_same_rows_in_any_form_have_the_same_metrics() {
    let csv = rows();
    let expected = outcome(&config(&json!({})), &[("rows.csv", &csv)]).unwrap();
    assert_eq!(
        metrics(&expected.pre_training_bias_metrics, "region").len(),
        4
    );
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let lines: Vec<String> = reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            let members = headers
                .iter()
                .zip(&row)
                .map(|(name, value)| (name.clone(), json!(value)));
            Value::Object(members.collect()).to_string() + "\n"
        })
        .collect();
    let (first, second) = (lines[..250].concat(), lines[250..].concat());
    let json_lines = [("a/1.jsonl", first.as_str()), ("a/2.jsonl", &second)];
    let changes = json!({"dataset_type": "application/jsonlines"});
    assert_eq!(outcome(&config(&changes), &json_lines).unwrap(), expected);

    let (_, body) = csv.split_once('\n').unwrap();
    let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let changes = json!({
        "headers": headers,
        "label": place("bought"),
        "facet": [{"name_or_index": place("region")}],
    });
    for text in [body, &csv] {
        assert_eq!(
            outcome(&config(&changes), &[("rows", text)]).unwrap(),
            expected
        );
    }
    let by_place = json!({"label": place("bought")});
    assert_eq!(
        outcome(&config(&by_place), &[("rows.csv", &csv)]).unwrap(),
        expected
    );
}

#[test]
fn what_is_wrong_is_named() {
    refused(
        &json!({"label": "boughd"}),
        "label: the data has no column \"boughd\": it has \"region\"",
    );
    refused(
        &json!({"label": 99}),
        "label: the data has no column 99, counted from 0",
    );
    refused(
        &json!({"facet": [{"name_or_index": "Region2"}]}),
        "facet: the data has no column \"Region2\"",
    );
    refused(
        &json!({"label_values_or_threshold": [7]}),
        "the label \"bought\" has none of the positive values 7",
    );
    refused(
        &json!({"methods": {"pre_training_bias": {"methods": ["CI", "XX"]}}}),
        "no metric \"XX\": it has CDDL, CI",
    );
    refused(
        &json!({"methods": {"pre_training_bias": {"methods": ["DI"]}}}),
        "no metric \"DI\"",
    );
    refused(
        &json!({"methods": {"post_training_bias": {"methods": "all"}}}),
        "needs predicted_label",
    );
    refused(&json!({"methods": {"shap": {}}}), "unknown field `shap`");
    refused(
        &json!({"facet": [{"name_or_index": "age"}]}),
        "the facet \"age\" is a column of numbers: give it a threshold",
    );
    refused(
        &json!({"facet": [{"name_or_index": "bought"}]}),
        "\"bought\" cannot be a label and a facet",
    );
    refused(
        &json!({"balancing": {"by": "magic"}}),
        "unknown variant `magic`",
    );
}

#[test]
fn the_answer_is_laid_out_as_clarifys_with_intervals_beside_it() {
    let changes = json!({
        "predicted_label": "predicted_bought",
        "facet": [
            {"name_or_index": "region", "value_or_threshold": ["south", "east"]},
            {"name_or_index": "age", "value_or_threshold": [40]},
        ],
        "group_variable": "shop",
        "methods": {
            "pre_training_bias": {"methods": "all"},
            "post_training_bias": {"methods": ["DI", "FT", "TE"]},
        },
    });
    let analysis = outcome(&config(&changes), &[("rows.csv", &rows())]).unwrap();
    let json = serde_json::to_value(&analysis).unwrap();
    let before = &json["pre_training_bias_metrics"];
    assert_eq!(
        (&before["label"], &before["label_value_or_threshold"]),
        (&json!("bought"), &json!("1"))
    );
    assert_eq!(
        before["facets"]["region"][0]["value_or_threshold"],
        "south,east"
    );
    let age = before["facets"]["age"][0]["value_or_threshold"]
        .as_str()
        .unwrap();
    assert!(age.starts_with("(40.0, ") && age.ends_with(']'), "{age}");
    let imbalance = &before["facets"]["region"][0]["metrics"][1];
    assert_eq!(
        (&imbalance["name"], &imbalance["description"]),
        (&json!("CI"), &json!("Class Imbalance (CI)"))
    );
    let after = metrics(&analysis.post_training_bias_metrics, "region");
    let names: Vec<&str> = after[0].metrics.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["DI", "FT", "TE"]);
    let flip = &after[0].metrics[1];
    assert!(
        flip.value.is_none() && flip.error.is_some(),
        "the shop is a text: {flip:?}"
    );
    for metric in &analysis.reviewloop.facets["region"][0].metrics {
        let Some([low, high]) = metric.interval else {
            assert_eq!(metric.name, "FT");
            continue;
        };
        let (low, high): (f64, f64) = (low.into(), high.into());
        assert!(low < high, "{metric:?}");
    }
}

#[test]
fn balancing_says_what_got_better_and_what_got_worse_in_any_order_of_the_rows() {
    let csv = rows();
    let (header, body) = csv.split_once('\n').unwrap();
    let mut lines: Vec<&str> = body.lines().collect();
    lines.reverse();
    let reversed = format!("{header}\n{}\n", lines.join("\n"));
    for by in ["class", "class_and_facet", "weights"] {
        let changes = json!({"balancing": {"by": by}});
        let balanced = |text: &str| {
            let analysis = outcome(&config(&changes), &[("rows.csv", text)]).unwrap();
            analysis.reviewloop.balancing.expect("balancing")
        };
        let (found, mut again) = (balanced(&csv), balanced(&reversed));
        again
            .facets
            .values_mut()
            .for_each(|values| values.reverse());
        let value =
            |balanced: &contracts::bias::Balanced, region: &str, name: &str| -> (f64, bool) {
                let values = &balanced.facets["region"];
                let value = values
                    .iter()
                    .find(|it| it.value_or_threshold == region)
                    .expect("a region");
                let metric = value
                    .metrics
                    .iter()
                    .find(|it| it.name == name)
                    .expect("a metric");
                (metric.after.expect("a value").into(), metric.is_worse)
            };
        for region in ["north", "south", "east"] {
            for metric in ["CI", "DPL", "KL"] {
                let (first, second) = (
                    value(&found, region, metric).0,
                    value(&again, region, metric).0,
                );
                assert!((first - second).abs() < 1e-12, "{by}: {metric} of {region}");
            }
        }
        let (difference, _) = value(&found, "north", "DPL");
        let (imbalance, is_worse) = value(&found, "north", "CI");
        match by {
            "class" => assert!(found.rows < 600.0 && difference.abs() > 1e-3, "{found:?}"),
            // Four regions of one size: the large one has become as rare as the others.
            "class_and_facet" => {
                assert!(
                    difference.abs() < 1e-12 && (imbalance - 0.5).abs() < 1e-12 && is_worse,
                    "{found:?}"
                );
                assert!(
                    found.worse.contains(&"CI of region: north".to_owned()),
                    "{:?}",
                    found.worse
                );
            }
            _ => assert!(
                difference.abs() < 1e-12 && (found.rows - 600.0).abs() < 1e-9 && !is_worse,
                "{found:?}"
            ),
        }
    }
}
