//! The job's inputs: rows of either slice, models as folders and archives, incumbents that
//! contradict the environment.

use contracts::evaluation::TestPrediction;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

/// A job with an untrained model; `slice` says of a row's number what it is for.
fn job(base: &Path, slice: impl Fn(usize) -> Slice) -> Container {
    let container = Container::at(base);
    testing::folder().write(&container.input("model")).unwrap();
    for input in ["manifest", "test"] {
        fs::create_dir_all(container.input(input)).unwrap();
    }
    let file = container.input("manifest").join("1.json");
    write_json(&file, &manifest(&labels())).unwrap();
    let rows = prepared(30);
    let rows = rows.lines().enumerate().map(|(n, row)| {
        let row: PreparedRow = serde_json::from_str(row).unwrap();
        let row = PreparedRow {
            slice: slice(n),
            ..row
        };
        serde_json::to_string(&row).unwrap() + "\n"
    });
    let rows: String = rows.collect();
    fs::write(container.input("test").join("part-00000.jsonl"), rows).unwrap();
    container
}

fn written(container: &Container) -> (Evaluation, Vec<TestPrediction>) {
    let read = |name: &str| fs::read_to_string(container.output("evaluation").join(name)).unwrap();
    let predictions = read("predictions.jsonl");
    let predictions = predictions.lines();
    (
        serde_json::from_str(&read("evaluation.json")).unwrap(),
        predictions
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

#[track_caller]
fn refused(container: &Container, settings: &Settings, reason: &str) {
    let error = format!("{:#}", evaluate(container, settings).unwrap_err());
    assert!(error.contains(reason), "{error}");
}

#[test]
fn rows_that_a_model_was_unsure_of_are_scored_apart() {
    let folder = tempfile::tempdir().unwrap();
    let is_uncertain = |n: usize| n % 4 == 1;
    let slice = |n| {
        if is_uncertain(n) {
            Slice::Uncertain
        } else {
            Slice::Gate
        }
    };
    let container = job(folder.path(), slice);
    evaluate(&container, &no_incumbent()).unwrap();
    let (evaluation, predictions) = written(&container);
    assert_eq!(predictions.len(), 30);
    let uncertain = evaluation.uncertain.unwrap();
    for (scores, of_uncertain) in [(evaluation.challenger, false), (uncertain, true)] {
        let of_slice = predictions.iter().enumerate();
        let of_slice = of_slice.filter(|(n, _)| is_uncertain(*n) == of_uncertain);
        let right: Vec<bool> = of_slice
            .map(|(_, row)| row.label == row.predicted)
            .collect();
        assert_eq!(scores.rows, right.len() as u64);
        let share = right.iter().filter(|right| **right).count() as f64 / right.len() as f64;
        close(scores.accuracy, share);
    }
}

#[test]
fn without_uncertain_rows_there_is_no_slice_and_without_others_no_evaluation() {
    let folder = tempfile::tempdir().unwrap();
    let container = job(&folder.path().join("gate"), |_| Slice::Gate);
    evaluate(&container, &no_incumbent()).unwrap();
    assert!(written(&container).0.uncertain.is_none());
    let container = job(&folder.path().join("uncertain"), |_| Slice::Uncertain);
    refused(
        &container,
        &no_incumbent(),
        "no row that the gate may judge by",
    );
}

#[test]
fn an_incumbent_folder_that_contradicts_the_environment_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let container = job(folder.path(), |_| Slice::Gate);
    let named = |champion: &str, anchor: &str| Settings {
        champion_model_package: champion.to_owned(),
        anchor_model_package: anchor.to_owned(),
        ..no_incumbent()
    };
    refused(
        &container,
        &named("arn:one", "none"),
        "the champion input holds no model, but arn:one is the champion",
    );
    refused(
        &container,
        &named("none", "arn:two"),
        "the anchor input holds no model, but arn:two is the anchor",
    );
    let holds = "input holds a model, but its model package is \"none\" or the champion";
    testing::folder()
        .write(&container.input("champion"))
        .unwrap();
    refused(
        &container,
        &no_incumbent(),
        &format!("the champion {holds}"),
    );
    // Where the champion is the anchor, its model comes once.
    evaluate(&container, &named("arn:one", "arn:one")).unwrap();
    testing::folder().write(&container.input("anchor")).unwrap();
    refused(
        &container,
        &named("arn:one", "arn:one"),
        &format!("the anchor {holds}"),
    );
}

#[test]
fn explaining_ends_where_it_has_taken_too_much_work() {
    let folder = tempfile::tempdir().unwrap();
    let container = job(folder.path(), |_| Slice::Gate);
    let explained = |explain_work| {
        let settings = Settings {
            explain_rows: 5,
            explain_work,
            ..no_incumbent()
        };
        evaluate(&container, &settings).unwrap();
        let telling = written(&container).0.telling_words.unwrap();
        assert_eq!(telling.of_rows, 30);
        telling.rows
    };
    assert_eq!(explained(u64::MAX), 5);
    // A row is begun unless the bound is passed.
    assert_eq!(explained(1), 1);
}

#[test]
fn a_packed_model_is_evaluated_as_its_folder_is() {
    let folder = tempfile::tempdir().unwrap();
    let container = job(folder.path(), |_| Slice::Gate);
    evaluate(&container, &no_incumbent()).unwrap();
    let expected = written(&container);
    let unpacked = folder.path().join("unpacked");
    fs::rename(container.input("model"), &unpacked).unwrap();
    let pack = |from: &Path| {
        fs::create_dir_all(container.input("model")).unwrap();
        let file = fs::File::create(container.input("model").join("model.tar.gz")).unwrap();
        let mut archive = tar::Builder::new(GzEncoder::new(file, Compression::fast()));
        archive.append_dir_all(".", from).unwrap();
        archive.into_inner().unwrap().finish().unwrap();
    };
    pack(&unpacked);
    fs::remove_dir_all(container.output("evaluation")).unwrap();
    evaluate(&container, &no_incumbent()).unwrap();
    assert_eq!(written(&container), expected);
    fs::remove_dir_all(container.input("model")).unwrap();
    fs::remove_file(unpacked.join("config.json")).unwrap();
    pack(&unpacked);
    refused(
        &container,
        &no_incumbent(),
        "the model input holds no model",
    );
}
