//! Every rule with a file that it lets pass and one that it finds.

use std::fmt::Write;

use contracts::constraints::{CheckType, Constraints, Severity, Switch, Violation};

use crate::{Profiler, check, suggest};

/// Rows of one column by value; "" is missing.
fn file(column: &str, values: &[(&str, usize)]) -> Profiler {
    let mut profiler = Profiler::new();
    for (value, rows) in values {
        for _ in 0..*rows {
            profiler.add([(column, *value)]);
        }
    }
    profiler
}

/// Numbers or texts that are all different, of equal lengths.
fn spread(values: impl Iterator<Item = f64>) -> Profiler {
    let mut profiler = Profiler::new();
    for value in values {
        profiler.add([("column", value.to_string().as_str())]);
    }
    profiler
}

#[track_caller]
fn found(constraints: &Constraints, next: Profiler, expected: &[(CheckType, Severity)]) {
    let violations = check(constraints, &next.finish());
    let kinds = violations.iter();
    let kinds: Vec<_> = kinds
        .map(|v| (v.constraint_check_type, v.severity))
        .collect();
    assert_eq!(kinds, expected, "{}", said(&violations));
}

fn said(violations: &[Violation]) -> String {
    violations.iter().fold(String::new(), |mut said, v| {
        writeln!(said, "{:?} {}", v.feature_name, v.description).expect("a string");
        said
    })
}

fn of(column: &str, values: &[(&str, usize)]) -> Constraints {
    suggest(&file(column, values).finish())
}

#[test]
fn completeness_is_bounded_for_the_size_of_the_file() {
    let constraints = of("size", &[("M", 600), ("L", 300), ("", 100)]);
    let next = |missing| file("size", &[("M", 60), ("L", 30), ("", missing)]);
    found(&constraints, next(15), &[]);
    found(
        &constraints,
        next(60),
        &[(CheckType::CompletenessCheck, Severity::Hold)],
    );
    // Of 8 tests; scipy 1.17.1: `betabinom.sf(x - 1, 120, 101, 900)` is .0067 for 22 and .0034 for 23.
    let violation = &check(&constraints, &next(30).finish())[0];
    assert_eq!(violation.feature_name, "size");
    assert_eq!(
        violation.description,
        "missing in 30 of 120 rows; at most 22 were to be expected after 100 of 1000"
    );
    // The same share is no news of a small file.
    let small = file("size", &[("M", 6), ("L", 3), ("", 3)]);
    found(&constraints, small, &[]);
}

#[test]
fn a_column_that_is_gone_holds() {
    let constraints = of("size", &[("M", 900), ("L", 100)]);
    let mut next = Profiler::new();
    for _ in 0..100 {
        next.add([]);
    }
    let expected = (CheckType::MissingColumnCheck, Severity::Hold);
    found(&constraints, next, &[expected]);
    // One that had hardly a value is not missed.
    let seldom = of("size", &[("M", 4), ("", 996)]);
    found(&seldom, file("size", &[("", 100)]), &[]);
}

#[test]
fn a_column_that_is_new_warns() {
    let constraints = of("size", &[("M", 900), ("L", 100)]);
    let next = |rows: usize| {
        let mut next = file("size", &[("M", 90), ("L", 10)]);
        for _ in 0..rows {
            next.add([("colour", "red"), ("size", "M")]);
        }
        next
    };
    found(&constraints, next(1), &[]);
    let expected = (CheckType::ExtraColumnCheck, Severity::Warn);
    found(&constraints, next(20), &[expected]);
}

#[test]
fn values_of_another_type_are_found() {
    let numbers = |words: usize| {
        let mut numbers = spread((0..1000).map(|n| f64::from(n % 50) + 0.5));
        for _ in 0..words {
            numbers.add([("column", "unknown")]);
        }
        numbers
    };
    let constraints = suggest(&numbers(5).finish());
    found(&constraints, numbers(12), &[]);
    let expected = (CheckType::DataTypeCheck, Severity::Warn);
    found(&constraints, numbers(60), &[expected]);
    // An integer is a fraction too.
    found(
        &constraints,
        spread((0..20).map(|n| f64::from(n * 2 + 3))),
        &[],
    );
}

#[test]
fn new_values_of_a_domain_are_found() {
    let constraints = of("size", &[("M", 899), ("L", 100), ("XL", 1)]);
    let next = |new| file("size", &[("M", 90), ("L", 10), ("XXL", new)]);
    found(&constraints, next(2), &[]);
    let expected = (CheckType::CategoricalValuesCheck, Severity::Warn);
    found(&constraints, next(8), &[expected]);
    // Values too many to be counted are new ones as well.
    let texts: Vec<String> = (0..300).map(|n| format!("text {n}")).collect();
    let texts: Vec<_> = texts.iter().map(|text| (text.as_str(), 1)).collect();
    let violations = check(&constraints, &file("size", &texts).finish());
    let new = violations.iter();
    let mut new = new.filter(|v| v.constraint_check_type == CheckType::CategoricalValuesCheck);
    assert_eq!(new.next().expect("found").severity, Severity::Hold);
}

#[test]
fn shares_of_values_are_found_on_either_side() {
    let constraints = of("label", &[("-1", 120), ("0", 80), ("1", 800)]);
    let next = |negative, positive| file("label", &[("-1", negative), ("0", 8), ("1", positive)]);
    found(&constraints, next(17, 75), &[]);
    let expected = (CheckType::BaselineDriftCheck, Severity::Hold);
    found(&constraints, next(32, 60), &[expected]);
    let expected = (CheckType::BaselineDriftCheck, Severity::Hold);
    found(&constraints, next(0, 92), &[expected]);
}

