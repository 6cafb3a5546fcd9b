use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use bert::ModelFolder;
use contracts::dataset::{DatasetManifest, Mapping, PreparedRow, Slice};
use time::OffsetDateTime;

use crate::channel::LabelledText;
use crate::container::Container;
use crate::evaluate::{Settings, evaluate};
use crate::fasttext::{Hyperparameters, folder::load};
use crate::testing::{folder, name_text_columns, rows, training_channels};
use crate::train::run;
use crate::trained_model::TrainedModel;

const SMALL: [(&str, &str); 6] = [
    ("algorithm", "fasttext"),
    ("vector_dim", "8"),
    ("buckets", "1000"),
    ("epochs", "20"),
    ("learning_rate", "0.5"),
    // The pipeline passes it to any algorithm.
    ("max_seq_length", "96"),
];

fn job(folder: &Path, train: &[LabelledText], changes: &[(&str, &str)]) -> Container {
    let container = Container::at(folder);
    let hyperparameters: BTreeMap<&str, &str> = SMALL.iter().chain(changes).copied().collect();
    training_channels(&container, train, &hyperparameters);
    container
}

fn card(container: &Container) -> contracts::training::TrainingCard {
    TrainedModel::read_card(&container.model())
        .unwrap()
        .unwrap()
}

#[test]
fn it_learns_the_telling_words() {
    let folder = tempfile::tempdir().unwrap();
    let container = job(folder.path(), &rows(120), &[]);
    run(&container).unwrap();
    let card = card(&container);
    let (first, last) = (&card.epochs[0], &card.epochs[19]);
    assert!(
        last.train_loss < 0.5 * first.train_loss,
        "{first:?} to {last:?}"
    );
    assert!(last.val_balanced_accuracy > 0.9, "{last:?}");
    assert_eq!(
        (
            card.algorithm.as_str(),
            card.train_rows,
            card.validation_rows
        ),
        ("fasttext", 120, 30)
    );
    assert_eq!(card.best_epoch, 20);
    let model = TrainedModel::load(&container.model()).unwrap();
    let calibration = crate::calibration::read(&container.model())
        .unwrap()
        .unwrap();
    assert_eq!(calibration.temperature, model.temperature().value());
    // Upper case and punctuation are the training card's business.
    for (text, label) in [("A LOVELY dress!", "1"), ("an awful dress.", "-1")] {
        let probabilities = &model.probabilities(&[text]).unwrap()[0];
        assert_eq!(
            model.labels()[scores::most_likely(probabilities)],
            label,
            "{text}"
        );
    }
}

#[test]
fn a_run_repeats_on_any_number_of_threads() {
    let bytes = |threads: usize, seed: &str| {
        let folder = tempfile::tempdir().unwrap();
        let container = job(
            folder.path(),
            &rows(300),
            &[("seed", seed), ("epochs", "3")],
        );
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| run(&container)).unwrap();
        fs::read(container.model().join("model.bin")).unwrap()
    };
    assert!(bytes(1, "1") == bytes(5, "1"));
    assert!(bytes(1, "1") != bytes(1, "2"));
}

#[test]
fn early_stopping_keeps_the_best_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let changes = [
        ("early_stopping", "True"),
        ("min_epochs", "2"),
        ("patience", "2"),
        ("epochs", "50"),
    ];
    let container = job(folder.path(), &rows(120), &changes);
    run(&container).unwrap();
    let card = card(&container);
    let best = &card.epochs[card.best_epoch as usize - 1];
    assert!(card.epochs.len() < 50);
    assert_eq!(card.epochs.len() - card.best_epoch as usize, 2);
    let of = |epoch: &contracts::training::Epoch| epoch.val_balanced_accuracy;
    assert!(card.epochs.iter().all(|epoch| of(epoch) <= of(best)));
}

