mod formats;
mod limits;
mod titles;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use contracts::dataset::{
    DatasetManifest, Mapping, Origin, Part, PreparedProfile, PreparedRow, Row, Slice, SplitPart,
};
use time::OffsetDateTime;

use super::run;
use super::settings::{Features, Format, Settings};
use crate::channel::{Files, for_each_line};
use crate::container::Container;
use crate::rows;

fn row(text: &str, label: &str, origin: Origin) -> Row {
    Row {
        context: [].into(),
        text: text.to_owned(),
        label: label.to_owned(),
        category: None,
        columns: BTreeMap::new(),
        origin,
        human: origin != Origin::Upload,
        inclusion_probability: (origin == Origin::Audit).then_some(0.02),
    }
}

/// Lays out the inputs of a prepare job with these parts.
fn container(folder: &Path, parts: &[Vec<Row>]) -> Container {
    let container = Container::at(folder);
    fs::create_dir_all(container.input("manifest")).unwrap();
    fs::create_dir_all(container.input("parts")).unwrap();
    let mut listed = Vec::new();
    for (number, rows) in parts.iter().enumerate() {
        let id = format!("part{number}");
        let lines: Vec<String> = rows
            .iter()
            .map(|row| serde_json::to_string(row).unwrap() + "\n")
            .collect();
        fs::write(
            container.input("parts").join(format!("{id}.jsonl")),
            lines.concat(),
        )
        .unwrap();
        listed.push(Part {
            id,
            rows: rows.len() as u64,
            quarantined: 0,
            source_key: "incoming/reviews.csv".to_owned(),
            schema: None,
            source_etag: String::new(),
            uploaded_at: String::new(),
            labels: vec![],
        });
    }
    let manifest = DatasetManifest {
        dataset: "reviews".to_owned(),
        number: 1,
        id: "version".to_owned(),
        parts: listed,
        replacement: None,
        mapping: Mapping {
            text_column: "text".to_owned(),
            context_columns: vec!["Title".to_owned()],
            label_column: "label".to_owned(),
            category_column: None,
            labels: [].into(),
        },
        labels: ["-1", "0", "1"].map(str::to_owned).to_vec(),
        prepare_version: policy::split::VERSION,
        created_at: OffsetDateTime::UNIX_EPOCH,
        check: None,
    };
    let json = serde_json::to_vec(&manifest).unwrap();
    fs::write(container.input("manifest").join("00000001.json"), json).unwrap();
    container
}

fn prepared(container: &Container, part: &str) -> Vec<PreparedRow> {
    let mut rows = Vec::new();
    for file in Files::of(&container.output(part)).unwrap().rows {
        for_each_line(&file, |_, line| {
            rows.push(serde_json::from_str(line).unwrap());
            Ok(())
        })
        .unwrap();
    }
    rows
}

fn many() -> Vec<Row> {
    (0..60)
        .map(|n| {
            row(
                &format!("review {n}"),
                ["-1", "0", "1"][n % 3],
                Origin::Upload,
            )
        })
        .collect()
}

fn find(container: &Container, text: &str) -> (String, PreparedRow) {
    for part in ["train", "validation", "test"] {
        if let Some(row) = prepared(container, part)
            .into_iter()
            .find(|row| row.review_body == text)
        {
            return (part.to_owned(), row);
        }
    }
    panic!("{text} is in no part")
}

#[test]
fn every_row_lands_where_its_text_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = many();
    // The golden vectors of `policy::split`.
    rows.push(row("Love this dress!", "1", Origin::Upload));
    rows.push(row("runs small, had to return it", "-1", Origin::Upload));
    let container = container(folder.path(), &[rows]);
    run(&container, &Settings::default()).unwrap();
    assert_eq!(find(&container, "Love this dress!").0, "train");
    assert_eq!(find(&container, "review 4").0, "validation");
    assert_eq!(find(&container, "runs small, had to return it").0, "test");
    let profile = fs::read(container.output("profile").join("profile.json")).unwrap();
    let profile: PreparedProfile = serde_json::from_slice(&profile).unwrap();
    assert_eq!(
        profile
            .rows
            .values()
            .flat_map(|labels| labels.values())
            .sum::<u64>(),
        62
    );
    assert_eq!(profile.superseded, 0);
}

