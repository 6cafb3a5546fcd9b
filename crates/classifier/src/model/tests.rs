use candle_core::Tensor;

use super::{Batch, BertConfig, BertForSequenceClassification, Mode, ModelFolder, folder, init};
use crate::model::predict::Classifier;
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

fn logits(model: &BertForSequenceClassification, batch: &Batch) -> Vec<f32> {
    model
        .forward(batch, &Mode::Serving)
        .unwrap()
        .flatten_all()
        .unwrap()
        .to_vec1()
        .unwrap()
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
    let folder = testing::folder();
    let encoded = encoded(&folder);
    let batch = Batch::new(&all(&encoded), folder.encoder.pad_token_id());
    let logits = folder
        .build()
        .unwrap()
        .forward(&batch, &Mode::Serving)
        .unwrap();
    assert_eq!(logits.dims(), [4, 3]);
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
fn padding_changes_no_logit() {
    let folder = testing::folder();
    let (model, encoded) = (folder.build().unwrap(), encoded(&folder));
    let pad = folder.encoder.pad_token_id();
    let plain = logits(&model, &Batch::new(&all(&encoded), pad));
    close(
        &logits(&model, &Batch::padded_to(16, &all(&encoded), pad)),
        &plain,
    );
    close(
        &logits(&model, &Batch::padded_to(16, &all(&encoded), 9)),
        &plain,
    );
}

#[test]
fn dropout_acts_in_training_alone_and_by_its_seed() {
    let folder = testing::folder();
    let (model, encoded) = (folder.build().unwrap(), encoded(&folder));
    let batch = Batch::new(&all(&encoded), folder.encoder.pad_token_id());
    let train = |seed| {
        let logits = model.forward(&batch, &Mode::training(seed)).unwrap();
        logits.flatten_all().unwrap().to_vec1::<f32>().unwrap()
    };
    assert_eq!(train(1), train(1));
    assert_ne!(train(1), train(2));
    assert_eq!(logits(&model, &batch), logits(&model, &batch));
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
    let batch = Batch::new(&all(&encoded(&read)), read.encoder.pad_token_id());
    assert_eq!(
        logits(&read.build().unwrap(), &batch),
        logits(&original.build().unwrap(), &batch)
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
    let weights: std::collections::HashMap<String, Tensor> = original
        .weights
        .iter()
        .map(|(name, tensor)| (old(name), tensor.clone()))
        .collect();
    candle_core::safetensors::save(&weights, path.path().join("model.safetensors")).unwrap();
    let read = ModelFolder::read(path.path(), None).unwrap();
    assert_eq!(
        read.weights.keys().collect::<Vec<_>>(),
        original.weights.keys().collect::<Vec<_>>()
    );
}

#[test]
fn a_missing_or_misshapen_tensor_is_named() {
    let mut folder = testing::folder();
    let name = "bert.encoder.layer.1.attention.self.query.weight";
    let tensor = folder.weights.remove(name).unwrap();
    let error = |folder: &ModelFolder| format!("{:#}", folder.build().err().unwrap());
    assert!(error(&folder).contains(name), "{}", error(&folder));
    folder
        .weights
        .insert(name.to_owned(), tensor.narrow(0, 0, 3).unwrap());
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
fn gradients_of_the_whole_model_agree_with_finite_differences() {
    let mut model_folder = testing::folder();
    let names = [
        "bert.encoder.layer.0.attention.self.query.weight",
        "bert.encoder.layer.1.attention.output.LayerNorm.weight",
        "bert.encoder.layer.1.intermediate.dense.bias",
        "bert.embeddings.position_embeddings.weight",
        "classifier.weight",
    ];
    for name in names {
        let var = candle_core::Var::from_tensor(&model_folder.weights[name]).unwrap();
        model_folder
            .weights
            .insert(name.to_owned(), var.as_tensor().clone());
    }
    let model = folder::build(&model_folder.config, &model_folder.weights).unwrap();
    let encoded = encoded(&model_folder);
    let batch = Batch::new(&all(&encoded), model_folder.encoder.pad_token_id());
    // With dropout: its mask is a function of the seed, so the loss is one of the weights alone.
    let loss = || {
        model
            .forward(&batch, &Mode::training(5))
            .unwrap()
            .sqr()
            .unwrap()
            .sum_all()
            .unwrap()
    };
    let gradients = loss().backward().unwrap();
    for name in names {
        let var = candle_core::Var::from_tensor(&model_folder.weights[name]).unwrap();
        let gradient = gradients
            .get(&var)
            .unwrap()
            .flatten_all()
            .unwrap()
            .to_vec1::<f32>()
            .unwrap();
        let original = var.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        for element in [0, original.len() / 2, original.len() - 1] {
            let at = |shift: f32| {
                let mut values = original.clone();
                values[element] += shift;
                var.set(&Tensor::from_vec(values, var.shape(), var.device()).unwrap())
                    .unwrap();
                f64::from(loss().to_scalar::<f32>().unwrap())
            };
            let expected = (at(5e-3) - at(-5e-3)) / 1e-2;
            at(0.0);
            let found = f64::from(gradient[element]);
            let tolerance = 5e-3 + 2e-2 * expected.abs();
            assert!(
                (found - expected).abs() < tolerance,
                "{name}[{element}]: {found} against {expected}"
            );
        }
    }
}

#[test]
fn fresh_weights_depend_on_the_seed_alone() {
    let config = testing::folder().config;
    let values = |seed| {
        let weights = init::fresh(&config, 3, seed).unwrap();
        weights["classifier.weight"]
            .flatten_all()
            .unwrap()
            .to_vec1::<f32>()
            .unwrap()
    };
    assert_eq!(values(1), values(1));
    assert_ne!(values(1), values(2));
}

#[test]
fn plain_text_gets_the_ids_of_the_general_tokenizer() {
    let words: Vec<String> = testing::rows(200).into_iter().map(|row| row.text).collect();
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
    texts.extend(words.iter().map(String::as_str));
    for (text, ids) in texts.iter().zip(encoder.encode(&texts).unwrap()) {
        assert_eq!(
            ids,
            general.encode_fast(*text, true).unwrap().get_ids(),
            "{text:?}"
        );
    }
}
