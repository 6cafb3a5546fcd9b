use super::*;
use crate::arguments::Listed;

fn table() -> Table {
    let text = "Complaint,Product,Bank\nlost,Loans,A\nlate,\"Cards, prepaid\",A\nrude,Loans,B\nslow,Mortgage,B\n";
    Table::parse(text.as_bytes()).expect("a table")
}

fn columns(text: &str, label: &str) -> Columns {
    Columns {
        text: Some(Listed(texts(&[text]))),
        label: Some(label.to_owned()),
        ..Columns::default()
    }
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn labels(values: &[&str]) -> Vec<Listed<String>> {
    vec![Listed(texts(values))]
}

#[track_caller]
fn refused(columns: &Columns, expected: &str) {
    let error = of(columns, &table(), None).expect_err("it cannot be read so");
    let error = format!("{error:#}");
    assert!(error.contains(expected), "{error}");
}

#[test]
fn labels_found_in_the_column_are_the_labels() {
    let recipe = of(&columns("Complaint", "Product"), &table(), None).expect("a recipe");
    assert_eq!(recipe.labels, ["Cards, prepaid", "Loans", "Mortgage"]);
    assert_eq!(recipe.mapping.labels["Cards, prepaid"], "Cards, prepaid");
    assert_eq!(recipe.mapping.category_column, None);
    let parameters: BTreeMap<_, _> = recipe.parameters().into();
    assert_eq!(
        parameters["Labels"],
        r#"["Cards, prepaid","Loans","Mortgage"]"#
    );
    assert_eq!(parameters["CategoryColumn"], "");
}

#[test]
fn a_mapping_and_an_order_are_taken_as_given() {
    let mapped = Columns {
        map: vec![Listed(vec![
            ("Loans".to_owned(), "credit".to_owned()),
            ("Mortgage".to_owned(), "credit".to_owned()),
            ("Cards, prepaid".to_owned(), "cards".to_owned()),
        ])],
        category: Some("Bank".to_owned()),
        ..columns("Complaint", "Product")
    };
    let recipe = of(&mapped, &table(), None).expect("a recipe");
    assert_eq!(recipe.labels, ["cards", "credit"]);
    assert_eq!(recipe.mapping.category_column.as_deref(), Some("Bank"));
    let ordered = Columns {
        labels: labels(&["credit", "cards"]),
        ..mapped.clone()
    };
    let recipe = of(&ordered, &table(), None).expect("a recipe");
    assert_eq!(recipe.labels, ["credit", "cards"]);
    let lacking = Columns {
        labels: labels(&["credit", "other"]),
        ..mapped
    };
    refused(
        &lacking,
        "--map leads to the label \"cards\", which --labels does not name",
    );
}

#[test]
fn a_value_that_is_mapped_twice_is_refused() {
    let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    for second in ["1", "1.0"] {
        let mapped = Columns {
            map: vec![
                Listed(vec![pair("1", "a"), pair("2", "b")]),
                Listed(vec![pair(second, "b")]),
            ],
            ..columns("Complaint", "Product")
        };
        refused(&mapped, &format!("--map names the value {second:?} twice"));
    }
}

#[test]
fn labels_alone_choose_among_the_values() {
    let chosen = Columns {
        labels: labels(&["Mortgage", "Loans"]),
        ..columns("Complaint", "Product")
    };
    let recipe = of(&chosen, &table(), None).expect("a recipe");
    assert_eq!(recipe.labels, ["Mortgage", "Loans"]);
    assert_eq!(recipe.mapping.labels.len(), 2);
    let absent = Columns {
        labels: labels(&["Loans", "Leasing"]),
        ..columns("Complaint", "Product")
    };
    refused(
        &absent,
        "is labelled \"Leasing\"; it has Cards, prepaid, Loans, Mortgage",
    );
}

#[test]
fn columns_before_the_texts_are_read_in_their_order() {
    let chosen = Columns {
        text: Some(Listed(texts(&["Bank", "Complaint"]))),
        ..columns("Complaint", "Product")
    };
    let recipe = of(&chosen, &table(), None).expect("a recipe");
    assert_eq!(recipe.mapping.context_columns, ["Bank"]);
    assert_eq!(recipe.mapping.text_column, "Complaint");
    let parameters: BTreeMap<_, _> = recipe.parameters().into();
    assert_eq!(parameters["TextColumn"], r#"["Bank","Complaint"]"#);
    let absent = Columns {
        text: Some(Listed(texts(&["Title", "Complaint"]))),
        ..columns("Complaint", "Product")
    };
    refused(&absent, "there is no column \"Title\" among");
}

#[test]
fn what_was_named_wrongly_is_answered_with_what_there_is() {
    refused(
        &Columns::default(),
        "name its columns with --text-column and --label-column",
    );
    refused(
        &Columns::default(),
        "there is no column \"Review Text\" among \"Complaint\", \"Product\", \"Bank\"",
    );
    refused(
        &columns("Complaint", "Rating"),
        "there is no column \"Rating\" among",
    );
    let category = Columns {
        category: Some("Store".to_owned()),
        ..columns("Complaint", "Product")
    };
    refused(&category, "there is no column \"Store\" among");
    refused(&category, "--label-column and --category-column");
    let elsewhere = Columns {
        map: vec![Listed(vec![
            ("x".to_owned(), "a".to_owned()),
            ("y".to_owned(), "b".to_owned()),
        ])],
        ..columns("Complaint", "Product")
    };
    refused(&elsewhere, "it has Cards, prepaid, Loans, Mortgage");
}

#[test]
fn a_column_of_ever_other_values_holds_no_labels() {
    let rows: String = (0..30)
        .map(|row| format!("text {row},value {row}\n"))
        .collect();
    let table = Table::parse(format!("t,l\n{rows}").as_bytes()).expect("a table");
    let error = of(&columns("t", "l"), &table, None)
        .expect_err("too many")
        .to_string();
    assert!(
        error.contains("has 30 different values and a demo takes 20 labels"),
        "{error}"
    );
    let one = Table::parse(&b"t,l\na,x\nb,x\n"[..]).expect("a table");
    let error = of(&columns("t", "l"), &one, None)
        .expect_err("too few")
        .to_string();
    assert!(
        error.contains("needs 2 to 20 labels, and these are 1: x"),
        "{error}"
    );
}

#[test]
fn numbers_stand_in_the_order_of_their_size() {
    let labels = texts(&["10", "-1", "b", "2", "a", "2"]);
    assert_eq!(in_order(labels.iter()), ["-1", "2", "10", "a", "b"]);
}

#[test]
fn the_clothing_reviews_need_no_flags() {
    let table =
        Table::parse(&b"Review Text,Rating,Class Name\nsoft,5,Knits\n"[..]).expect("a table");
    assert_eq!(
        of(&Columns::default(), &table, None).expect("a recipe"),
        clothing_reviews()
    );
}

#[test]
fn a_title_is_read_where_the_file_has_one() {
    let of_titles = |titles: [&str; 2]| {
        let rows = titles.map(|title| format!("fine,5,{title}\n"));
        let table = format!("Review Text,Rating,Title\n{}", rows.concat());
        let table = Table::parse(table.as_bytes()).expect("a table");
        let recipe = of(&Columns::default(), &table, None).expect("a recipe");
        recipe.mapping.context_columns
    };
    assert_eq!(of_titles(["", "Lovely"]), ["Title"]);
    assert_eq!(of_titles(["", ""]), [""; 0]);
    let columns = Columns {
        text: Some(Listed(texts(&["Review Text"]))),
        ..Columns::default()
    };
    let table = Table::parse(&b"Review Text,Rating,Title\nfine,5,Lovely\n"[..]).expect("a table");
    let recipe = of(&columns, &table, None).expect("a recipe");
    assert!(
        recipe.mapping.context_columns.is_empty(),
        "it was named otherwise"
    );
    let recipe = of(&Columns::default(), &table, Some(&table)).expect("a recipe");
    assert_eq!(recipe.mapping.context_columns, ["Title"]);
    let untitled = Table::parse(&b"Review Text,Rating\nfine,5\n"[..]).expect("a table");
    let recipe = of(&Columns::default(), &table, Some(&untitled)).expect("a recipe");
    assert!(
        recipe.mapping.context_columns.is_empty(),
        "the answers have none"
    );
}
