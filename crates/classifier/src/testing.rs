//! A model small enough to train in a test, and rows it can learn.

use std::collections::BTreeMap;
use std::fs;

use bert::ModelFolder;
use bert::files::write_json;
use contracts::dataset::PreparedManifest;
use serde::Serialize;

use crate::bert::{Hyperparameters, start};
use crate::channel::LabelledText;
use crate::container::Container;

/// Hyperparameters of a model of a few thousand weights; `changes` win.
pub fn tiny(changes: &[(&str, &str)]) -> BTreeMap<String, String> {
    let tiny = [
        ("vocab_size", "150"),
        ("hidden_size", "16"),
        ("num_hidden_layers", "2"),
        ("num_attention_heads", "2"),
        ("intermediate_size", "32"),
        ("max_seq_length", "16"),
        ("train_batch_size", "8"),
        ("epochs", "10"),
        ("patience", "10"),
        ("learning_rate", "0.005"),
        ("initializer_range", "0.2"),
    ];
    tiny.iter()
        .chain(changes)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Three classes that a word each gives away, among words that say nothing.
pub fn rows(count: usize) -> Vec<LabelledText> {
    let telling = [("-1", "awful"), ("0", "plain"), ("1", "lovely")];
    let filler = [
        "dress", "skirt", "in", "store", "bought", "it", "fabric", "size",
    ];
    (0..count)
        .map(|n| {
            let (label, word) = telling[n % 3];
            let [a, b, c] = [n % 8, n / 3 % 8, n / 7 % 8].map(|place| filler[place]);
            LabelledText {
                text: format!("{a} {b} {word} {c} {n}"),
                label: label.to_owned(),
                chosen: false,
            }
        })
        .collect()
}

/// Puts beside the train rows what `prepare` says of them.
pub fn name_text_columns(container: &Container, columns: &[&str]) {
    let manifest = PreparedManifest {
        dataset_version_id: "version".to_owned(),
        split_version: 1,
        format: "jsonl".to_owned(),
        labels: Vec::new(),
        text_columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        files: Vec::new(),
    };
    let file = container.channel("train").join("algo-1-manifest.json");
    write_json(&file, &manifest).unwrap();
}

/// An untrained model that knows the words of [`rows`].
pub fn folder() -> ModelFolder {
    let hyperparameters = Hyperparameters::parse(&tiny(&[])).unwrap();
    let labels = ["-1", "0", "1"].map(str::to_owned);
    let nowhere = std::path::Path::new("no pretrained channel");
    start::initial_folder(nowhere, &rows(60), &labels, &hyperparameters).unwrap()
}

/// Lays out the inputs of a training job.
pub fn training_job(container: &Container, train: &[LabelledText], changes: &[(&str, &str)]) {
    training_channels(container, train, &tiny(changes));
}

/// The same with any hyperparameters.
pub fn training_channels(
    container: &Container,
    train: &[LabelledText],
    hyperparameters: &impl Serialize,
) {
    let path = container.hyperparameters();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, serde_json::to_vec(hyperparameters).unwrap()).unwrap();
    for (channel, rows) in [("train", train), ("validation", &rows(30)[..])] {
        let json = |row: &LabelledText| {
            serde_json::json!({"review_body": row.text, "sentiment": row.label}).to_string()
        };
        let lines: Vec<String> = rows.iter().map(json).collect();
        fs::create_dir_all(container.channel(channel)).unwrap();
        fs::write(
            container.channel(channel).join("part-00000.jsonl"),
            lines.join("\n"),
        )
        .unwrap();
    }
}

/// What the pipeline's metric definitions look for: in their regexes a literal stands before the group.
pub fn metric_literals() -> Vec<String> {
    let pipeline = include_str!("../../../infra/pipelines/text-classifier.json");
    let regexes = pipeline.split("\"Regex\": \"").skip(1);
    let literals = regexes.filter_map(|rest| rest.split('(').next());
    literals.map(str::to_owned).collect()
}
