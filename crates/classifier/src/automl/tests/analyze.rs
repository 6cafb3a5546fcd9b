use contracts::automl::{ColumnKind, Objective, ProblemType, Rows};

use super::{Arguments, Command, Job, analyze, arguments, table};

fn outcome(files: &[(&str, &str)], arguments: Arguments) -> Result<Job, String> {
    let job = Job::of(files);
    job.run(Command::Analyze(arguments)).map(|()| job)
}

#[track_caller]
fn refused(files: &[(&str, &str)], arguments: Arguments, reason: &str) {
    let error = outcome(files, arguments).err().expect("a refusal");
    assert!(error.contains(reason), "{error}");
}

#[test]
fn columns_have_their_kinds_and_rows_their_parts() {
    let job = outcome(&[("rows.csv", &table(300))], arguments("rating")).unwrap();
    let analysis = job.analysis();
    assert_eq!(analysis.problem_type, ProblemType::MulticlassClassification);
    assert_eq!(analysis.objective, Objective::Accuracy);
    let rows = Rows {
        train: 240,
        validation: 60,
    };
    assert_eq!((analysis.rows, analysis.labels["-1"]), (rows, 100));
    let kinds: Vec<(&str, ColumnKind)> = analysis
        .columns
        .iter()
        .map(|it| (it.name.as_str(), it.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("Nr", ColumnKind::Dropped),
            ("Title", ColumnKind::Text),
            ("Review", ColumnKind::Text),
            ("Shop", ColumnKind::Category),
            ("Age", ColumnKind::Number),
            ("Day", ColumnKind::Dropped),
            ("Empty", ColumnKind::Dropped),
        ]
    );
    assert_eq!(analysis.columns[6].missing, 1.0);
    let train = job.text("split/train/part-00000.csv");
    let mut reader = csv::Reader::from_reader(train.as_bytes());
    let header: Vec<&str> = reader.headers().unwrap().iter().collect();
    assert_eq!(
        header,
        [
            "Nr", "Title", "Review", "Shop", "Age", "Day", "Empty", "rating"
        ]
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 240);
    assert!(rows.iter().all(|row| row[2].contains("it is\nso")));
    assert!(rows.iter().any(|row| &row[3] == "Nörth, old"));
}

#[test]
fn the_same_rows_in_any_files_and_order_have_the_same_parts() {
    let text = table(120);
    let (header, body) = text.split_once('\n').unwrap();
    let mut rows: Vec<&str> = body.split_inclusive("-1\n").collect();
    rows.reverse();
    let half = |rows: &[&str]| format!("{header}\n{}", rows.concat());
    let (first, second) = (half(&rows[..20]), half(&rows[20..]));
    let whole = outcome(&[("rows.csv", &text)], arguments("rating")).unwrap();
    let files = [
        ("a.csv", first.as_str()),
        ("b/c.csv", &second),
        ("_SUCCESS", ""),
    ];
    let apart = outcome(&files, arguments("rating")).unwrap();
    let validation = |job: &Job| {
        let text = job.text("split/validation/part-00000.csv");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let mut rows: Vec<String> = reader
            .records()
            .map(|row| format!("{:?}", row.unwrap()))
            .collect();
        rows.sort();
        rows
    };
    assert_eq!(validation(&whole), validation(&apart));
}

#[test]
fn rows_without_a_text_are_parted_by_their_other_columns() {
    let rows = (0..200).map(|n| {
        let text = if n < 100 {
            String::new()
        } else {
            format!("so it is {n}")
        };
        format!("{text},k{},{}\n", n / 2 % 20, ["a", "b"][n % 2])
    });
    let text = "text,kind,label\n".to_owned() + &rows.collect::<String>();
    let job = outcome(&[("rows.csv", &text)], arguments("label")).unwrap();
    let validation = job.text("split/validation/part-00000.csv");
    let without_text = validation.lines().filter(|line| line.starts_with(','));
    let found = without_text.count();
    assert!((5..50).contains(&found), "{found}");
}

#[test]
fn json_lines_are_a_table_too_and_a_row_may_lack_a_value() {
    let lines = (0..60).map(|n| {
        let label = n % 2 == 0;
        let word = if label { "good" } else { "bad" };
        match n % 7 {
            0 => format!("{{\"text\":\"so {word} it is {n}\",\"label\":{label}}}\n"),
            _ => format!(
                "{{\"text\":\"so {word} it is {n}\",\"label\":{label},\"kind\":\"k{}\"}}\n",
                n % 2
            ),
        }
    });
    // The first row lacks it.
    let lines = lines.collect::<String>();
    let analysis = outcome(&[("rows.jsonl", &lines)], arguments("label"))
        .unwrap()
        .analysis();
    assert_eq!(analysis.problem_type, ProblemType::BinaryClassification);
    assert_eq!(analysis.objective, Objective::F1);
    assert!(analysis.columns[1].missing > 0.1 && analysis.columns[1].kind == ColumnKind::Category);
}

