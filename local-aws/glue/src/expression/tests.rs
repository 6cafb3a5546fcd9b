use super::parse;
use crate::storage::Column;

fn keys() -> Vec<Column> {
    let key = |name: &str, kind: &str| Column {
        name: name.to_owned(),
        kind: Some(kind.to_owned()),
        comment: None,
        parameters: None,
    };
    vec![key("department", "string"), key("rating", "int")]
}

fn check(expression: &str, values: [&str; 2], expected: bool) {
    let parsed = parse(expression, &keys()).expect(expression);
    let values = values.map(str::to_owned);
    assert_eq!(parsed.holds(&values), expected, "{expression} {values:?}");
}

#[test]
fn a_condition_holds_for_the_values_that_sql_says() {
    let fine = ["Fine gauge", "10"];
    check("department = 'Fine gauge'", fine, true);
    check("Department<>'Fine gauge'", fine, false);
    check("rating > 9", fine, true);
    check("rating < '9'", fine, false);
    check(
        "rating BETWEEN 10 AND 11 AND department LIKE 'Fine%'",
        fine,
        true,
    );
    check("rating NOT IN (1, 2, 10) OR department = 'x'", fine, false);
    check("NOT (rating = 1 OR rating = 2)", fine, true);
    check("department = 'it''s'", ["it's", "1"], true);
    check(
        "department IS NULL",
        ["__HIVE_DEFAULT_PARTITION__", "1"],
        true,
    );
    check(
        "department != 'a'",
        ["__HIVE_DEFAULT_PARTITION__", "1"],
        false,
    );
    check("department IS NOT NULL and `rating` >= 10", fine, true);
}

#[test]
fn what_is_no_condition_on_keys_is_refused_by_name() {
    for (expression, word) in [
        ("colour = 'red'", "colour is no partition key"),
        ("rating = ", "no literal"),
        ("rating ~ 1", "~ is not understood"),
        ("rating = 1 rating", "rating"),
        ("department = 'open", "has no end"),
    ] {
        let refused = parse(expression, &keys()).expect_err(expression);
        assert!(refused.contains(word), "{refused}");
    }
}
