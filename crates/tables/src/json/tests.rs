use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Entry, JsonArray, JsonLines};
use crate::Lines;

fn of_array(text: &[u8]) -> Vec<Entry> {
    let mut rows = JsonArray::new(text);
    std::iter::from_fn(|| rows.next_row().unwrap()).collect()
}

fn of_lines(text: &[u8]) -> Vec<Entry> {
    let mut rows = JsonLines::new(text);
    std::iter::from_fn(|| rows.next_row().unwrap()).collect()
}

/// A row as text: its lines, and its JSON or its mistake.
#[track_caller]
fn check(found: Vec<Entry>, expected: &[&str]) {
    let found: Vec<String> = found
        .into_iter()
        .map(|Entry { lines, object }| {
            let Lines { first, last } = lines;
            let told = match object {
                Ok(object) => Value::Object(object).to_string(),
                Err(bad) => bad.kind.to_owned(),
            };
            format!("{first}-{last} {told}")
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_lost_quote_in_an_array_costs_one_row_on_one_line_and_on_many() {
    let array = |separator: &str| {
        let rows = [
            r#"{"a":"x","b":[{"c":1},{"c":2}]}"#,
            r#"{"a":"y,"b":[{"c":1},{"c":2}]}"#,
            r#"{"a":"z","b":[]}"#,
            r#"{"a":"end"}"#,
        ];
        format!("[{}]", rows.join(separator))
    };
    let rows = |lines: [&str; 4]| {
        let told = [
            r#"{"a":"x","b":[{"c":1},{"c":2}]}"#,
            "not JSON",
            r#"{"a":"z","b":[]}"#,
            r#"{"a":"end"}"#,
        ];
        let rows = lines.iter().zip(told);
        rows.map(|(lines, told)| format!("{lines} {told}"))
            .collect()
    };
    for (separator, lines) in [
        (", ", ["1-1"; 4]),
        (",\n", ["1-1", "2-2", "3-3", "4-4"]),
        ("\r\n,\r\n", ["1-1", "3-3", "5-5", "7-7"]),
    ] {
        let expected: Vec<String> = rows(lines);
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(of_array(array(separator).as_bytes()), &expected);
    }
}

#[test]
fn a_broken_object_ends_before_the_next_one() {
    for (array, expected) in [
        (
            r#"[{"a":1}}, {"a":2}]"#,
            &["1-1 not JSON", r#"1-1 {"a":2}"#][..],
        ),
        (r#"[{"a":1,},{"a":2}]"#, &["1-1 not JSON", r#"1-1 {"a":2}"#]),
        (
            r#"[{"a":1} {"a":2}, {"a":3}]"#,
            &["1-1 not JSON", r#"1-1 {"a":2}"#, r#"1-1 {"a":3}"#],
        ),
        (
            r#"[{"a":1},,{"a":2}]"#,
            &[r#"1-1 {"a":1}"#, "1-1 not JSON", r#"1-1 {"a":2}"#],
        ),
        // The brackets of the second are balanced, and its own list holds objects.
        (
            r#"[{"a":1},{"a":[{"b":1},{"b":2}],},{"a":3}]"#,
            &[r#"1-1 {"a":1}"#, "1-1 not JSON", r#"1-1 {"a":3}"#],
        ),
        (
            r#"[{"a":1}, 2, "x"]"#,
            &[
                r#"1-1 {"a":1}"#,
                "1-1 not a JSON object",
                "1-1 not a JSON object",
            ],
        ),
        (
            "[{\"a\":1},\n{\"a\":\"2},\n",
            &[r#"1-1 {"a":1}"#, "2-2 not JSON"],
        ),
        (r#"[{"a":1}"#, &["1-1 not JSON"]),
        ("[1}", &["1-1 not JSON"]),
        ("[", &["1-1 the array is not closed"]),
        (
            r#"[{"a":1}] {"a":2}"#,
            &[r#"1-1 {"a":1}"#, "1-1 text after the array's end"],
        ),
        (" [ ] ", &[]),
    ] {
        check(of_array(array.as_bytes()), expected);
    }
}

#[test]
fn pythons_nan_is_a_missing_value() {
    let row = r#"{"a":NaN,"b":"NaN \" NaN","c":[NaN,1]}"#;
    let told = r#"1-1 {"a":null,"b":"NaN \" NaN","c":[null,1]}"#;
    check(of_lines(row.as_bytes()), &[told]);
    check(of_array(format!("[{row}]").as_bytes()), &[told]);
}

#[test]
fn lines_are_counted_alike_wherever_the_buffer_ends() {
    let row = json!({"a": "x".repeat(50)}).to_string();
    let array = format!("[\r\n{}\r\n]", vec![row; 5000].join(",\r\n"));
    let found = of_array(array.as_bytes());
    let lines: Vec<u64> = found.iter().map(|entry| entry.lines.first).collect();
    assert_eq!(lines, (2..5002).collect::<Vec<u64>>());
}

proptest! {
    #[test]
    fn any_bytes_are_read_to_their_end(
        text in proptest::collection::vec(proptest::sample::select(&b"[]{},\": 1\n\r\\a"[..]), 0..60),
    ) {
        for found in [of_array(&text), of_lines(&text)] {
            prop_assert!(found.len() <= text.len() + 2);
            let ordered = |pair: &[Entry]| pair[0].lines.last <= pair[1].lines.first;
            prop_assert!(found.windows(2).all(ordered));
        }
    }

    /// Broken text between good rows costs neither of them, unless it closes the array.
    #[test]
    fn good_rows_around_a_broken_one_are_read(
        broken in proptest::collection::vec(proptest::sample::select(&b"{}[,\": 1a"[..]), 0..40),
    ) {
        let good = json!({"first": 1});
        let mut text = format!("[{good},\n{{\"first\": ").into_bytes();
        text.extend(&broken);
        text.extend(format!("}},\n{good}]").into_bytes());
        let found = of_array(&text);
        let object = |entry: &Entry| entry.object.as_ref().ok().cloned().map(Value::Object);
        prop_assert_eq!(object(&found[0]), Some(good.clone()));
        prop_assert_eq!(object(found.last().unwrap()), Some(good));
    }
}
