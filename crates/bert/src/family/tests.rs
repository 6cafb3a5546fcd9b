//! Against logits of transformers over small random checkpoints: `peers/record` makes them again.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::{Family, recorded};
use crate::network::Network;
use crate::testing;
use crate::weights::Tensors;
use crate::{Inference, ModelFolder, init, tensor};

#[derive(Deserialize)]
struct Expected {
    text: String,
    input_ids: Vec<u32>,
    logits: Vec<f32>,
}

fn expected(family: Family) -> Vec<Expected> {
    serde_json::from_slice(&fs::read(recorded(family).join("expected.json")).unwrap()).unwrap()
}

#[test]
fn tokens_and_logits_are_those_of_transformers() {
    for family in Family::ALL {
        let folder = ModelFolder::read(&recorded(family), None).unwrap();
        let expected = expected(family);
        let texts: Vec<&str> = expected.iter().map(|row| row.text.as_str()).collect();
        let encoded = folder.encoder.encode(&texts).unwrap();
        for (ids, row) in encoded.iter().zip(&expected) {
            assert_eq!(*ids, row.input_ids, "{family:?}: {}", row.text);
        }
        let ids: Vec<&[u32]> = encoded.iter().map(Vec::as_slice).collect();
        let inference = Inference::new(&folder.config, &Tensors::of(&folder.weights)).unwrap();
        for found in [testing::logits(&folder, &ids), inference.logits(&ids)] {
            for (found, row) in found.iter().zip(&expected) {
                assert_eq!(found.len(), row.logits.len());
                for (found, expected) in found.iter().zip(&row.logits) {
                    assert!(
                        (found - expected).abs() < 1e-5,
                        "{family:?}: {}: {found}, expected {expected}",
                        row.text
                    );
                }
            }
        }
    }
}

#[test]
fn every_tensor_has_one_name_in_each_family() {
    for family in Family::ALL {
        let folder = ModelFolder::read(&recorded(family), None).unwrap();
        for (name, _) in init::shapes(&folder.config, 3) {
            let theirs = family.their_tensor(&name);
            assert_eq!(
                family.tensor(&theirs).as_deref(),
                Some(name.as_str()),
                "{theirs}"
            );
        }
    }
}

#[test]
fn what_is_written_has_the_names_and_fields_that_were_read() {
    for family in Family::ALL {
        let folder = ModelFolder::read(&recorded(family), None).unwrap();
        let path = tempfile::tempdir().unwrap();
        folder.write(path.path()).unwrap();
        let tensors = |folder: &Path| tensor::read(&folder.join("model.safetensors")).unwrap();
        assert!(
            tensors(path.path()) == tensors(&recorded(family)),
            "{family:?}"
        );
        let config = |folder: &Path| -> serde_json::Map<String, serde_json::Value> {
            serde_json::from_slice(&fs::read(folder.join("config.json")).unwrap()).unwrap()
        };
        let written = config(path.path());
        for (field, value) in config(&recorded(family)) {
            if !value.is_null() && field != "transformers_version" {
                assert_eq!(
                    loose(&written[&field]),
                    loose(&value),
                    "{family:?}: {field}"
                );
            }
        }
        let again = ModelFolder::read(path.path(), None).unwrap();
        assert_eq!(again.config, folder.config);
        let texts = ["the seams fit", "<s> [CLS]"];
        assert_eq!(
            again.encoder.encode(&texts).unwrap(),
            folder.encoder.encode(&texts).unwrap()
        );
    }
}

/// 0.1 as f32 is not 0.1 as f64.
fn loose(value: &serde_json::Value) -> serde_json::Value {
    match value.as_f64().filter(|_| value.is_f64()) {
        Some(number) => format!("{number:.6}").into(),
        None => value.clone(),
    }
}

#[test]
fn a_missing_tensor_is_called_by_the_checkpoints_name() {
    let mut folder = ModelFolder::read(&recorded(Family::DistilBert), None).unwrap();
    folder
        .weights
        .remove("bert.encoder.layer.1.attention.self.query.weight");
    let network = Network::new(&folder.config, &folder.weights);
    let error = format!("{:#}", network.err().unwrap());
    assert!(
        error.contains("distilbert.transformer.layer.1.attention.q_lin.weight"),
        "{error}"
    );
}

#[test]
fn broken_and_foreign_weights_are_refused_with_what_to_do() {
    let path = tempfile::tempdir().unwrap();
    for file in ["config.json", "vocab.txt"] {
        fs::copy(recorded(Family::Bert).join(file), path.path().join(file)).unwrap();
    }
    let error = || format!("{:#}", ModelFolder::read(path.path(), None).err().unwrap());
    assert!(
        error().contains("model.safetensors is missing"),
        "{}",
        error()
    );
    fs::write(path.path().join("pytorch_model.bin"), b"a pickle").unwrap();
    assert!(
        error().contains("pytorch_model.bin") && error().contains("save_pretrained"),
        "{}",
        error()
    );
    let whole = fs::read(recorded(Family::Bert).join("model.safetensors")).unwrap();
    for broken in [
        &whole[..4],
        &whole[..whole.len() - 1],
        b"not a tensor in sight",
    ] {
        fs::write(path.path().join("model.safetensors"), broken).unwrap();
        assert!(error().contains("model.safetensors"), "{}", error());
    }
}

#[test]
fn a_vocabulary_that_does_not_fit_is_refused() {
    let path = tempfile::tempdir().unwrap();
    for file in ["config.json", "model.safetensors"] {
        fs::copy(recorded(Family::Bert).join(file), path.path().join(file)).unwrap();
    }
    let error = || format!("{:#}", ModelFolder::read(path.path(), None).err().unwrap());
    assert!(error().contains("tokenizer.json"), "{}", error());
    let vocabulary = fs::read_to_string(recorded(Family::Bert).join("vocab.txt")).unwrap();
    fs::write(
        path.path().join("vocab.txt"),
        vocabulary.clone() + "one\ntoo\nmany\n",
    )
    .unwrap();
    assert!(
        error().contains("81 tokens, the model only 78"),
        "{}",
        error()
    );
    fs::write(
        path.path().join("vocab.txt"),
        vocabulary.replace("[CLS]\n", ""),
    )
    .unwrap();
    assert!(error().contains("[CLS]"), "{}", error());
}
