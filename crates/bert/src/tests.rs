use safetensors::tensor::{Dtype, TensorView};

use super::network::{Network, Tape, Texts};
use super::{BertConfig, ModelFolder, init, tensor};
use crate::predict::Classifier;
use crate::testing;

const TEXTS: [&str; 4] = [
    "lovely",
    "an awful skirt in plain fabric, bought in store",
    "plain dress",
    "size",
];

fn encoded(folder: &ModelFolder) -> Vec<Vec<u32>> {
    folder.encoder.encode(&TEXTS).unwrap()
}

fn logits(folder: &ModelFolder) -> Vec<Vec<f32>> {
    testing::logits(folder, &all(&encoded(folder)))
}

fn all(encoded: &[Vec<u32>]) -> Vec<&[u32]> {
    encoded.iter().map(Vec::as_slice).collect()
}

#[track_caller]
fn close(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() < 1e-5,
            "{found}, expected {expected}"
        );
    }
}

#[test]
fn logits_have_one_row_per_text_and_one_column_per_label() {
    let logits = logits(&testing::folder());
    assert_eq!(logits.iter().map(Vec::len).collect::<Vec<_>>(), [3; 4]);
}

#[test]
fn batched_equals_single() {
    let classifier = Classifier::new(&testing::folder()).unwrap();
    let together = classifier.probabilities(&TEXTS).unwrap();
    for (text, together) in TEXTS.iter().zip(together) {
        close(&classifier.probabilities(&[text]).unwrap()[0], &together);
    }
}

#[test]
fn a_tokenizer_that_pads_by_itself_is_kept_from_it() {
    let original = testing::folder();
    let path = tempfile::tempdir().unwrap();
    original.write(path.path()).unwrap();
    let file = path.path().join("tokenizer.json");
    let mut json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    json["padding"] = serde_json::json!({
        "strategy": {"Fixed": 128}, "direction": "Right", "pad_to_multiple_of": null,
        "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]",
    });
    std::fs::write(&file, json.to_string()).unwrap();
    let read = ModelFolder::read(path.path(), None).unwrap();
    assert_eq!(encoded(&read), encoded(&original));
}

#[test]
fn dropout_acts_in_training_alone_and_by_its_seed() {
    let folder = testing::folder();
    let network = Network::new(&folder.config, &folder.weights).unwrap();
    let (texts, mut tape) = (Texts::new(&all(&encoded(&folder))), Tape::default());
    let mut logits = |seed| network.forward(&texts, seed, &mut tape).to_vec();
    assert_eq!(logits(Some(1)), logits(Some(1)));
    assert_ne!(logits(Some(1)), logits(Some(2)));
    assert_ne!(logits(Some(1)), logits(None));
    assert_eq!(logits(None), logits(None));
}

#[test]
fn what_is_written_and_read_again_gives_the_same_logits() {
    let original = testing::folder();
    let path = tempfile::tempdir().unwrap();
    original.write(path.path()).unwrap();
    let mut names: Vec<String> = path
        .path()
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json"
        ]
    );
    let read = ModelFolder::read(path.path(), None).unwrap();
    assert_eq!(read.config, original.config);
    assert_eq!(encoded(&read), encoded(&original));
    assert_eq!(logits(&read), logits(&original));
}

#[test]
fn weights_in_double_precision_answer_alike() {
    let original = testing::folder();
    let path = tempfile::tempdir().unwrap();
    original.write(path.path()).unwrap();
    let doubles = original.weights.iter().map(|(name, tensor)| {
        let values = tensor.values.iter().map(|x| f64::from(*x));
        let bytes: Vec<u8> = values.flat_map(f64::to_le_bytes).collect();
        (name, tensor.shape.clone(), bytes)
    });
    let doubles: Vec<_> = doubles.collect();
    let views = doubles.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F64, shape.clone(), bytes);
        (name.as_str(), view.unwrap())
    });
    let file = path.path().join("model.safetensors");
    safetensors::serialize_to_file(views, None, &file).unwrap();
    assert!(ModelFolder::read(path.path(), None).unwrap().weights == original.weights);
    let answers = |classifier: Classifier| classifier.probabilities(&TEXTS).unwrap();
    assert_eq!(
        answers(Classifier::load(path.path()).unwrap()),
        answers(Classifier::new(&original).unwrap())
    );
}

