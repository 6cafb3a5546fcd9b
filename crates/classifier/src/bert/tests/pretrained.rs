//! What training starts from.

use std::fs;

use bert::ModelFolder;
use bert::predict::Classifier;
use bert::tensor;

use super::{card, train};
use crate::container::Container;
use crate::testing::{folder, rows, training_job};
use crate::train::run;

#[test]
fn training_goes_on_from_a_pretrained_folder() {
    let folder = tempfile::tempdir().unwrap();
    let first = train(folder.path(), &[]);
    let pretrained = Container::at(folder.path().join("second"));
    training_job(
        &pretrained,
        &rows(120),
        &[
            ("learning_rate", "0.0001"),
            ("epochs", "1"),
            ("vocab_size", "auto"),
        ],
    );
    fs::rename(first.model(), pretrained.channel("pretrained")).unwrap();
    run(&pretrained).unwrap();
    assert!(
        card(&pretrained).epochs[0].val_balanced_accuracy > 0.9,
        "it kept what it knew"
    );
}

#[test]
fn a_pretrained_vocabulary_may_be_smaller_than_one_that_is_trained() {
    let folder = tempfile::tempdir().unwrap();
    let first = Container::at(folder.path().join("first"));
    let mut few_words = rows(60);
    for row in &mut few_words {
        row.text = if row.label == "0" { "ab" } else { "ba" }.to_owned();
    }
    training_job(&first, &few_words, &[("epochs", "1")]);
    run(&first).unwrap();
    let tokens = ModelFolder::read(&first.model(), None).unwrap();
    assert!(tokens.config.vocab_size < 64);

    let second = Container::at(folder.path().join("second"));
    let changes = [("epochs", "1"), ("vocab_size", "auto")];
    training_job(&second, &few_words, &changes);
    fs::rename(first.model(), second.channel("pretrained")).unwrap();
    run(&second).unwrap();
    let given = &card(&second).hyperparameters["vocab_size"];
    assert_eq!(*given, tokens.config.vocab_size.to_string());
}

#[test]
fn a_pretrained_folder_with_another_head_gets_a_fresh_one() {
    let folder = tempfile::tempdir().unwrap();
    let first = train(folder.path(), &[("epochs", "1")]);
    let second = Container::at(folder.path().join("second"));
    let two_classes: Vec<_> = rows(120)
        .into_iter()
        .filter(|row| row.label != "0")
        .collect();
    training_job(
        &second,
        &two_classes,
        &[
            ("epochs", "1"),
            ("learning_rate", "auto"),
            ("vocab_size", "auto"),
        ],
    );
    let validation = second.channel("validation").join("part-00000.jsonl");
    fs::copy(second.channel("train").join("part-00000.jsonl"), validation).unwrap();
    fs::rename(first.model(), second.channel("pretrained")).unwrap();
    run(&second).unwrap();
    assert_eq!(
        Classifier::load(&second.model()).unwrap().labels(),
        ["-1", "1"]
    );
    assert_eq!(card(&second).hyperparameters["learning_rate"], "0.0001");
}

#[test]
fn pretrained_weights_have_one_digest_whatever_head_is_drawn_for_them() {
    let digest = |seed: &str, bias: f32| {
        let scratch = tempfile::tempdir().unwrap();
        let container = Container::at(scratch.path());
        let mut pretrained = folder();
        let weights = &mut pretrained.weights;
        weights.retain(|name, _| !name.starts_with("classifier."));
        weights.get_mut("bert.pooler.dense.bias").unwrap().values[0] = bias;
        pretrained.write(&container.channel("pretrained")).unwrap();
        let changes = [("seed", seed), ("max_steps", "1"), ("vocab_size", "auto")];
        training_job(&container, &rows(30), &changes);
        run(&container).unwrap();
        let read = card(&container).inputs.unwrap();
        read.pretrained_digest.unwrap()
    };
    let found = digest("1", 0.0);
    assert_eq!(found.len(), 16);
    assert_eq!(digest("2", 0.0), found);
    assert_ne!(digest("1", 0.5), found);
}

#[test]
fn a_marker_in_the_pretrained_channel_means_from_scratch() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    fs::create_dir_all(container.channel("pretrained")).unwrap();
    fs::write(container.channel("pretrained").join("marker"), "").unwrap();
    train(folder.path(), &[("epochs", "1")]);
}

#[test]
fn a_model_that_is_not_where_it_should_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    training_job(&container, &rows(30), &[]);
    fs::create_dir_all(container.channel("pretrained").join("model")).unwrap();
    let error = format!("{:#}", run(&container).unwrap_err());
    assert!(error.contains("holds model but no config.json"), "{error}");

    fs::create_dir_all(container.model()).unwrap();
    fs::write(container.model().join("model.bin"), "").unwrap();
    let error = format!("{:#}", run(&container).unwrap_err());
    assert!(
        error.contains("holds model.bin of another algorithm"),
        "{error}"
    );
}

#[test]
fn half_a_head_and_values_that_are_none_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let first = train(folder.path(), &[("epochs", "1")]);
    let second = Container::at(folder.path().join("second"));
    training_job(
        &second,
        &rows(30),
        &[("epochs", "1"), ("vocab_size", "auto")],
    );
    fs::rename(first.model(), second.channel("pretrained")).unwrap();
    let path = second.channel("pretrained").join("model.safetensors");
    let whole = tensor::read(&path).unwrap();
    let fails_with = |weights: &tensor::Weights, reason: &str| {
        let named = weights.iter().map(|(name, tensor)| (name.clone(), tensor));
        tensor::write(&path, named).unwrap();
        let error = format!("{:#}", run(&second).unwrap_err());
        assert!(error.contains(reason), "{error}");
    };
    let mut weights = whole.clone();
    weights.remove("bert.pooler.dense.bias");
    fails_with(&weights, "the tensor bert.pooler.dense.bias is missing");
    let mut weights = whole;
    let name = "bert.encoder.layer.0.attention.self.key.weight";
    weights.get_mut(name).unwrap().values[3] = f32::NAN;
    fails_with(&weights, &format!("the tensor {name}: value 3 is NaN"));
}
