//! Whatever the family. Checkpoints are those that `bert` is tested with.

use std::path::{Path, PathBuf};

use bert::network::{Network, Tape, Texts};
use bert::{Family, ModelFolder, tensor};

use super::initial_folder;
use crate::bert::Hyperparameters;
use crate::testing::{rows, tiny};

fn recorded(family: Family) -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
    crates
        .join("../bert/tests/data/models")
        .join(family.model_type())
}

#[test]
fn a_bare_encoder_gets_a_fresh_head_and_keeps_the_rest() {
    for family in Family::ALL {
        let folder = ModelFolder::read(&recorded(family), None).unwrap();
        let path = tempfile::tempdir().unwrap();
        folder.write(path.path()).unwrap();
        let prefix = format!("{}.", family.model_type());
        let named = folder.weights.iter();
        let bare = named
            .map(|(name, tensor)| (family.their_tensor(name), tensor))
            .filter_map(|(name, tensor)| Some((name.strip_prefix(&prefix)?.to_owned(), tensor)))
            .filter(|(name, _)| !name.starts_with("pooler."));
        tensor::write(&path.path().join("model.safetensors"), bare).unwrap();
        let labels = ["bad", "good"].map(str::to_owned);
        let hyperparameters = Hyperparameters::parse(&tiny(&[])).unwrap();
        let started = initial_folder(path.path(), &[], &labels, &hyperparameters).unwrap();
        assert_eq!(started.config.labels().unwrap(), labels);
        Network::new(&started.config, &started.weights).unwrap();
        for (name, tensor) in &started.weights {
            let head = name.starts_with("classifier.") || name.starts_with("bert.pooler.");
            assert_ne!(folder.weights.get(name) == Some(tensor), head, "{name}");
        }
    }
}

#[test]
fn a_model_of_every_family_can_begin_from_scratch() {
    for family in Family::ALL {
        let changes = [("model_type", family.model_type())];
        let hyperparameters = Hyperparameters::parse(&tiny(&changes)).unwrap();
        let labels = ["-1", "0", "1"].map(str::to_owned);
        let nowhere = Path::new("no pretrained channel");
        let fresh = initial_folder(nowhere, &rows(60), &labels, &hyperparameters).unwrap();
        assert_eq!(fresh.config.max_tokens(), hyperparameters.max_seq_length);
        let path = tempfile::tempdir().unwrap();
        fresh.write(path.path()).unwrap();
        let read = ModelFolder::read(path.path(), None).unwrap();
        assert_eq!(read.config.model_type, family);
        let encoded = read.encoder.encode(&["a lovely dress"]).unwrap();
        let logits = |folder: &ModelFolder| {
            let network = Network::new(&folder.config, &folder.weights).unwrap();
            let (texts, mut tape) = (Texts::new(&[&encoded[0]]), Tape::default());
            network.forward(&texts, None, &mut tape).to_vec()
        };
        assert_eq!(logits(&read), logits(&fresh));
    }
}
