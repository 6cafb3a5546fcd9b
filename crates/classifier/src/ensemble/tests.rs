mod resumed;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use contracts::training::TrainingCard;

use super::Hyperparameters;
use crate::channel::LabelledText;
use crate::container::Container;
use crate::explain::Explainer;
use crate::testing::{folder, name_text_columns, rows, training_channels};
use crate::train::run;
use crate::trained_model::TrainedModel;
use crate::trained_model::ensemble::Ensemble;
use crate::training::named::Values;

fn job(folder: &Path, changes: &[(&str, &str)]) -> Container {
    job_of(&rows(240), folder, changes)
}

fn job_of(train: &[LabelledText], folder: &Path, changes: &[(&str, &str)]) -> Container {
    let container = Container::at(folder);
    // What the pipeline passes to any algorithm.
    let passed = [
        ("algorithm", "automl"),
        ("epochs", "auto"),
        ("learning_rate", "auto"),
        ("seed", "1"),
        ("checkpoint_steps", "0"),
    ];
    let hyperparameters: BTreeMap<&str, &str> = passed.iter().chain(changes).copied().collect();
    training_channels(&container, train, &hyperparameters);
    container
}

fn with_pretrained(container: &Container) {
    let pretrained = container.channel("pretrained");
    folder().write(&pretrained).unwrap();
}

fn card(container: &Container) -> TrainingCard {
    let card = TrainedModel::read_card(&container.model()).unwrap();
    card.unwrap()
}

#[test]
fn every_candidate_is_trained_and_the_answer_is_their_average() {
    let base = tempfile::tempdir().unwrap();
    let container = job(base.path(), &[]);
    name_text_columns(&container, &["Title", "Review Text"]);
    with_pretrained(&container);
    run(&container).unwrap();

    let card = card(&container);
    let names: Vec<&str> = card.candidates.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["ngrams", "fasttext", "bert"]);
    assert!(card.candidates.iter().all(|one| one.failure.is_none()));
    let weights: f64 = card.candidates.iter().map(|one| one.weight).sum();
    assert!((weights - 1.0).abs() < 1e-9);
    let of = |name: &str| card.candidates.iter().find(|one| one.name == name).unwrap();
    // What its own training chose, and its epochs.
    assert_ne!(of("ngrams").hyperparameters["c"], "0");
    let fasttext = of("fasttext");
    let epochs = fasttext.epochs.len();
    assert_eq!(fasttext.hyperparameters["epochs"], epochs.to_string());
    let bert = of("bert");
    assert_eq!((bert.epochs.len(), bert.best_epoch), (3, 3));
    assert_eq!(bert.hyperparameters["learning_rate"], "0.0001");
    assert_eq!(card.truncation.is_some(), bert.weight > 0.0);
    assert!(card.warnings.is_empty(), "{:?}", card.warnings);
    // BERT leaves them beside its model, as by itself.
    assert!(container.output_data().join("health.json").is_file());

    let model = TrainedModel::load(&container.model()).unwrap();
    assert_eq!(model.labels(), ["-1", "0", "1"]);
    assert_eq!(
        model.text_columns().unwrap().names().collect::<Vec<_>>(),
        ["Title", "Review Text"]
    );
    for (text, label) in [("a LOVELY dress", 2), ("an awful dress", 0)] {
        let answer = &model.probabilities(&[text]).unwrap()[0];
        assert_eq!(scores::most_likely(answer), label, "{text}: {answer:?}");
    }
    // Nothing is left of the folders in which the candidates were trained.
    let mut left: Vec<String> = fs::read_dir(container.model())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(
        left,
        [
            "bert",
            "calibration.json",
            "ensemble.json",
            "fasttext",
            "ngrams",
            "training.json"
        ]
    );
}

