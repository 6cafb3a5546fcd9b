//! A model small enough to train in a test, and rows it can learn.

use std::collections::BTreeMap;
use std::fs;

use contracts::dataset::PreparedManifest;
use serde::Serialize;

use crate::channel::LabelledText;
use crate::container::Container;
use crate::files::write_json;
use crate::model::ModelFolder;
use crate::model::network::{Network, Tape, Texts};
use crate::model::tensor::Tensor;
use crate::train::{Hyperparameters, start};

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
    start::start(nowhere, &rows(60), &labels, &hyperparameters).unwrap()
}

/// Logits of each text by the pass that training uses, without dropout.
pub fn logits(folder: &ModelFolder, encoded: &[&[u32]]) -> Vec<Vec<f32>> {
    let network = Network::new(&folder.config, &folder.weights).unwrap();
    let mut tape = Tape::default();
    let logits = network.forward(&Texts::new(encoded), None, &mut tape);
    let rows = logits.chunks(network.encoder.settings.labels);
    rows.map(<[f32]>::to_vec).collect()
}

/// The standard normal's distribution function by Marsaglia's series (Journal of Statistical
/// Software 11(4), 2004), which has nothing in common with the approximation it is to check.
pub fn normal_distribution(x: f64) -> f64 {
    let density = (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
    let (mut term, mut sum) = (x, 0.0);
    for odd in (3..400).step_by(2) {
        sum += term;
        term *= x * x / f64::from(odd);
    }
    0.5 + density * sum
}

/// Leaves a matrix its first rows.
pub fn cut(tensor: &mut Tensor, rows: usize) {
    tensor.shape[0] = rows;
    tensor.values.truncate(tensor.shape.iter().product());
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
