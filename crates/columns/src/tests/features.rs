use std::collections::BTreeSet;

use contracts::automl::Column;
use proptest::prelude::*;

use super::texts;
use crate::{Features, Made, column};

/// Fitted on these columns of values, all of one length.
fn fitted(columns: &[(&str, Vec<String>)]) -> Features {
    let described: Vec<Column> = columns
        .iter()
        .map(|(name, values)| column(name, &values.iter().map(String::as_str).collect::<Vec<_>>()))
        .collect();
    let count = columns[0].1.len();
    let row = |place: usize| {
        columns
            .iter()
            .map(|(_, values)| values[place].clone())
            .collect()
    };
    let rows: Vec<Vec<String>> = (0..count).map(row).collect();
    Features::fit(&described, "label", texts(&["-1", "1"]), &rows)
}

fn repeated(values: &[&str], count: usize) -> Vec<String> {
    let values = values.iter().cycle().take(count);
    values.map(|value| (*value).to_owned()).collect()
}

fn reviews(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("It is review {n}")).collect()
}

fn numbers(count: usize) -> Vec<String> {
    (0..count).map(|n| (n / 2).to_string()).collect()
}

#[test]
fn a_row_is_its_texts_and_a_word_for_each_other_value() {
    let features = fitted(&[
        ("Class Name", repeated(&["Dresses", "Fine gauge"], 100)),
        ("Title", reviews(100)),
        ("Age", numbers(100)),
        ("Id", (0..100).map(|n| format!("r{n}")).collect()),
        ("Review Text", reviews(100)),
    ]);
    let text = |row: &[&str]| features.text(row);
    assert_eq!(
        text(&["Dresses", " Nice ", "0", "r7", "It fits."]),
        "Nice. It fits. classnameisdresses ageisq1"
    );
    assert_eq!(
        text(&["Fine gauge", "", "1e9", "", "It\nfits"]),
        "It\nfits classnameisfinegauge ageisq5"
    );
    // What the train rows do not have.
    assert_eq!(
        text(&["Coats", "Nice", "old", "x", ""]),
        "Nice classnameisother"
    );
    assert_eq!(text(&["", "", "", "", ""]), "emptyrow");
}

#[test]
fn rare_values_share_a_word_and_missing_ones_have_theirs_where_it_tells() {
    let mut values = repeated(&["a", "b"], 40);
    values.extend(repeated(&["rare"], 4));
    values.extend(repeated(&[""], 5));
    let mut few = repeated(&["x", "y"], 45);
    few.extend(repeated(&[""], 4));
    let features = fitted(&[("kind", values), ("few", few)]);
    assert_eq!(features.text(&["rare", "x"]), "kindisother fewisx");
    assert_eq!(features.text(&["", "y"]), "kindismissing fewisy");
    assert_eq!(features.text(&["a", ""]), "kindisa");
}

#[test]
fn values_that_are_spelt_alike_have_words_of_their_own() {
    let values = [
        "Size 1", "size-1", "-1", "1", "日本", "中国", "other", "missing", "é",
    ];
    let features = fitted(&[
        ("a", repeated(&values, 90)),
        ("A", repeated(&values, 90)),
        ("列", repeated(&values, 90)),
    ]);
    let mut words = BTreeSet::new();
    for value in values.iter().chain(&["unseen"]) {
        for word in features.text(&[*value; 3]).split(' ') {
            assert!(
                word.bytes()
                    .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit()),
                "{word}"
            );
            assert!(
                words.insert(word.to_owned()),
                "{word} stands for two values"
            );
        }
    }
    assert_eq!(words.len(), 30);
    assert!(words.contains("aisminus1") && words.contains("ais1"));
}

#[test]
fn bins_have_about_as_many_rows_and_equal_values_share_one() {
    let features = fitted(&[(
        "n",
        (0..1000)
            .map(|n| (f64::from(n) / 8.0).to_string())
            .collect(),
    )]);
    let Made::Number { limits, words, .. } = &features.columns[0].made else {
        panic!("{features:?}");
    };
    assert_eq!((limits.len(), words.len()), (9, 10));
    for (bin, word) in words.iter().enumerate() {
        let rows =
            (0..1000).filter(|n| features.text(&[(f64::from(*n) / 8.0).to_string()]) == **word);
        assert_eq!(rows.count(), 100, "{bin}");
    }
    // Half of the rows are 0, and the others differ.
    let half = (0..1000).map(|n| (f64::from(n) / 8.0 - 62.5).max(0.0).to_string());
    let features = fitted(&[("n", half.collect())]);
    let Made::Number { limits, .. } = &features.columns[0].made else {
        panic!("{features:?}");
    };
    assert!(
        limits.iter().all(|limit| *limit > 0.0) && limits.len() == 4,
        "{limits:?}"
    );
    assert_eq!(features.text(&["0"]), features.text(&["-5"]));
}

#[test]
fn features_that_are_written_and_read_again_are_the_same() {
    let features = fitted(&[
        ("Class", repeated(&["a", "b", ""], 90)),
        ("Title", reviews(90)),
        (
            "Age",
            (0..90).map(|n| (f64::from(n) / 7.0).to_string()).collect(),
        ),
        ("Gone", repeated(&[""], 90)),
    ]);
    let json = serde_json::to_string(&features).unwrap();
    let read: Features = serde_json::from_str(&json).unwrap();
    for n in 0..90 {
        let row = [
            "a".to_owned(),
            "x".to_owned(),
            (f64::from(n) / 7.0).to_string(),
            String::new(),
        ];
        assert_eq!(read.text(&row), features.text(&row));
    }
    assert_eq!(
        (read.labels, read.target.as_str()),
        (texts(&["-1", "1"]), "label")
    );
}

proptest! {
    #[test]
    fn any_row_becomes_a_text(values in prop::collection::vec("\\PC{0,12}", 30), asked in "\\PC{0,12}") {
        let features = fitted(&[("a", values.clone()), ("b", values)]);
        prop_assert!(!features.text(&[asked.as_str(), asked.as_str()]).trim().is_empty());
    }
}