#[test]
fn given_validation_rows_are_those_that_judge() {
    let job = Job::of(&[("rows.csv", &table(90))]);
    job.put("validation/rows.csv", &table(30));
    job.run(analyze("rating")).unwrap();
    let rows = Rows {
        train: 90,
        validation: 30,
    };
    assert_eq!(job.analysis().rows, rows);

    let job = Job::of(&[("rows.csv", &table(90))]);
    job.put("validation/rows.csv", "Nr,rating\n1,1\n");
    let error = job.run(analyze("rating")).unwrap_err();
    assert!(
        error.contains("validation rows") && error.contains("no column \"Title\""),
        "{error}"
    );

    let job = Job::of(&[("rows.csv", &table(90))]);
    job.put("validation/rows.csv", &table(30).replace(",-1\n", ",-2\n"));
    let error = job.run(analyze("rating")).unwrap_err();
    assert!(
        error.contains("no train row has the label \"-2\""),
        "{error}"
    );
}

#[test]
fn spellings_of_a_label_are_one_and_rows_without_it_are_left_out() {
    let mut text = table(60).replace(",-1\n", ",-1.0\n");
    text += "x,a b c,d e f,South,30,,,\n";
    text += "y,a b c d,d e f g,South,30,,,-1\n";
    let analysis = outcome(&[("rows.csv", &text)], arguments("rating"))
        .unwrap()
        .analysis();
    let labels: Vec<(&str, u64)> = analysis
        .labels
        .iter()
        .map(|(label, rows)| (label.as_str(), *rows))
        .collect();
    assert_eq!(labels, [("-1.0", 21), ("0", 20), ("1", 20)]);
    assert_eq!(analysis.rows_without_target, 1);
}

#[test]
fn named_features_alone_are_learnt_from() {
    let named = |features: &str| Arguments {
        features: Some(features.to_owned()),
        ..arguments("rating")
    };
    let files: &[(&str, &str)] = &[("rows.csv", &table(60))];
    // In the table's order.
    let job = outcome(files, named("Age, Review")).unwrap();
    let columns = job.analysis().columns;
    let columns: Vec<(&str, ColumnKind)> = columns
        .iter()
        .map(|it| (it.name.as_str(), it.kind))
        .collect();
    let expected = [("Review", ColumnKind::Text), ("Age", ColumnKind::Number)];
    assert_eq!(columns, expected);
    for part in ["train", "validation"] {
        let text = job.text(&format!("split/{part}/part-00000.csv"));
        assert!(text.starts_with("Review,Age,rating\n"), "{text}");
    }
    // Given validation rows need no more.
    let job = Job::of(files);
    job.put(
        "validation/rows.csv",
        "rating,Age,Review\n1,30,so lovely a dress\n",
    );
    job.run(Command::Analyze(named("Age, Review"))).unwrap();
    assert_eq!(job.analysis().rows.validation, 1);
    job.hand_over("split", "split");
    job.hand_over("analysis", "analysis");
    job.run(Command::Features).unwrap();
    let text = &job.lines("rows/validation/part-00000.jsonl")[0]["text"];
    assert!(
        text.as_str()
            .unwrap()
            .starts_with("so lovely a dress ageisq"),
        "{text}"
    );
    refused(
        files,
        named("Reviews"),
        "--features: the data has no column \"Reviews\"",
    );
    refused(files, named("rating"), "which is the target");
    refused(
        files,
        named("Nr"),
        "no column is left to learn from: \"Nr\" (nearly every row",
    );
}