#[test]
fn a_later_generation_changes_the_label_and_never_the_part() {
    let folder = tempfile::tempdir().unwrap();
    let human = row("Review  4", "-1", Origin::Audit);
    let upload_again = row("review 4", "0", Origin::Upload);
    let container = container(folder.path(), &[many(), vec![human], vec![upload_again]]);
    run(&container, &Settings::default()).unwrap();
    let (part, row) = find(&container, "Review  4");
    assert_eq!(
        (part.as_str(), row.sentiment.as_str()),
        ("validation", "-1"),
        "a human label wins over a newer upload"
    );
    assert_eq!(row.row_hash, policy::text::row_hash("review 4"));
}

#[test]
fn rows_known_for_their_uncertainty_form_a_slice_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let uncertain = row("runs small, had to return it", "0", Origin::Uncertain);
    let audited = row("The fabric is OK.", "0", Origin::Audit);
    let container = container(folder.path(), &[many(), vec![uncertain, audited]]);
    run(&container, &Settings::default()).unwrap();
    assert_eq!(
        find(&container, "runs small, had to return it").1.slice,
        Slice::Uncertain
    );
    assert_eq!(find(&container, "The fabric is OK.").1.slice, Slice::Gate);
    let profile = fs::read(container.output("profile").join("profile.json")).unwrap();
    let profile: PreparedProfile = serde_json::from_slice(&profile).unwrap();
    assert_eq!(profile.uncertain_test_rows, 1);
}

#[test]
fn the_profile_tells_the_gates_audited_test_rows_by_their_probability() {
    let folder = tempfile::tempdir().unwrap();
    let audited = |n| row(&format!("audited {n}"), "1", Origin::Audit);
    let audited: Vec<Row> = (0..100).map(audited).collect();
    let container = container(folder.path(), &[many(), audited]);
    run(&container, &Settings::default()).unwrap();
    let profile = fs::read(container.output("profile").join("profile.json")).unwrap();
    let profile: PreparedProfile = serde_json::from_slice(&profile).unwrap();
    let in_test = |n: &i32| policy::split::part(&format!("audited {n}")) == SplitPart::Test;
    let expected = (0..100).filter(in_test).count() as u64;
    assert!(expected > 0);
    assert_eq!(
        profile.audited_test_rows,
        [("0.02".to_owned(), expected)].into()
    );
}

#[test]
fn the_same_manifest_gives_the_same_bytes() {
    let bytes = || {
        let folder = tempfile::tempdir().unwrap();
        let container = container(folder.path(), &[many()]);
        run(&container, &Settings::default()).unwrap();
        ["train", "validation", "test"]
            .map(|part| fs::read(container.output(part).join("part-00000.jsonl")).unwrap())
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn a_bad_row_is_named_by_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let container = container(folder.path(), &[many()]);
    let path = container.input("parts").join("part0.jsonl");
    for (bad, reason) in [
        ("{\"text\":\"x\"}", "missing field"),
        ("not json", "not a row"),
        (
            r#"{"text":"x","label":"7","origin":"upload"}"#,
            "label \"7\" is not among the dataset's: -1, 0, 1",
        ),
        (
            r#"{"text":" ","label":"1","origin":"upload"}"#,
            "`text` is empty",
        ),
    ] {
        let good = serde_json::to_string(&many()[0]).unwrap();
        fs::write(&path, format!("{good}\n{bad}\n")).unwrap();
        let error = format!("{:#}", run(&container, &Settings::default()).unwrap_err());
        assert!(
            error.contains("part0.jsonl, line 2") && error.contains(reason),
            "{error}"
        );
    }
}

#[test]
fn a_part_that_lost_rows_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let container = container(folder.path(), &[many()]);
    let path = container.input("parts").join("part0.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.lines().next().unwrap()).unwrap();
    let error = format!("{:#}", run(&container, &Settings::default()).unwrap_err());
    assert!(
        error.contains("has 1 rows, the manifest says 60"),
        "{error}"
    );
}

/// All rows that some instances wrote, by part and text.
fn union(containers: &[&Container]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for container in containers {
        for part in ["train", "validation", "test"] {
            let texts = prepared(container, part)
                .into_iter()
                .map(|row| row.review_body);
            all.extend(texts.map(|text| (part.to_owned(), text)));
        }
    }
    all.sort();
    all
}

fn instance(container: &Container, host: &str) {
    let path = container.resource_config();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let json = serde_json::json!({"current_host": host, "hosts": ["algo-1", "algo-2"]});
    fs::write(path, json.to_string()).unwrap();
}

#[test]
fn instances_give_the_same_union_of_rows() {
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let human = vec![row("Review  4", "-1", Origin::Audit)];
    let more: Vec<Row> = (60..120)
        .map(|n| row(&format!("review {n}"), "1", Origin::Upload))
        .collect();
    let parts = [many(), more, human];
    let all = folders
        .each_ref()
        .map(|folder| container(folder.path(), &parts));
    run(&all[0], &Settings::default()).unwrap();
    // Each has all parts: they share the rows, and the human label wins as ever.
    instance(&all[1], "algo-1");
    instance(&all[2], "algo-2");
    run(&all[1], &Settings::default()).unwrap();
    run(&all[2], &Settings::default()).unwrap();
    let rows = |container: &Container| union(&[container]).len();
    assert!(rows(&all[1]) > 30 && rows(&all[2]) > 30);
    assert_eq!(union(&[&all[1], &all[2]]), union(&[&all[0]]));
    let file = all[2].output("train").join("algo-2-part-00000.jsonl");
    assert!(file.is_file(), "no instance overwrites another's files");
    // Each has some parts, as `ShardedByS3Key` gives them.
    for (container, missing) in [(&all[1], &["part1"][..]), (&all[2], &["part0", "part2"])] {
        fs::remove_dir_all(container.output("")).unwrap();
        for part in missing {
            fs::remove_file(container.input("parts").join(format!("{part}.jsonl"))).unwrap();
        }
        run(container, &Settings::default()).unwrap();
    }
    assert_eq!(union(&[&all[1], &all[2]]), union(&[&all[0]]));
}

#[test]
fn a_part_that_is_missing_where_nobody_else_can_have_it_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let container = container(folder.path(), &[many()]);
    fs::remove_file(container.input("parts").join("part0.jsonl")).unwrap();
    let error = format!("{:#}", run(&container, &Settings::default()).unwrap_err());
    assert!(error.contains("part0.jsonl"), "{error}");
}

