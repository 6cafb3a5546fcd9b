//! Every metric as smclarify 0.5 computes it: `peers/bias/record` made the table and the values.

use std::path::Path;

use bias::{Facet, FlipTest, Measured, Metric, Plan, Row, Stage, Tally, Value, measure};
use serde_json::{Map, Value as Json};
use tables::{Columns, Reader};

const CLOSE: f64 = 1e-12;

fn data(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    std::fs::read(path).expect("a file of tests/data")
}

fn table() -> Vec<Map<String, Json>> {
    let bytes = data("rows.csv");
    let mut reader = Reader::open(bytes.as_slice(), &Columns::all(), u64::MAX).expect("a table");
    let mut rows = Vec::new();
    while let Some(entry) = reader.next_row().expect("the file") {
        let row = entry.row.expect("a row");
        rows.push(row.into_object().expect("texts"));
    }
    rows
}

fn texts(json: &Json) -> Vec<String> {
    let texts = json.as_array().expect("a list").iter();
    texts
        .map(|text| text.as_str().expect("a text").to_owned())
        .collect()
}

fn text(json: &Json) -> String {
    json.as_str().expect("a text").to_owned()
}

/// The case's facets with all their metrics, and how the label's positive values are called.
fn computed(case: &Json, rows: &[Map<String, Json>]) -> (String, Vec<(String, Vec<Measured>)>) {
    let values = |name: &str| texts(&case[name]).into_iter().map(Value::new).collect();
    let facet = text(&case["facet"]);
    let plan = Plan {
        label: text(&case["label"]),
        positive: values("positive"),
        predicted_label: Some(text(&case["predicted_label"])),
        facets: vec![Facet {
            name: facet.clone(),
            values: values("values"),
        }],
        group: case["group"].as_str().map(str::to_owned),
    };
    let mut columns = vec![facet];
    for column in texts(&case["columns"]) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let mut tally = Tally::new(&plan);
    let mut flips = FlipTest::new(columns.len());
    let rows = &rows[..case["rows"]
        .as_u64()
        .map_or(rows.len(), |rows| usize::try_from(rows).expect("a few"))];
    for (place, row) in rows.iter().enumerate() {
        let value = |name: &String| row[name].as_str().expect("a text");
        let predicted_label = value(plan.predicted_label.as_ref().expect("it is asked for"));
        tally.add(&Row {
            label: value(&plan.label),
            predicted_label,
            facets: &[value(&columns[0])],
            group: plan.group.as_ref().map_or("", value),
        });
        let values: Vec<&str> = columns.iter().map(value).collect();
        flips.add(place as f64 / rows.len() as f64, &values, predicted_label);
    }
    let tallied = tally.finish().expect("counts");
    let flips = flips.measure(&tally, 0, 0, 0);
    let measured = measure(&tallied.facets[0], &Metric::ALL, 0)
        .into_iter()
        .zip(flips);
    let values = measured.map(|(value, flip)| {
        let counted = value
            .metrics
            .into_iter()
            .filter(|it| it.metric != Metric::FT);
        (value.value, counted.chain([flip]).collect())
    });
    (tallied.positive, values.collect())
}

#[test]
fn every_metric_is_smclarifys() {
    let rows = table();
    let cases: Vec<Json> = serde_json::from_slice(&data("smclarify.json")).unwrap();
    let mut compared = std::collections::BTreeMap::new();
    for case in &cases {
        let said = format!(
            "{} {} of {} {}",
            case["facet"], case["values"], case["label"], case["positive"]
        );
        let (positive, facets) = computed(case, &rows);
        assert_eq!(positive, text(&case["label_value_or_threshold"]), "{said}");
        for (name, stage) in [
            ("pre_training", Stage::PreTraining),
            ("post_training", Stage::PostTraining),
        ] {
            let expected = case[name].as_array().expect("a list");
            assert_eq!(expected.len(), facets.len(), "{said}");
            for ((value, metrics), expected) in facets.iter().zip(expected) {
                assert_eq!(*value, text(&expected["value_or_threshold"]), "{said}");
                let expected = expected["metrics"].as_object().expect("metrics");
                assert!(
                    Metric::of_stage(stage)
                        .map(Metric::name)
                        .eq(expected.keys()),
                    "{said}"
                );
                for measured in metrics.iter().filter(|it| it.metric.stage() == stage) {
                    let name = measured.metric.name();
                    let said = format!(
                        "{name} of {value}: {:?}, {} ({said})",
                        measured.value, expected[name]
                    );
                    assert!(is_same(measured, &expected[name]), "{said}");
                    *compared.entry(name).or_insert(0) += u32::from(measured.value.is_ok());
                }
            }
        }
    }
    assert!(
        compared.len() == 21 && compared.values().all(|values| *values > 30),
        "{compared:?}"
    );
}

fn is_same(measured: &Measured, expected: &Json) -> bool {
    match (&measured.value, expected) {
        (Err(_), Json::Null) => true,
        (Ok(value), Json::String(text)) => match text.as_str() {
            "Infinity" => value.total_cmp(&f64::INFINITY).is_eq(),
            "-Infinity" => value.total_cmp(&f64::NEG_INFINITY).is_eq(),
            _ => false,
        },
        (Ok(value), number) => number
            .as_f64()
            .is_some_and(|number| (value - number).abs() <= CLOSE),
        (Err(_), _) => false,
    }
}