#[test]
fn a_bare_encoder_with_old_names_is_read_too() {
    let original = testing::folder();
    let path = tempfile::tempdir().unwrap();
    original.write(path.path()).unwrap();
    let old = |name: &str| {
        name.trim_start_matches("bert.")
            .replace("LayerNorm.weight", "LayerNorm.gamma")
    };
    let weights = original.weights.iter();
    let weights = weights.map(|(name, tensor)| (old(name), tensor));
    tensor::write(&path.path().join("model.safetensors"), weights).unwrap();
    let read = ModelFolder::read(path.path(), None).unwrap();
    assert!(read.weights == original.weights);
}

#[test]
fn a_missing_or_misshapen_tensor_is_named() {
    let mut folder = testing::folder();
    let name = "bert.encoder.layer.1.attention.self.query.weight";
    let mut tensor = folder.weights.remove(name).unwrap();
    let error = |folder: &ModelFolder| {
        let network = Network::new(&folder.config, &folder.weights);
        format!("{:#}", network.err().unwrap())
    };
    assert!(error(&folder).contains(name), "{}", error(&folder));
    testing::cut(&mut tensor, 3);
    folder.weights.insert(name.to_owned(), tensor);
    assert!(
        error(&folder).contains(name) && error(&folder).contains("[3, 16]"),
        "{}",
        error(&folder)
    );
}

#[test]
fn a_model_without_label_map_cannot_serve() {
    let mut folder = testing::folder();
    folder.config.set_labels(&[]);
    assert!(format!("{:#}", Classifier::new(&folder).err().unwrap()).contains("id2label"));
}

#[test]
fn what_would_be_computed_wrongly_is_refused_by_name() {
    let config = testing::folder().config.to_json();
    for (field, value) in [
        ("model_type", "deberta"),
        ("hidden_act", "relu"),
        ("position_embedding_type", "relative_key"),
        ("problem_type", "regression"),
    ] {
        let mut config = config.clone();
        config[field] = value.into();
        let error = format!(
            "{:#}",
            BertConfig::parse(&serde_json::to_vec(&config).unwrap()).unwrap_err()
        );
        assert!(error.contains(field) && error.contains(value), "{error}");
    }
}

#[test]
fn fresh_weights_depend_on_the_seed_alone() {
    let config = testing::folder().config;
    let weights = |seed| init::fresh(&config, 3, seed);
    assert!(weights(1) == weights(1));
    let name = "classifier.weight";
    assert_ne!(weights(1)[name], weights(2)[name]);
}

#[test]
fn plain_text_gets_the_ids_of_the_general_tokenizer() {
    let words = testing::texts(200);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let tokenizer = super::tokenizer::train(&words, 150).unwrap();
    let encoder = super::TextEncoder::new(tokenizer.clone(), 0, 16).unwrap();
    let mut general = tokenizer;
    general
        .with_truncation(Some(tokenizers::TruncationParams {
            max_length: 16,
            ..Default::default()
        }))
        .unwrap();
    let endless = "z".repeat(101);
    let long = "dress ".repeat(40);
    let mut texts = vec![
        "",
        " ",
        "Lovely DRESS, it's 50% off!!",
        "a\tb\r\nc",
        "[CLS] in it",
    ];
    texts.extend([
        "caf\u{e9} dress",
        "a\u{0}b\u{b}c",
        "awfully lovely\u{a0}skirt",
        "@#~`^",
        "##s",
    ]);
    texts.extend([
        endless.as_str(),
        long.as_str(),
        "lovelylovelylovely plain-ish",
    ]);
    texts.extend(words);
    for (text, ids) in texts.iter().zip(encoder.encode(&texts).unwrap()) {
        assert_eq!(
            ids,
            general.encode_fast(*text, true).unwrap().get_ids(),
            "{text:?}"
        );
    }
}

#[test]
fn more_layers_than_there_are_tensors_are_refused_before_they_take_memory() {
    let path = tempfile::tempdir().unwrap();
    testing::folder().write(path.path()).unwrap();
    let file = path.path().join("config.json");
    let mut config: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    config["num_hidden_layers"] = 1_000_000_000.into();
    std::fs::write(&file, config.to_string()).unwrap();
    let errors = [
        ModelFolder::read(path.path(), None).err().unwrap(),
        Classifier::load(path.path()).err().unwrap(),
    ];
    for error in errors {
        let error = format!("{error:#}");
        assert!(error.contains("num_hidden_layers is 1000000000"), "{error}");
    }
}
