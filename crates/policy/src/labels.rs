//! When two values of a label column are the same.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The one spelling of a value: without the blanks around it, and a plain decimal number without
/// needless signs, zeros and point. A column of ratings with one gap leaves pandas as 5.0.
///
/// Only digits with at most one point are such a number. A comma before one or two digits is a point,
/// as German and French spreadsheets write it; before three it may separate thousands, so such a
/// value is none. An exponent is none either.
///
/// A truth value is in lower case: pandas writes True into CSV and true into JSON.
pub fn spelling(value: &str) -> Cow<'_, str> {
    let value = value.trim();
    for truth in ["true", "false"] {
        if value.eq_ignore_ascii_case(truth) {
            return truth.into();
        }
    }
    let (negative, digits) = match value.as_bytes().first() {
        Some(b'-') => (true, &value[1..]),
        Some(b'+') => (false, &value[1..]),
        _ => (false, value),
    };
    let decimal_comma = digits.split_once(',');
    let (whole, fraction) = decimal_comma
        .filter(|(_, fraction)| matches!(fraction.len(), 1..=2))
        .or_else(|| digits.split_once('.'))
        .unwrap_or((digits, ""));
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !number(whole) || !number(fraction) {
        return value.into();
    }
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let sign = if negative && !(whole.is_empty() && fraction.is_empty()) {
        "-"
    } else {
        ""
    };
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}").into()
}

/// The label that a column's value stands for.
pub fn mapped<'a>(mapping: &'a BTreeMap<String, String>, value: &str) -> Option<&'a String> {
    mapping.get(value.trim()).or_else(|| {
        let wanted = spelling(value);
        let mut mapped = mapping.iter();
        mapped
            .find(|(from, _)| spelling(from) == wanted)
            .map(|(_, label)| label)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_equals_a_number_however_it_is_spelt() {
        for five in [
            "5",
            "5.0",
            "5.00",
            "05",
            " 5",
            "+5",
            "5.",
            "0005.000 ",
            "5,0",
            "5,00",
        ] {
            assert_eq!(spelling(five), "5", "{five:?}");
        }
        for (value, expected) in [
            ("-1.0", "-1"),
            ("-0", "0"),
            ("0.0", "0"),
            (".50", "0.5"),
            ("10", "10"),
            ("100.010", "100.01"),
            // More digits than a float keeps.
            ("9007199254740993.0", "9007199254740993"),
        ] {
            assert_eq!(spelling(value), expected, "{value:?}");
        }
    }

    #[test]
    fn what_is_no_plain_number_is_compared_as_it_is_spelt() {
        for value in [
            "", ".", "-", "5e0", "0x5", "5,000", "5,", "1,2.3", "1_000", "٥", "Five", "1.2.3",
            "--5", "NaN",
        ] {
            assert_eq!(spelling(value), value, "{value:?}");
        }
        assert_eq!(spelling(" five stars "), "five stars");
    }

    #[test]
    fn a_truth_value_is_one_value_in_csv_and_in_json() {
        for (value, expected) in [("True", "true"), ("TRUE ", "true"), ("false", "false")] {
            assert_eq!(spelling(value), expected);
        }
        let mapping = [("true".to_owned(), "1".to_owned())].into();
        assert_eq!(mapped(&mapping, "True"), Some(&"1".to_owned()));
        assert_eq!(mapped(&mapping, "t"), None);
    }

    #[test]
    fn a_value_is_mapped_by_its_own_spelling_first() {
        let mapping = [("5", "good"), ("05", "a code"), ("bad", "-1")];
        let mapping: BTreeMap<_, _> = mapping.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        let mapped = |value| mapped(&mapping, value).map(String::as_str);
        assert_eq!(mapped("5"), Some("good"));
        assert_eq!(mapped("05"), Some("a code"));
        assert_eq!(mapped(" bad "), Some("-1"));
        assert_eq!(mapped("Bad"), None);
        assert_eq!(mapped("50"), None);
        let ratings = [("5".to_owned(), "1".to_owned())].into();
        assert_eq!(super::mapped(&ratings, "5.0"), Some(&"1".to_owned()));
    }
}