#[test]
fn blazing_texts_own_files_and_names_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let container = job(folder.path(), &[], &[]);
    let lines: Vec<String> = rows(60)
        .iter()
        .map(|row| format!("__label__{} {}\n", row.label, row.text))
        .collect();
    for channel in ["train", "validation"] {
        let channel = container.channel(channel);
        fs::remove_file(channel.join("part-00000.jsonl")).unwrap();
        fs::write(channel.join("blazing.csv"), lines.concat()).unwrap();
    }
    let names = [
        ("mode", "supervised"),
        ("epochs", "10"),
        ("min_count", "2"),
        ("learning_rate", "0.05"),
        ("vector_dim", "10"),
        ("early_stopping", "True"),
        ("patience", "4"),
        ("min_epochs", "5"),
        ("word_ngrams", "2"),
        ("buckets", "1000"),
        ("words", "whitespace"),
    ];
    let json = serde_json::to_vec(&BTreeMap::from(names)).unwrap();
    fs::write(container.hyperparameters(), json).unwrap();
    run(&container).unwrap();
    let model = load(&container.model()).unwrap();
    assert_eq!(
        model.rows("lovely LOVELY").len(),
        2 + 2,
        "upper case is another word"
    );
    let train = container.channel("train").join("blazing.csv");
    for (line, reason) in [
        ("no label", "line 2: does not start with __label__"),
        ("__label__a __label__b text", "more than one label"),
    ] {
        fs::write(&train, format!("__label__1 fine\n{line}\n")).unwrap();
        let error = format!("{:#}", run(&container).unwrap_err());
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn hyperparameters_are_refused_by_name() {
    let refused = |name: &str, value: &str, reason: &str| {
        let values = [(name.to_owned(), value.to_owned())].into();
        let error = format!("{:#}", Hyperparameters::parse(&values).unwrap_err());
        assert!(error.contains(reason), "{error}");
    };
    refused("hidden_size", "8", "\"hidden_size\" is not known");
    refused("mode", "skipgram", "only `supervised` classifies");
    refused("learning_rate", "NaN", "`learning_rate` must be above 0");
    refused("vector_dim", "0", "`vector_dim` must be at least 1");
    refused("max_char", "6", "`min_char` must be from 1");
    refused("words", "nltk", "neither `whitespace` nor `lower`");
    refused("hidden_size", "auto", "\"hidden_size\" is not known");
    refused("train_batch_size", "8", "no use for the hyperparameter");
    for name in ["patience", "min_epochs"] {
        refused(
            name,
            "9",
            "has an effect only where `early_stopping` is true",
        );
    }
    refused(
        "min_char",
        "3",
        "has an effect only where `max_char` is not 0",
    );
    let auto = [("epochs".to_owned(), "auto".to_owned())].into();
    assert_eq!(
        Hyperparameters::parse(&auto).unwrap(),
        Hyperparameters::default()
    );
}

#[test]
fn a_loss_that_is_no_number_stops_the_job_without_a_model() {
    let folder = tempfile::tempdir().unwrap();
    let container = job(folder.path(), &rows(120), &[("learning_rate", "1e38")]);
    let error = format!("{:#}", run(&container).unwrap_err());
    assert!(error.contains("lower learning_rate"), "{error}");
    assert!(!TrainedModel::is_in(&container.model()));
}

#[test]
fn the_card_names_the_columns_that_prepare_joined() {
    let scratch = tempfile::tempdir().unwrap();
    let container = job(scratch.path(), &rows(60), &[("epochs", "1")]);
    name_text_columns(&container, &["Title", "Review Text"]);
    run(&container).unwrap();
    assert_eq!(card(&container).text_columns, ["Title", "Review Text"]);
    let model = TrainedModel::load(&container.model()).unwrap();
    assert_eq!(model.text_columns().unwrap().review(), "Review Text");
}

#[test]
fn champion_and_challenger_may_be_of_different_algorithms() {
    let scratch = tempfile::tempdir().unwrap();
    let container = job(scratch.path(), &rows(120), &[]);
    run(&container).unwrap();
    let manifest = DatasetManifest {
        dataset: "reviews".to_owned(),
        number: 1,
        id: "version".to_owned(),
        parts: vec![],
        replacement: None,
        mapping: Mapping {
            text_column: "text".to_owned(),
            context_columns: Vec::new(),
            label_column: "label".to_owned(),
            category_column: None,
            labels: [].into(),
        },
        labels: ["-1", "0", "1"].map(str::to_owned).to_vec(),
        prepare_version: policy::split::VERSION,
        created_at: OffsetDateTime::UNIX_EPOCH,
        check: None,
    };
    for input in ["manifest", "test", "champion"] {
        fs::create_dir_all(container.input(input)).unwrap();
    }
    bert::files::write_json(&container.input("manifest").join("1.json"), &manifest).unwrap();
    let line = |row: LabelledText| {
        let row = PreparedRow {
            row_hash: policy::text::row_hash(&row.text),
            review_body: row.text,
            sentiment: row.label,
            slice: Slice::Gate,
            category: None,
            facets: None,
            inclusion_probability: None,
        };
        serde_json::to_string(&row).unwrap() + "\n"
    };
    let lines: Vec<String> = rows(90).into_iter().map(line).collect();
    fs::write(
        container.input("test").join("part-00000.jsonl"),
        lines.concat(),
    )
    .unwrap();
    folder().write(&container.input("champion")).unwrap();
    folder().write(&container.input("anchor")).unwrap();
    fs::rename(container.model(), container.input("model")).unwrap();
    let settings = Settings {
        champion_model_package: "arn:the-champion".to_owned(),
        anchor_model_package: "arn:the-anchor".to_owned(),
        explain_rows: 3,
        explain_work: u64::MAX,
    };
    evaluate(&container, &settings).unwrap();
    let path = container.output("evaluation").join("evaluation.json");
    let evaluation: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let (challenger, champion) = (&evaluation["challenger"], &evaluation["champion"]);
    assert!(challenger["balanced_accuracy"].as_f64().unwrap() > 0.9);
    assert_eq!(champion["model_package_arn"], "arn:the-champion");
    let anchor = &evaluation["anchor"];
    assert_eq!(anchor["model_package_arn"], "arn:the-anchor");
    assert_eq!(evaluation["anchor_model_package_arn"], "arn:the-anchor");
    assert_eq!(
        anchor["difference"], champion["difference"],
        "the same model"
    );
    assert_eq!(evaluation["training"]["algorithm"], "fasttext");
    assert!(ModelFolder::is_in(&container.input("champion")));
}