fn with_features(format: Format) -> Settings {
    Settings {
        format,
        features: Features::InputIds,
        max_seq_length: 12,
    }
}

#[test]
fn every_format_holds_the_same_features() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows_of_part = many();
    rows_of_part[1].category = Some("Dresses".to_owned());
    let container = container(folder.path(), &[rows_of_part]);
    let model = crate::testing::folder();
    model.write(&container.input("pretrained")).unwrap();
    let mut of_format = Vec::new();
    for format in [Format::Jsonl, Format::Parquet, Format::Tfrecord] {
        run(&container, &with_features(format)).unwrap();
        let file = format!("part-00000.{}", format.extension());
        let mut found = Vec::new();
        rows::for_each(&container.output("train").join(file), |_, row| {
            found.push(row);
            Ok(true)
        })
        .unwrap();
        let manifest = fs::read(container.output("train").join("manifest.json")).unwrap();
        let manifest: contracts::dataset::PreparedManifest =
            serde_json::from_slice(&manifest).unwrap();
        assert_eq!(manifest.rows(), found.len() as u64);
        of_format.push(found);
    }
    assert_eq!(of_format[0], of_format[1]);
    assert_eq!(of_format[0], of_format[2]);
    let row = &of_format[0][0];
    let labels = ["-1", "0", "1"];
    let label = usize::try_from(row["label_id"].as_u64().unwrap()).unwrap();
    assert_eq!(row["sentiment"], labels[label]);
    let ids = model
        .encoder
        .encode(&[row["review_body"].as_str().unwrap()])
        .unwrap();
    let numbers = |name: &str| -> Vec<u64> {
        let values = row[name].as_array().unwrap();
        values.iter().map(|value| value.as_u64().unwrap()).collect()
    };
    let (input_ids, mask) = (numbers("input_ids"), numbers("attention_mask"));
    let length = ids[0].len();
    assert_eq!((input_ids.len(), mask.len()), (12, 12));
    let expected: Vec<u64> = ids[0].iter().map(|id| u64::from(*id)).collect();
    assert_eq!(input_ids[..length], expected);
    assert_eq!(mask.iter().sum::<u64>(), length as u64);
}

#[test]
fn features_without_a_tokenizer_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let container = container(folder.path(), &[many()]);
    let error = run(&container, &with_features(Format::Jsonl)).unwrap_err();
    assert!(format!("{error:#}").contains("no input `pretrained`"));
}
