mod pretrained;
mod resumed;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use bert::ModelFolder;
use bert::predict::Classifier;
use contracts::training::TrainingCard;

use super::Hyperparameters;
use super::given::complete;
use crate::container::Container;
use crate::testing::{name_text_columns, rows, tiny, training_channels, training_job};
use crate::train::run;

fn train(folder: &Path, changes: &[(&str, &str)]) -> Container {
    let container = Container::at(folder);
    training_job(&container, &rows(120), changes);
    run(&container).unwrap();
    container
}

fn card(container: &Container) -> TrainingCard {
    ModelFolder::read_card(&container.model()).unwrap().unwrap()
}

#[test]
fn the_loss_falls_and_the_model_learns_the_telling_words() {
    let folder = tempfile::tempdir().unwrap();
    let card = card(&train(folder.path(), &[]));
    let (first, last) = (card.epochs.first().unwrap(), card.epochs.last().unwrap());
    assert!(
        last.train_loss < 0.5 * first.train_loss,
        "{} to {}",
        first.train_loss,
        last.train_loss
    );
    assert!(card.epochs[card.best_epoch as usize - 1].val_balanced_accuracy > 0.9);
    assert_eq!((card.train_rows, card.validation_rows), (120, 30));
    let classifier = Classifier::load(&folder.path().join("model")).unwrap();
    assert_eq!(classifier.labels(), ["-1", "0", "1"]);
    let probabilities = classifier
        .probabilities(&["dress it lovely store 5", "skirt in awful size 7"])
        .unwrap();
    assert!(
        probabilities[0][2] > 0.5 && probabilities[1][0] > 0.5,
        "{probabilities:?}"
    );
}

#[test]
fn the_card_names_the_columns_that_prepare_joined() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    training_job(&container, &rows(60), &[("epochs", "1")]);
    name_text_columns(&container, &["Title", "Review Text"]);
    run(&container).unwrap();
    assert_eq!(card(&container).text_columns, ["Title", "Review Text"]);
}

#[test]
fn the_card_says_how_many_texts_lost_their_end() {
    let cut = |length: &str| {
        let folder = tempfile::tempdir().unwrap();
        let changes = [("max_seq_length", length), ("max_steps", "1")];
        let cut = card(&train(folder.path(), &changes)).truncation.unwrap();
        assert_eq!(cut.of_rows, 150, "train and validation");
        assert_eq!(cut.max_seq_length.to_string(), length);
        cut.rows
    };
    assert_eq!(cut("32"), 0);
    assert_eq!(cut("4"), 150);
}

#[test]
fn the_same_seed_gives_the_same_weights_and_another_one_others() {
    let weights = |seed: &str| {
        let folder = tempfile::tempdir().unwrap();
        train(folder.path(), &[("seed", seed), ("epochs", "2")]);
        fs::read(folder.path().join("model/model.safetensors")).unwrap()
    };
    assert!(weights("1") == weights("1"));
    assert!(weights("1") != weights("2"));
}

#[track_caller]
fn refused(changes: &[(&str, &str)], reason: &str) {
    let error = format!("{:#}", complete(tiny(changes), None).unwrap_err());
    assert!(error.contains(reason), "{error}");
}

#[test]
fn hyperparameters_are_refused_by_name() {
    refused(&[("learning_rte", "1")], "\"learning_rte\" is not known");
    refused(&[("epochs", "three")], "`epochs`: \"three\"");
    refused(
        &[("algorithm", "fasttext")],
        "algorithm \"fasttext\" has other hyperparameters",
    );
    refused(&[("train_batch_size", "0")], "`train_batch_size`");
    refused(&[("hidden_size", "15")], "`hidden_size`");
    for size in ["63", "500001"] {
        refused(&[("vocab_size", size)], "`vocab_size` must be from 64");
    }
    refused(&[("learning_rate", "NaN")], "`learning_rate`");
    refused(&[("gradient_accumulation", "0")], "`gradient_accumulation`");
    refused(&[("health_rules", "Overfitting=stop")], "`health_rules`");
}

#[test]
fn hyperparameters_survive_their_own_strings_and_quotes() {
    let parsed =
        Hyperparameters::parse(&tiny(&[("seed", "7"), ("algorithm", "\"bert\"")])).unwrap();
    assert_eq!(
        Hyperparameters::parse(&parsed.to_strings()).unwrap(),
        parsed
    );
    assert_eq!(
        Hyperparameters::parse(&BTreeMap::new()).unwrap(),
        Hyperparameters::default()
    );
}

#[track_caller]
fn fails(rows: &[crate::channel::LabelledText], changes: &[(&str, &str)], reason: &str) {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    training_job(&container, rows, changes);
    let error = run(&container).unwrap_err();
    container.explain_failure(&error);
    let failure = fs::read_to_string(folder.path().join("output/failure")).unwrap();
    assert!(
        failure.contains(reason) && !failure.contains('\n'),
        "{failure}"
    );
    assert!(
        !container.model().join("config.json").exists(),
        "no half-written model"
    );
}

