use super::*;

fn channel(files: &[(&str, &str)]) -> Result<Vec<LabelledText>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let columns = Columns {
        text: "Text".into(),
        label: "Label".into(),
    };
    read(folder.path(), &columns)
}

#[test]
fn sub_folders_and_json_files_are_read_and_a_number_is_one_label_however_it_is_spelt() {
    let rows = channel(&[
        ("2025/a.csv", "\u{feff}Text;Label\r\n\"a; b\";5.0\r\n"),
        ("2026/b.json", "[{\"Text\": \"b\", \"Label\": 5}]"),
        (
            "c.jsonl",
            "\u{feff}{\"Text\": \" c \", \"Label\": \"05\"}\n",
        ),
        ("d", "\u{feff}__label__5 d\n"),
        ("manifest.json", "{}"),
        ("_SUCCESS", ""),
        (".hidden/e.csv", "not a table"),
    ]);
    let rows = rows.unwrap();
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    assert_eq!(texts, ["a; b", "b", "c", "d"]);
    assert!(rows.iter().all(|row| row.label == "5"), "{rows:?}");
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
