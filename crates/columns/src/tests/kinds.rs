use contracts::automl::{Column, ColumnKind};

use crate::{Features, column, no_numbers, number};

fn of(values: impl IntoIterator<Item = impl ToString>) -> Column {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    column("a", &values.iter().map(String::as_str).collect::<Vec<_>>())
}

#[track_caller]
fn is(values: impl IntoIterator<Item = impl ToString>, kind: ColumnKind) {
    let found = of(values);
    assert_eq!(found.kind, kind, "{found:?}");
    assert_eq!(found.reason.is_some(), kind == ColumnKind::Dropped);
}

#[track_caller]
fn dropped(values: impl IntoIterator<Item = impl ToString>, reason: &str) {
    let found = of(values);
    assert!(
        found
            .reason
            .as_deref()
            .is_some_and(|it| it.contains(reason)),
        "{found:?}"
    );
}

#[test]
fn numbers_of_few_values_are_categories_and_of_many_numbers() {
    is((0..100).map(|n| n % 10), ColumnKind::Category);
    is((0..100).map(|n| n % 11), ColumnKind::Number);
    is((0..100).map(|n| f64::from(n) / 8.0), ColumnKind::Number);
    // 5 and 5.0 are one value.
    let spelt = |n: i32| [format!("{}", n % 10), format!("{}.0", n % 10)];
    let both = of((0..50).flat_map(spelt));
    assert_eq!((both.kind, both.distinct), (ColumnKind::Category, 10));
}

#[test]
fn a_text_has_several_words_and_is_mostly_distinct() {
    is((0..50).map(|n| format!("It is nice {n}")), ColumnKind::Text);
    is(
        (0..50).map(|n| format!("It is nice {}", n % 10)),
        ColumnKind::Category,
    );
    is(
        (0..50).map(|n| format!("General Petite {}", n % 3)),
        ColumnKind::Category,
    );
    // Each too rare to be learnt as a whole.
    is(
        (0..80).map(|n| format!("It is nice {}", n % 20)),
        ColumnKind::Text,
    );
    // Titles of a large table repeat.
    is(
        (0..6_000).map(|n| format!("It is nice {}", n % 600)),
        ColumnKind::Text,
    );
    is(
        (0..6_000).map(|n| format!("k{}", n % 600)),
        ColumnKind::Category,
    );
    // Written without blanks.
    is(
        (0..50).map(|n| format!("とても素敵なドレスです{n}")),
        ColumnKind::Text,
    );
    // A line end parts words too.
    is(
        (0..50).map(|n| format!("nice\nand\nwarm{n}")),
        ColumnKind::Text,
    );
}

#[test]
fn what_tells_nothing_is_dropped_with_the_reason() {
    dropped(["", "", ""], "missing");
    dropped(["x"; 30], "same value");
    dropped(0..30, "whole number of its own");
    dropped((0..30).map(|n| format!("A-{n}")), "value of its own");
    dropped((0..30).map(|n| format!("A-{}", n % 15)), "enough rows");
    dropped([""; 0], "missing");
    // That it is missing may tell something.
    is(["x", "x", "x", "x", "x", "", ""], ColumnKind::Category);
}

#[test]
fn numbers_as_people_write_them_for_people_are_no_numbers() {
    for word in [
        "1,000", "nan", "inf", "-inf", "1_000", "0x10", "٥", "1 000", "", "-", "infinity",
    ] {
        assert_eq!(number(word), None, "{word}");
    }
    for (text, value) in [("-1", -1.0), ("+2.5", 2.5), (".5", 0.5), ("1e3", 1000.0)] {
        assert_eq!(number(text), Some(value));
    }
    is(
        (0..60).map(|n| format!("{},000", n % 12)),
        ColumnKind::Category,
    );
}

#[test]
fn a_few_values_that_are_no_numbers_are_missing_and_more_of_them_are_said() {
    let mixed = |others: usize, word: &str| -> Vec<String> {
        let value = |n: usize| match n {
            n if n < others => word.to_owned(),
            n => (n % 40).to_string(),
        };
        (0..1000).map(value).collect()
    };
    let found = of(mixed(10, "N/A"));
    assert_eq!((found.kind, found.distinct), (ColumnKind::Number, 40));
    assert!((found.missing - 0.01).abs() < 1e-12, "{found:?}");
    is(mixed(11, "N/A"), ColumnKind::Category);
    let features = Features::fit(
        std::slice::from_ref(&found),
        "label",
        Vec::new(),
        &mixed(10, "N/A")
            .into_iter()
            .map(|it| vec![it])
            .collect::<Vec<_>>(),
    );
    assert_eq!(features.text(&["N/A"]), "aismissing");
    assert_eq!(features.text(&["1,200"]), features.text(&[""]));
    // Each has a value of its own.
    let of_its_own = |others: usize| -> Vec<String> {
        let value = |n: usize| match n {
            n if n < others => format!("{n},200"),
            n => format!("{n}.25"),
        };
        (0..1000).map(value).collect()
    };
    is(of_its_own(10), ColumnKind::Number);
    dropped(
        of_its_own(30),
        "; 30 values are no numbers, and the others are",
    );
    let found = of(of_its_own(600));
    assert!(!found.reason.unwrap().contains("no numbers"));
    let said = |values: &[String]| no_numbers(values.iter().map(String::as_str));
    assert_eq!((said(&of_its_own(30)), said(&of_its_own(600))), (30, 0));
}

#[test]
fn missing_values_are_a_share_of_the_rows_and_no_value() {
    let found = of(["a", "", "b", "a", "a", "a", "a", ""]);
    assert_eq!((found.missing, found.distinct), (0.25, 2));
    assert_eq!(of([""; 0]).missing, 0.0);
}