#[test]
fn what_cannot_be_trained_fails_with_one_sentence() {
    let positive: Vec<_> = rows(30)
        .into_iter()
        .filter(|row| row.label == "1")
        .collect();
    fails(
        &positive,
        &[],
        "all 10 train rows have the label \"1\": a classifier needs at least two classes",
    );
    fails(&positive[..0], &[], "the train channel holds no rows");
    let two: Vec<_> = rows(30)
        .into_iter()
        .filter(|row| row.label != "0")
        .collect();
    fails(
        &two,
        &[],
        "read the validation channel: row 2 of the channel has the label \"0\", which no train row has",
    );
    fails(
        &rows(30),
        &[("learning_rate", "1e30"), ("max_grad_norm", "1e30")],
        "lower learning_rate",
    );
    // The loss before the only update is finite, the weights after it are not.
    fails(
        &rows(30),
        &[("learning_rate", "1e30"), ("max_steps", "1")],
        "the validation loss is NaN",
    );
}

#[test]
fn a_bad_line_of_a_channel_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    training_job(&container, &rows(6), &[]);
    let path = container.channel("train").join("part-00000.jsonl");
    fs::write(
        &path,
        "{\"review_body\":\"a\",\"sentiment\":1}\n{\"review_body\":\"a\"}",
    )
    .unwrap();
    let error = format!("{:#}", run(&container).unwrap_err());
    assert!(
        error.contains("part-00000.jsonl, line 2: column \"sentiment\": missing"),
        "{error}"
    );
}

#[test]
fn a_row_without_a_text_or_a_label_is_named() {
    for (row, reason) in [
        (
            r#"{"review_body":" ","sentiment":1}"#,
            "line 1: the text is empty",
        ),
        (
            r#"{"review_body":"a","sentiment":""}"#,
            "line 1: the label is empty",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let container = Container::at(folder.path());
        training_job(&container, &rows(6), &[]);
        fs::write(container.channel("train").join("more.jsonl"), row).unwrap();
        let error = format!("{:#}", run(&container).unwrap_err());
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn csv_channels_are_read_by_their_columns() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    training_job(
        &container,
        &[],
        &[
            ("text_column", "Review"),
            ("label_column", "Rating"),
            ("epochs", "1"),
        ],
    );
    let csv: Vec<String> = rows(30)
        .iter()
        .map(|row| format!("{},\"{}\"\n", row.label, row.text))
        .collect();
    let csv = csv.concat();
    for channel in ["train", "validation"] {
        fs::remove_file(container.channel(channel).join("part-00000.jsonl")).unwrap();
        fs::write(
            container.channel(channel).join("rows.csv"),
            format!("Rating,Review\n{csv}"),
        )
        .unwrap();
    }
    run(&container).unwrap();
    assert_eq!(card(&container).train_rows, 30);
}

#[test]
fn an_update_of_two_accumulated_batches_takes_the_rows_of_both_at_once() {
    let weights = |changes: &[(&str, &str)]| {
        let folder = tempfile::tempdir().unwrap();
        let changes = [changes, &[("epochs", "2")]].concat();
        train(folder.path(), &changes);
        fs::read(folder.path().join("model/model.safetensors")).unwrap()
    };
    let one = weights(&[("train_batch_size", "16")]);
    let two = weights(&[("train_batch_size", "8"), ("gradient_accumulation", "2")]);
    assert!(one == two);
    assert!(one != weights(&[("train_batch_size", "8")]));
    assert!(one == weights(&[("train_batch_size", "16"), ("validation_batch_size", "3")]));
}

#[test]
fn max_steps_ends_the_job_and_its_learning_rate() {
    let folder = tempfile::tempdir().unwrap();
    // 15 updates are one epoch.
    let card = card(&train(folder.path(), &[("max_steps", "20")]));
    assert_eq!(card.epochs.len(), 2);
    let reports = folder
        .path()
        .join("output/data/profiler-output/profiler-reports");
    let steps = fs::read_to_string(reports.join("StepOutlier.json")).unwrap();
    assert!(steps.contains("\"Datapoints\": 20"), "{steps}");
}

#[test]
fn a_frozen_encoder_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let first = train(folder.path(), &[("epochs", "1")]);
    let second = Container::at(folder.path().join("second"));
    training_job(
        &second,
        &rows(120),
        &[
            ("freeze_bert_layer", "True"),
            ("epochs", "1"),
            ("vocab_size", "auto"),
        ],
    );
    fs::rename(first.model(), second.channel("pretrained")).unwrap();
    run(&second).unwrap();
    let weights = |folder: &Path| ModelFolder::read(folder, None).unwrap().weights;
    let (before, after) = (
        weights(&second.channel("pretrained")),
        weights(&second.model()),
    );
    for (name, before) in before {
        let head = name.starts_with("classifier") || name.contains("pooler");
        assert_eq!(before != after[&name], head, "{name}");
    }
}

#[test]
fn the_test_channel_is_scored_if_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    fs::create_dir_all(container.channel("test")).unwrap();
    let row = |label| format!("{{\"review_body\":\"a lovely dress\",\"sentiment\":{label}}}");
    let path = container.channel("test").join("rows.jsonl");
    for algorithm in ["bert", "fasttext", "ngrams"] {
        let hyperparameters = match algorithm {
            "bert" => tiny(&[("epochs", "1")]),
            other => [("algorithm".to_owned(), other.to_owned())].into(),
        };
        training_channels(&container, &rows(120), &hyperparameters);
        fs::write(&path, row(7)).unwrap();
        let error = format!("{:#}", run(&container).unwrap_err());
        assert!(
            error.contains("row 1 of the channel has the label \"7\""),
            "{error}"
        );
        assert!(!container.model().exists(), "it was trained before");
        fs::write(&path, row(1)).unwrap();
        run(&container).unwrap();
        fs::remove_dir_all(container.model()).unwrap();
    }
}
