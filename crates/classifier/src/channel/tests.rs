use std::fs;

use super::*;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn channel_with(known: &[&str], files: &[(&str, &str)]) -> Result<Vec<LabelledText>> {
    let columns = Columns {
        text: "Text".into(),
        label: "Label".into(),
    };
    let known: Vec<String> = known.iter().map(|label| (*label).to_owned()).collect();
    read(folder(files).path(), &columns, &known)
}

fn channel(files: &[(&str, &str)]) -> Result<Vec<LabelledText>> {
    channel_with(&[], files)
}

fn labels(rows: &[LabelledText]) -> Vec<&str> {
    rows.iter().map(|row| row.label.as_str()).collect()
}

const PREPARED: &str =
    r#"{"dataset_version_id":"v","split_version":1,"format":"jsonl","labels":[],"files":[]}"#;

#[test]
fn sub_folders_and_json_files_are_read_and_a_number_is_one_label_however_it_is_spelt() {
    let files = [
        ("2025/a.csv", "\u{feff}Text;Label\r\n\"a; b\";5.0\r\n"),
        ("2026/b.json", "[{\"Text\": \"b\", \"Label\": 5}]"),
        (
            "c.jsonl",
            "\u{feff}{\"Text\": \" c \", \"Label\": \"05\"}\n",
        ),
        ("d", "\u{feff}__label__5 d\n"),
        ("_SUCCESS", ""),
        (".hidden/e.csv", "not a table"),
    ];
    let rows = channel(&files).unwrap();
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    assert_eq!(texts, ["a; b", "b", "c", "d"]);
    assert_eq!(labels(&rows), ["5.0"; 4], "the first spelling");
    let rows = channel_with(&["005"], &files).unwrap();
    assert_eq!(labels(&rows), ["005"; 4], "that of the train rows");
}

#[test]
fn labels_that_prepare_wrote_stay_as_they_are() {
    let rows = "{\"Text\": \"a\", \"Label\": \"01\"}\n{\"Text\": \"b\", \"Label\": \"1\"}\n";
    let files = [("a.jsonl", rows), ("algo-1-manifest.json", PREPARED)];
    assert_eq!(labels(&channel(&files).unwrap()), ["01", "1"]);
    // Another folder's rows are not its.
    let files = [("a.jsonl", rows), ("prepared/manifest.json", PREPARED)];
    assert_eq!(labels(&channel(&files).unwrap()), ["01", "01"]);
}

#[test]
fn json_and_csv_rows_find_their_columns_by_the_same_rules() {
    for (name, text) in [
        ("a.jsonl", "{\"text\": \"a\", \"LABEL\": true}\n"),
        ("a.json", "[{\" Text\": \"a\", \"label\": \"True\"}]"),
        ("A.CSV", "TEXT,label\na,True\n"),
        ("A.JSONL", "{\"Text\": \"a\", \"Label\": \"TRUE\"}\n"),
    ] {
        let rows = channel_with(&["true"], &[(name, text)]);
        let rows = rows.unwrap_or_else(|error| panic!("{name}: {error:#}"));
        assert_eq!((rows[0].text.as_str(), labels(&rows)), ("a", vec!["true"]));
    }
}

#[test]
fn a_folder_whose_name_says_json_does_not_make_its_csv_file_json() {
    let rows = channel(&[("export.json/a.csv", "Text,Label\na,1\n")]).unwrap();
    assert_eq!(labels(&rows), ["1"]);
}

#[test]
fn every_file_that_is_not_read_is_named() {
    let folder = folder(&[
        ("a.csv", ""),
        (".hidden/b.csv", ""),
        ("sub/_SUCCESS", ""),
        ("profile.json", "{}"),
        ("manifest.json", PREPARED),
    ]);
    let files = Files::of(folder.path()).unwrap();
    assert_eq!(files.rows, [folder.path().join("a.csv")]);
    let mut skipped = files.skipped;
    skipped.sort();
    let expected = [".hidden", "profile.json", "sub/_SUCCESS"];
    assert_eq!(skipped, expected.map(|name| folder.path().join(name)));
}

#[test]
fn an_unreadable_manifest_is_an_error_that_names_it() {
    let rows = ("a.csv", "Text,Label\na,1\n");
    let error = channel(&[rows, ("my-manifest.json", "{}")]).unwrap_err();
    let error = format!("{error:#}");
    assert!(
        error.contains("my-manifest.json is not a manifest"),
        "{error}"
    );
}

#[test]
fn a_lost_quote_in_a_channel_is_an_error_that_names_its_line() {
    for (name, text, expected) in [
        (
            "a.csv",
            "Text,Label\n\"a, b,1\n\"c\",2\n",
            "a.csv, line 2: unclosed quote",
        ),
        (
            "a.csv",
            "Text,Label\na, b,1\n",
            "a.csv, line 2: another number of fields: 3, the header has 2",
        ),
        ("a.csv", "Words,Label\na,1\n", "there is no column \"Text\""),
        (
            "a.docx",
            "PK\u{3}\u{4}",
            "a.docx: the file looks like an Excel workbook or another zip",
        ),
        ("a.pdf", "a", "a.pdf: only .parquet, .tfrecord and tables"),
    ] {
        let error = format!("{:#}", channel(&[(name, text)]).unwrap_err());
        assert!(error.contains(expected), "{error}");
    }
}