#[test]
fn no_error_quotes_a_review() {
    let quotes_none = |files: &[(&str, &str)], arguments: Arguments, reason: &str| {
        let error = outcome(files, arguments).err().expect("a refusal");
        assert!(error.contains(reason), "{error}");
        for word in ["lovely", "gift"] {
            assert!(!error.contains(word), "{error}");
        }
    };
    // The target is a column of texts, of which some are short.
    for text in ["lovely gift", "a lovely gift that my mother wears"] {
        let rows = (0..40).map(|n| format!("{text} {n},{}\n", n % 2));
        let rows = rows.collect::<String>();
        let file = format!("Review Text,rating\n{rows}");
        let reason = "the target \"Review Text\" has 40 different values in 40 rows";
        quotes_none(&[("rows.csv", &file)], arguments("Review Text"), reason);
        let job = Job::of(&[("rows.csv", &file)]);
        job.put("validation/rows.csv", &file.replace("gift", "lovely day"));
        let error = job.run(analyze("Review Text")).unwrap_err();
        assert!(
            error.contains("has 80 different values in 80 rows") && !error.contains("lovely"),
            "{error}"
        );
    }
    // Without a header the first row has the names.
    let rows = |from: usize| {
        let rows = (from..from + 30)
            .map(|n| format!("a lovely gift that my mother wears a lot {n},{}\n", n % 2));
        rows.collect::<String>()
    };
    let (first, second) = (rows(0), rows(50));
    let reason = "no column \"rating\": it has 2 columns, among them 0";
    quotes_none(&[("a.csv", &first)], arguments("rating"), reason);
    quotes_none(
        &[("a.csv", &first), ("b.csv", &second)],
        arguments("0"),
        "there is no column (of 42 characters) among",
    );
}

#[test]
fn a_table_that_cannot_be_learnt_from_fails_with_the_reason() {
    let text = table(60);
    let with = |change: &dyn Fn(&mut Arguments)| {
        let mut arguments = arguments("rating");
        change(&mut arguments);
        arguments
    };
    let plain = || arguments("rating");
    let only = |label: &str| format!("a,rating\n{}", format!("x,{label}\n").repeat(9));
    refused(
        &[("rows.csv", &text)],
        arguments("Rating2"),
        "no column \"Rating2\": it has 8 columns, Nr, Title",
    );
    refused(
        &[("rows.csv", &only("1"))],
        plain(),
        "every row has the label \"1\"",
    );
    refused(&[("rows.csv", &only(""))], plain(), "missing in every row");
    let rare = text.clone() + "x,a b c,d e f,South,30,,,2\n";
    refused(
        &[("rows.csv", &rare)],
        plain(),
        "the label \"2\" of the target \"rating\" has 1 rows",
    );
    refused(
        &[
            ("a.csv", &text),
            ("b.csv", "Nr,Title,Review,Shop,Age,Day,Empty,rating\n"),
        ],
        plain(),
        "b.csv: no rows",
    );
    refused(
        &[("a.csv", &text), ("b.csv", "Nr,rating\n1,1\n")],
        plain(),
        "no column \"Title\"",
    );
    refused(
        &[("a.csv", "Nr,Nr,rating\n1,2,3\n")],
        plain(),
        "2 columns have the name \"Nr\"",
    );
    refused(&[("a.csv", &(text.clone() + "1,2\n"))], plain(), "line 122");
    let amounts = |of: &dyn Fn(usize) -> f64| {
        let rows = (0..120).map(|n| format!("a{},{}\n", n % 5, of(n)));
        "a,rating\n".to_owned() + &rows.collect::<String>()
    };
    let amount = "regression is not supported";
    refused(&[("rows.csv", &amounts(&|n| n as f64))], plain(), amount);
    refused(
        &[("rows.csv", &amounts(&|n| (n % 11) as f64 / 2.0))],
        plain(),
        amount,
    );
    assert!(
        outcome(
            &[("rows.csv", &amounts(&|n| (n % 10) as f64 / 2.0))],
            plain()
        )
        .is_ok()
    );
    let classes = with(&|it| it.problem_type = Some("MulticlassClassification".to_owned()));
    assert!(
        outcome(
            &[("rows.csv", &amounts(&|n| (n % 11) as f64 / 2.0))],
            classes
        )
        .is_ok()
    );
    let files: &[(&str, &str)] = &[("rows.csv", &text)];
    for (name, reason) in [
        ("Regression", "\"Regression\" is not supported"),
        (
            "BinaryClassification",
            "3 labels: BinaryClassification has two",
        ),
        (
            "Forecasting",
            "BinaryClassification and MulticlassClassification are",
        ),
    ] {
        refused(
            files,
            with(&|it| it.problem_type = Some(name.to_owned())),
            reason,
        );
    }
    for (name, reason) in [
        ("F1", "is not one of MulticlassClassification: F1macro is"),
        ("AUC", "\"AUC\" is not supported"),
    ] {
        refused(
            files,
            with(&|it| it.objective = Some(name.to_owned())),
            reason,
        );
    }
    for share in [0.0, 1.0, f64::NAN] {
        refused(
            files,
            with(&|it| it.validation_fraction = share),
            "--validation-fraction",
        );
    }
    let job = Job::of(&[]);
    assert!(job.run(analyze("rating")).unwrap_err().contains("data"));
}
