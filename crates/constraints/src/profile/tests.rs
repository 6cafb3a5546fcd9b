use std::collections::BTreeMap;

use contracts::constraints::{InferredType, Statistics};
use contracts::dataset::{Origin, Row};
use policy::random::SplitMix64;

use super::{Profiler, values};

fn of(values: impl Iterator<Item = String>) -> Statistics {
    let mut profiler = Profiler::new();
    for value in values {
        profiler.add([("column", value.as_str())]);
    }
    profiler.finish()
}

#[test]
fn numbers_have_model_monitors_statistics() {
    let written = ["2", " 4 ", "4", "4", "5", "5", "7", "9", "", "  "];
    let statistics = of(written.into_iter().map(str::to_owned));
    let feature = &statistics.features[0];
    assert_eq!(feature.inferred_type, InferredType::Integral);
    let numbers = feature.numerical_statistics.as_ref().expect("numbers");
    assert_eq!(
        (numbers.common.num_present, numbers.common.num_missing),
        (8, 2)
    );
    // The textbook's population with the mean 5 and the standard deviation 2.
    assert!((numbers.mean - 5.0).abs() < 1e-12 && (numbers.std_dev - 2.0).abs() < 1e-12);
    assert!((numbers.sum - 40.0).abs() < 1e-12);
    let kll = numbers.distribution.kll.as_ref().expect("a distribution");
    assert_eq!(kll.buckets.iter().map(|b| b.count).sum::<u64>(), 8);
    assert_eq!(kll.sketch.data, [[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]]);
    let json = serde_json::to_value(&statistics).expect("JSON");
    assert_eq!(
        json["features"][0]["numerical_statistics"]["common"]["num_missing"],
        2
    );
    let read: Statistics = serde_json::from_value(json).expect("the same layout");
    assert_eq!(read, statistics);
}

#[test]
fn a_type_is_what_nine_values_of_ten_look_like() {
    let typed = |common: &str, rare: &str| {
        let values = (0..100).map(|n| if n < 10 { rare } else { common });
        of(values.map(str::to_owned)).features[0].inferred_type
    };
    assert_eq!(typed("1", "words"), InferredType::Integral);
    assert_eq!(typed("1.5", "1"), InferredType::Fractional);
    for word in ["NaN", "inf", "infinity", "1,000", "1e999"] {
        assert_eq!(typed(word, "1"), InferredType::String, "{word}");
    }
}

#[test]
fn a_million_values_are_estimated_within_the_stated_errors() {
    let mut random = SplitMix64(5);
    let mut number = || random.below(400_000);
    let statistics = of((0..400_000).map(|_| number().to_string()));
    let feature = &statistics.features[0];
    // Of n values drawn n times, 1 - 1/e are seen, and 1 - 2/e more than once.
    let distinct = feature.repeated.distinct as f64 / 400_000.0;
    assert!(
        (distinct / (1.0 - (-1f64).exp()) - 1.0).abs() < 0.04,
        "{distinct}"
    );
    let again = feature.repeated.values as f64 / feature.repeated.sampled_share / 400_000.0;
    assert!(
        (again / (1.0 - 2.0 * (-1f64).exp()) - 1.0).abs() < 0.06,
        "{again}"
    );
    let numbers = feature.numerical_statistics.as_ref().expect("numbers");
    let sample = &numbers
        .distribution
        .kll
        .as_ref()
        .expect("a sample")
        .sketch
        .data[0];
    assert_eq!(sample.len(), super::sample::MOST);
    let median = sample[sample.len() / 2] / 400_000.0;
    assert!((median - 0.5).abs() < 0.032, "{median}");
}

#[test]
fn columns_beyond_the_most_are_counted_alone() {
    let names: Vec<String> = (0..300).map(|n| format!("column {n}")).collect();
    let mut profiler = Profiler::new();
    for _ in 0..2 {
        profiler.add(names.iter().map(|name| (name.as_str(), "1")));
    }
    let statistics = profiler.finish();
    assert_eq!(statistics.features.len(), super::MOST_COLUMNS);
    assert_eq!(statistics.dataset.features_left_out, 44);
}

#[test]
fn a_rows_fields_stand_before_columns_of_their_names() {
    let column = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let row = Row {
        text: "nice".to_owned(),
        context: [column("Title", "t")].into(),
        label: "1".to_owned(),
        category: None,
        columns: BTreeMap::from([
            column("label", "5"),
            column("Age", "3"),
            column("Title", "u"),
        ]),
        origin: Origin::Upload,
        human: false,
        inclusion_probability: None,
    };
    let found: Vec<_> = values(&row).collect();
    let expected = [
        ("text", "nice"),
        ("label", "1"),
        ("category", ""),
        ("Title", "t"),
        ("Age", "3"),
    ];
    assert_eq!(found, expected);
}
