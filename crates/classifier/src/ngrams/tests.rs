use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use scores::most_likely;

use super::Hyperparameters;
use crate::channel::LabelledText;
use crate::container::Container;
use crate::explain::Explainer;
use crate::testing::{rows, training_channels};
use crate::train::run;
use crate::trained_model::TrainedModel;

fn job(folder: &Path, train: &[LabelledText], changes: &[(&str, &str)]) -> Container {
    let container = Container::at(folder);
    let own = [("algorithm", "ngrams")];
    let hyperparameters: BTreeMap<&str, &str> = own.iter().chain(changes).copied().collect();
    training_channels(&container, train, &hyperparameters);
    container
}

#[test]
fn it_learns_the_telling_words_and_explains_by_them() {
    let folder = tempfile::tempdir().unwrap();
    // What the pipeline passes to any algorithm.
    let passed = [("epochs", "auto"), ("learning_rate", "auto"), ("seed", "1")];
    let container = job(folder.path(), &rows(120), &passed);
    run(&container).unwrap();
    let card = TrainedModel::read_card(&container.model())
        .unwrap()
        .unwrap();
    assert_eq!(
        (card.algorithm.as_str(), card.train_rows, card.best_epoch),
        ("ngrams", 120, 1)
    );
    assert!(
        card.epochs[0].val_balanced_accuracy > 0.9,
        "{:?}",
        card.epochs
    );
    let model = TrainedModel::load(&container.model()).unwrap();
    let mut explainer = Explainer::new(&model, &container.model()).unwrap();
    for (text, label, telling) in [
        ("A LOVELY dress!", "1", "LOVELY"),
        ("an awful dress.", "-1", "awful"),
    ] {
        let probabilities = &model.probabilities(&[text]).unwrap()[0];
        assert_eq!(model.labels()[most_likely(probabilities)], label, "{text}");
        let found = explainer.explain(text, None).unwrap();
        let most = found
            .words
            .iter()
            .max_by(|a, b| a.attribution.total_cmp(&b.attribution));
        assert_eq!(most.unwrap().word, telling, "{:?}", found.words);
        assert!(
            found.completeness.error.abs() < 1e-6,
            "{:?}",
            found.completeness
        );
    }
}

#[test]
fn rows_of_a_rare_class_count_more_if_balanced() {
    let mut train = rows(300);
    let mut kept = 0;
    train.retain(|row| {
        kept += usize::from(row.label == "-1");
        row.label != "-1" || kept <= 4
    });
    let of = |balance: &str| {
        let folder = tempfile::tempdir().unwrap();
        let container = job(
            folder.path(),
            &train,
            &[("balance", balance), ("min_count", "1"), ("c", "1")],
        );
        run(&container).unwrap();
        let model = TrainedModel::load(&container.model()).unwrap();
        let place = model
            .labels()
            .iter()
            .position(|label| label == "-1")
            .unwrap();
        model.own_probabilities(&["a dress"]).unwrap()[0][place]
    };
    assert!(
        of("true") > 3.0 * of("false"),
        "{} {}",
        of("true"),
        of("false")
    );
}

/// The same words in another order.
#[test]
fn pairs_are_taken_where_only_they_tell_and_the_card_says_what_was_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let container = job(folder.path(), &[], &[]);
    for channel in ["train", "validation"] {
        let line = |n: usize| {
            let (text, label) = [("soft not rough", 1), ("rough not soft", -1)][n % 2];
            format!(
                "{{\"review_body\":\"{text} {}\",\"sentiment\":{label}}}",
                n % 7
            )
        };
        let lines: Vec<String> = (0..70).map(line).collect();
        let file = container.channel(channel).join("part-00000.jsonl");
        fs::write(file, lines.join("\n")).unwrap();
    }
    run(&container).unwrap();
    let card = TrainedModel::read_card(&container.model())
        .unwrap()
        .unwrap();
    assert_eq!(card.hyperparameters["word_ngrams"], "2");
    assert_eq!(card.hyperparameters["c"], "32");
    assert_eq!(card.epochs[0].val_balanced_accuracy, 1.0);
}

#[test]
fn hyperparameters_are_refused_by_name() {
    for (name, value) in [
        ("c", "-1"),
        ("c", "NaN"),
        ("word_ngrams", "6"),
        ("max_features", "0"),
        ("min_count", "0"),
        ("vector_dim", "8"),
        ("epochs", "3"),
        ("learning_rate", "0.1"),
    ] {
        let values = [(name.to_owned(), value.to_owned())].into();
        let error = Hyperparameters::parse(&values).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn a_folder_with_another_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let container = job(folder.path(), &rows(60), &[]);
    for file in ["model.bin", "config.json"] {
        fs::create_dir_all(container.model()).unwrap();
        fs::write(container.model().join(file), "").unwrap();
        let error = run(&container).unwrap_err().to_string();
        assert!(
            error.contains(file) && error.contains("remove it"),
            "{error}"
        );
        fs::remove_dir_all(container.model()).unwrap();
    }
    run(&container).unwrap();
    fs::write(container.model().join("model.bin"), "").unwrap();
    let error = format!(
        "{:#}",
        TrainedModel::load(&container.model()).err().unwrap()
    );
    assert!(
        error.contains("model.bin and ngrams.safetensors"),
        "{error}"
    );
}
