use super::is_array;
use crate::{Columns, Error, Reader};

#[test]
fn a_bracket_before_a_word_starts_a_header_and_no_array() {
    for array in ["[", " [\n {\"a\": 1}]", "[]", "[1, 2]", "[\"a\"]", "[-1]"] {
        assert!(is_array(array.as_bytes()), "{array}");
    }
    for header in ["[id],text", "[_id]", "[größe]", "id,[text]", ""] {
        assert!(!is_array(header.as_bytes()), "{header}");
    }
}

fn columns() -> Columns {
    Columns {
        needed: vec!["Review Text".to_owned(), "Rating".to_owned()],
        optional: Vec::new(),
    }
}

/// The reason why the first row, or the file, is not good.
#[track_caller]
fn refused(file: &str, expected: &str) {
    let open = match file.as_bytes()[0] {
        b'{' | b'[' => Reader::open_json,
        _ => Reader::open,
    };
    let found = match open(file.as_bytes(), &columns(), 1 << 20) {
        Err(Error::Refused(reason)) => reason,
        Err(error) => panic!("{error}"),
        Ok(mut reader) => {
            let row = reader.next_row().unwrap().expect("a row").row.unwrap();
            let bad = row.need("Review Text").and_then(|_| row.need("Rating"));
            bad.expect_err("a needed value is missing").to_string()
        }
    };
    assert_eq!(found, expected, "{file}");
}

#[test]
fn a_row_of_json_without_a_column_is_told_what_it_has_instead() {
    let missing = "column \"Review Text\": missing: ";
    refused(
        r#"{"review_text":"a","Rating":5}"#,
        &format!("{missing}there is \"review_text\"; rename it"),
    );
    refused(
        r#"{"count":1,"data":[{"Review Text":"a","Rating":5}]}"#,
        &format!(
            "{missing}the rows seem to be the list \"data\" inside one object: upload that list"
        ),
    );
    refused(
        r#"[{"review text":"a","REVIEW TEXT":"b","Rating":5}]"#,
        "column \"Review Text\": ambiguous: [\"review text\", \"REVIEW TEXT\"] could all be the column \
         \"Review Text\": rename all but one",
    );
    refused(
        r#"{"Review Text":"a","stars":5}"#,
        "column \"Rating\": missing",
    );
}

#[test]
fn a_header_looks_like_a_row_only_where_no_wanted_column_is_in_it() {
    refused(
        "Review Text,Stars,2024\na,5,1\n",
        "line 1 (the header): there is no column \"Rating\" among \"Review Text\", \"Stars\", \"2024\" \
         (separated by ',')",
    );
    refused(
        "nice dress,5\nugly,1\n",
        "line 1 (the header): there is no column \"Review Text\": the line has numbers in it and looks \
         like a row; a header with the columns' names is needed",
    );
}

#[test]
fn other_encodings_and_archives_are_named() {
    let open = |file: &[u8]| match Reader::open(file, &columns(), 1 << 20) {
        Err(Error::Refused(reason)) => reason,
        _ => panic!("it is refused"),
    };
    assert_eq!(
        open(b"Gr\xf6\xdfe,Rating\n38,5\n"),
        "line 1 (the header): there is no column \"Review Text\": the header is not UTF-8; save the \
         file as CSV UTF-8"
    );
    let mut tar = vec![0; 512];
    tar[..8].copy_from_slice(b"data.csv");
    tar[257..262].copy_from_slice(b"ustar");
    assert_eq!(
        open(&tar),
        "the file looks like a tar archive: upload the tables in it"
    );
}

#[test]
fn a_first_line_names_the_separator_quoted_or_not() {
    for file in ["sep=;\n", "SEP=;\r\n", "\"sep=;\"\n", "sep=\t\n"] {
        let separator = if file.contains(';') { ";" } else { "\t" };
        let file = format!("{file}Review Text{separator}Rating\na, b{separator}5\n");
        let mut reader = Reader::open(file.as_bytes(), &columns(), 1 << 20).unwrap();
        let row = reader.next_row().unwrap().expect("a row").row.unwrap();
        assert_eq!(row.need("Review Text").unwrap(), "a, b", "{file}");
    }
    refused(
        "sep=\nReview Text,Rating\na,5\n",
        "line 1 (the header): there is no column \"Review Text\": the only one is \"sep=\". Columns are \
         separated by ',', ';', '|' or a tab, and a JSON file has one object a line or is an array of objects",
    );
}

#[test]
fn the_columns_that_nobody_asked_for_by_name_are_there_as_texts() {
    let files = [
        ",Age,Review Text,Rating,Note,Age Band\n1, 33 ,a,5,,young\n",
        r#"{"Age":33,"Review Text":"a","rating":5,"Note":null,"Age Band":"young","tags":["x"]}"#,
    ];
    for file in files {
        let mut reader = Reader::open(file.as_bytes(), &columns(), 1 << 20).unwrap();
        let row = reader.next_row().unwrap().expect("a row").row.unwrap();
        let others: Vec<(String, String)> =
            row.others(&["Review Text", "Rating"]).into_iter().collect();
        let expected = [("Age", "33"), ("Age Band", "young")];
        assert_eq!(
            others,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
}

#[test]
fn a_name_that_two_other_columns_have_belongs_to_neither() {
    let file = "Review Text,Rating,Age,age\na,5,33,34\n";
    let mut reader = Reader::open(file.as_bytes(), &columns(), 1 << 20).unwrap();
    let row = reader.next_row().unwrap().expect("a row").row.unwrap();
    assert!(row.others(&["Review Text", "Rating"]).is_empty());
}