#[test]
fn negative_numbers_are_found_where_there_were_none() {
    let ages = |sign: f64| {
        spread((0..1000).map(move |n| f64::from(n % 50) * if n == 7 { sign } else { 1.0 }))
    };
    let constraints = suggest(&ages(1.0).finish());
    found(&constraints, ages(1.0), &[]);
    let expected = (CheckType::NonNegativityCheck, Severity::Warn);
    found(&constraints, ages(-1.0), &[expected]);
    let signed = suggest(&ages(-1.0).finish());
    found(&signed, ages(-1.0), &[]);
}

#[test]
fn numbers_that_move_or_leave_their_range_are_found() {
    let ages = |by: f64, far: usize| {
        spread((0..1000).map(move |n| {
            let age = f64::from(n % 70) + 20.0 + by;
            if (n as usize) < far { age * 100.0 } else { age }
        }))
    };
    let constraints = suggest(&ages(0.0, 0).finish());
    found(&constraints, ages(0.0, 3), &[]);
    let warned = (CheckType::BaselineDriftCheck, Severity::Warn);
    found(&constraints, ages(0.0, 30), &[warned]);
    let held = (CheckType::BaselineDriftCheck, Severity::Hold);
    found(&constraints, ages(15.0, 0), &[held]);
    found(&constraints, ages(-15.0, 0), &[held]);
}

#[test]
fn texts_that_become_shorter_are_found() {
    let texts = |longest: usize| {
        let mut texts = Profiler::new();
        for n in 0..1000usize {
            let text = format!("{n} {}", "a".repeat(n * 7919 % longest));
            texts.add([("text", text.as_str())]);
        }
        texts
    };
    let constraints = suggest(&texts(400).finish());
    found(&constraints, texts(401), &[]);
    let expected = (CheckType::BaselineDriftCheck, Severity::Hold);
    found(&constraints, texts(300), &[expected]);
}

#[test]
fn rows_and_texts_that_come_again_are_found() {
    let texts = |again: usize| {
        let mut texts = Profiler::new();
        for n in (0..1000usize).chain(0..again) {
            let text = format!("the text of number {n:04}");
            texts.add([("text", text.as_str())]);
        }
        texts
    };
    let constraints = suggest(&texts(3).finish());
    found(&constraints, texts(8), &[]);
    let expected = (CheckType::UniquenessCheck, Severity::Warn);
    found(&constraints, texts(50), &[expected, expected]);
    // Where values come again by nature, nothing is said of it.
    let constraints = of("size", &[("M", 900), ("L", 100)]);
    found(&constraints, file("size", &[("M", 90), ("L", 10)]), &[]);
}

#[test]
fn a_text_is_near_another_but_for_case_and_punctuation() {
    let mut texts = Profiler::new();
    for text in ["Love it!", "love it", "Hate it"] {
        texts.add([("text", text)]);
    }
    let repeated = texts.finish().features[0].repeated;
    assert_eq!((repeated.distinct, repeated.values), (2, 1));
}

#[test]
fn what_a_person_has_changed_is_honoured() {
    let baseline = [("M", 600), ("L", 300), ("", 100)];
    let bad = || file("size", &[("M", 60), ("XXL", 30), ("", 60)]);
    let kinds = |constraints: &Constraints| -> Vec<CheckType> {
        let violations = check(constraints, &bad().finish());
        violations.iter().map(|v| v.constraint_check_type).collect()
    };
    let mut constraints = of("size", &baseline);
    let (missing, drift, new) = (
        CheckType::CompletenessCheck,
        CheckType::BaselineDriftCheck,
        CheckType::CategoricalValuesCheck,
    );
    assert_eq!(kinds(&constraints), [missing, new, drift]);
    constraints.features[0].completeness = Some(0.5);
    assert_eq!(kinds(&constraints), [new, drift]);
    constraints.features[0].completeness = Some(0.99);
    assert_eq!(kinds(&constraints), [new, drift, missing]);
    constraints.features[0].completeness = None;
    let domain = constraints.features[0].string_constraints.as_mut();
    domain.expect("a domain").domains.push("XXL".to_owned());
    assert_eq!(kinds(&constraints), [drift]);
    constraints.features[0].tolerance = Some(0.4);
    assert_eq!(kinds(&constraints), []);
    constraints.features[0].tolerance = None;
    constraints.features[0].severity = Some(Severity::Warn);
    found(&constraints, bad(), &[(drift, Severity::Warn)]);
    constraints.monitoring_config.evaluate_constraints = Switch::Disabled;
    assert_eq!(kinds(&constraints), []);
}

#[test]
fn without_observed_numbers_the_thresholds_are_fixed() {
    let mut constraints = of("size", &[("M", 600), ("L", 300), ("", 100)]);
    constraints.features[0].observed = None;
    found(&constraints, file("size", &[("L", 90), ("", 10)]), &[]);
    let next = || file("size", &[("M", 80), ("XXL", 1), ("7", 1), ("", 10)]);
    let warn = |check| (check, Severity::Warn);
    let expected = [
        warn(CheckType::CompletenessCheck),
        warn(CheckType::DataTypeCheck),
        warn(CheckType::CategoricalValuesCheck),
    ];
    found(&constraints, next(), &expected);
    constraints.monitoring_config.datatype_check_threshold = 0.9;
    constraints.monitoring_config.domain_content_threshold = 0.9;
    found(&constraints, next(), &expected[..1]);
}