#[test]
fn an_ensemble_is_explained_by_the_sum_of_its_members() {
    let base = tempfile::tempdir().unwrap();
    let container = job(base.path(), &[]);
    with_pretrained(&container);
    run(&container).unwrap();
    let path = container.model().join("ensemble.json");
    let mut ensemble = Ensemble::read(&container.model()).unwrap();
    for (member, weight) in ensemble.members.iter_mut().zip([0.25, 0.25, 0.5]) {
        member.weight = weight;
    }
    fs::write(&path, serde_json::to_vec(&ensemble).unwrap()).unwrap();
    let model = TrainedModel::load(&container.model()).unwrap();
    let mut explainer = Explainer::new(&model, &container.model()).unwrap();
    let text = "A LOVELY dress, it fits";
    let found = explainer.explain(text, Some("1")).unwrap();
    assert_eq!(found.method, "integrated_gradients + linear");
    assert!(found.completeness.holds(), "{:?}", found.completeness);
    let sum: f64 = found.words.iter().map(|word| word.attribution).sum();
    assert!((sum - found.completeness.sum).abs() < 1e-6);
    let most = found
        .words
        .iter()
        .max_by(|a, b| a.attribution.total_cmp(&b.attribution));
    assert_eq!(most.unwrap().word, "LOVELY", "{:?}", found.words);

    // The sum is the logit of the answer itself: the ensemble's before its temperature, each member's with its own.
    let own = &model.own_probabilities(&[text]).unwrap()[0];
    let logs: Vec<f64> = own.iter().map(|value| f64::from(value.ln())).collect();
    let logit = logs[2] - logs.iter().sum::<f64>() / 3.0;
    let told = found.completeness.logit;
    assert!((logit - told).abs() < 1e-3, "{logit} {told}");
}

#[test]
fn a_candidate_that_cannot_be_trained_is_left_out_and_named() {
    let base = tempfile::tempdir().unwrap();
    let container = job(base.path(), &[("algorithms", "fasttext,bert")]);
    let pretrained = container.channel("pretrained");
    fs::create_dir_all(&pretrained).unwrap();
    fs::write(pretrained.join("config.json"), "{}").unwrap();
    run(&container).unwrap();
    let card = card(&container);
    let failures: Vec<_> = card
        .candidates
        .iter()
        .map(|one| (&*one.name, one.weight, one.failure.is_some()))
        .collect();
    assert_eq!(failures, [("fasttext", 1.0, false), ("bert", 0.0, true)]);
    let model = TrainedModel::load(&container.model()).unwrap();
    let alone = TrainedModel::load(&container.model().join("fasttext")).unwrap();
    let text = ["a lovely dress"];
    let place = |label| alone.labels().iter().position(|own| own == label).unwrap();
    let (together, alone) = (
        model.own_probabilities(&text).unwrap(),
        alone.probabilities(&text).unwrap(),
    );
    for (class, label) in ["-1", "0", "1"].into_iter().enumerate() {
        let (own, other) = (together[0][class], alone[0][place(label)]);
        assert!((own - other).abs() < 1e-5, "{own} {other}");
    }
}

#[test]
fn without_any_model_the_job_fails_with_every_reason() {
    let base = tempfile::tempdir().unwrap();
    let container = job(base.path(), &[("algorithms", "bert")]);
    let pretrained = container.channel("pretrained");
    fs::create_dir_all(&pretrained).unwrap();
    fs::write(pretrained.join("config.json"), "{}").unwrap();
    let error = format!("{:#}", run(&container).unwrap_err());
    assert!(
        error.contains("no candidate has a model: bert: "),
        "{error}"
    );
    assert!(!TrainedModel::is_in(&container.model()));
}

#[test]
fn a_label_of_three_rows_is_warned_of_and_a_single_label_is_refused() {
    let base = tempfile::tempdir().unwrap();
    let mut plain = 0;
    let mut few = rows(240);
    few.retain(|row| {
        plain += usize::from(row.label == "0");
        row.label != "0" || plain <= 3
    });
    let container = job_of(&few, base.path(), &[]);
    run(&container).unwrap();
    let warnings = card(&container).warnings;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let expected = "the label \"0\" has 3 of 163 train rows";
    assert!(warnings[0].starts_with(expected), "{warnings:?}");

    let mut one = rows(30);
    one.retain(|row| row.label == "1");
    let base = tempfile::tempdir().unwrap();
    let container = job_of(&one, base.path(), &[]);
    let error = format!("{:#}", run(&container).unwrap_err());
    let expected =
        "all 10 train rows have the label \"1\": a classifier needs at least two classes";
    assert!(error.contains(expected), "{error}");
    assert!(!container.model().exists());
}

#[test]
fn hyperparameters_are_refused_by_name() {
    for (name, value, says) in [
        ("algorithms", "ngrams,svm", "svm"),
        ("algorithms", "automl", "automl"),
        ("algorithms", "bert,bert", "twice"),
        ("max_runtime_in_seconds", "soon", "max_runtime_in_seconds"),
        ("c", "1", "\"c\" is not known"),
        (
            "epochs",
            "3",
            "automl has no use for the hyperparameter `epochs`",
        ),
    ] {
        let values = Values::from([(name.to_owned(), value.to_owned())]);
        let error = Hyperparameters::parse(&values).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}
