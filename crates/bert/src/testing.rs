//! An untrained model of a few thousand weights, and what its tests ask of any model.

use std::collections::BTreeMap;

use crate::network::{Network, Tape, Texts};
use crate::tensor::Tensor;
use crate::{BertConfig, Family, ModelFolder, TextEncoder, init, tokenizer};

const MAX_LENGTH: usize = 16;

/// A word of each class among words that say nothing.
pub fn texts(count: usize) -> Vec<String> {
    let telling = ["awful", "plain", "lovely"];
    let filler = [
        "dress", "skirt", "in", "store", "bought", "it", "fabric", "size",
    ];
    let text = |n: usize| {
        let [a, b, c] = [n % 8, n / 3 % 8, n / 7 % 8].map(|place| filler[place]);
        format!("{a} {b} {} {c} {n}", telling[n % 3])
    };
    (0..count).map(text).collect()
}

/// It knows the words of [`texts`].
pub fn folder() -> ModelFolder {
    let texts = texts(60);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let tokenizer = tokenizer::train(&texts, 150).unwrap();
    let encoder = TextEncoder::new(tokenizer, 0, MAX_LENGTH).unwrap();
    let mut config = BertConfig {
        model_type: Family::Bert,
        vocab_size: encoder.vocab_size(),
        hidden_size: 16,
        num_hidden_layers: 2,
        num_attention_heads: 2,
        intermediate_size: 32,
        hidden_act: "gelu".to_owned(),
        hidden_dropout_prob: 0.1,
        attention_probs_dropout_prob: 0.1,
        classifier_dropout: None,
        max_position_embeddings: MAX_LENGTH,
        type_vocab_size: 2,
        initializer_range: 0.2,
        layer_norm_eps: 1e-12,
        pad_token_id: 0,
        id2label: BTreeMap::new(),
        label2id: BTreeMap::new(),
        others: BTreeMap::new(),
    };
    config.set_labels(&["-1", "0", "1"].map(str::to_owned));
    ModelFolder {
        weights: init::fresh(&config, 3, 42),
        config,
        encoder,
        card: None,
    }
}

/// Logits of each text by the pass that training uses, without dropout.
pub fn logits(folder: &ModelFolder, encoded: &[&[u32]]) -> Vec<Vec<f32>> {
    let network = Network::new(&folder.config, &folder.weights).unwrap();
    let mut tape = Tape::default();
    let logits = network.forward(&Texts::new(encoded), None, &mut tape);
    let rows = logits.chunks(network.encoder.settings.labels);
    rows.map(<[f32]>::to_vec).collect()
}

/// Leaves a matrix its first rows.
pub fn cut(tensor: &mut Tensor, rows: usize) {
    tensor.shape[0] = rows;
    tensor.values.truncate(tensor.shape.iter().product());
}
