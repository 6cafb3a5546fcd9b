//! Fresh weights, as BERT draws them: normal with `initializer_range` as standard deviation,
//! biases zero, layer norms the identity.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::BertConfig;
use super::tensor::{Tensor, Weights};

/// The head's linear layers.
pub const HEAD: [&str; 2] = ["bert.pooler.dense.", "classifier."];

/// Every tensor of a new model. The same seed gives the same weights on every machine.
pub fn fresh(config: &BertConfig, labels: usize, seed: u64) -> Weights {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let fresh = |(name, shape): (String, Vec<usize>)| {
        let tensor = draw(&name, shape, config.initializer_range, &mut rng);
        (name, tensor)
    };
    shapes(config, labels).into_iter().map(fresh).collect()
}

/// Adds a fresh head to a pretrained encoder that has none (a bare `BertModel`, or masked language
/// modelling), and returns the names of the linear layers that it drew. A linear layer of which one
/// tensor is there is not drawn: `check` refuses it.
pub fn add_head(
    weights: &mut Weights,
    config: &BertConfig,
    labels: usize,
    seed: u64,
) -> Vec<&'static str> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let absent = |map: &&str| !weights.keys().any(|name| name.starts_with(*map));
    let fresh: Vec<&str> = HEAD.into_iter().filter(absent).collect();
    for (name, shape) in shapes(config, labels) {
        if fresh.iter().any(|map| name.starts_with(map)) {
            let tensor = draw(&name, shape, config.initializer_range, &mut rng);
            weights.insert(name, tensor);
        }
    }
    fresh
}

/// Refuses tensors of which one is missing or of another shape, by the checkpoint's name.
pub fn check<'a>(
    config: &BertConfig,
    shape_of: impl Fn(&str) -> Option<&'a [usize]>,
) -> anyhow::Result<()> {
    for (name, shape) in shapes(config, config.id2label.len()) {
        let theirs = config.model_type.their_tensor(&name);
        let Some(found) = shape_of(&name) else {
            anyhow::bail!("model.safetensors: the tensor {theirs} is missing");
        };
        anyhow::ensure!(
            found == shape,
            "model.safetensors: the tensor {theirs} is {found:?}, expected {shape:?}"
        );
    }
    Ok(())
}

/// Names and shapes of all tensors of a model with this configuration.
pub fn shapes(config: &BertConfig, labels: usize) -> Vec<(String, Vec<usize>)> {
    let (hidden, intermediate) = (config.hidden_size, config.intermediate_size);
    let mut shapes = Vec::new();
    let mut add = |name: String, shape: &[usize]| shapes.push((name, shape.to_vec()));
    let mut embeddings = vec![
        ("word", config.vocab_size),
        ("position", config.max_position_embeddings),
    ];
    if config.model_type.has_token_types() {
        embeddings.push(("token_type", config.type_vocab_size));
    }
    for (kind, rows) in embeddings {
        add(
            format!("bert.embeddings.{kind}_embeddings.weight"),
            &[rows, hidden],
        );
    }
    let mut norms = vec!["bert.embeddings".to_owned()];
    let mut linears = Vec::new();
    for layer in 0..config.num_hidden_layers {
        let layer = format!("bert.encoder.layer.{layer}");
        for part in ["self.query", "self.key", "self.value", "output.dense"] {
            linears.push((format!("{layer}.attention.{part}"), hidden, hidden));
        }
        linears.push((format!("{layer}.intermediate.dense"), hidden, intermediate));
        linears.push((format!("{layer}.output.dense"), intermediate, hidden));
        norms.push(format!("{layer}.attention.output"));
        norms.push(format!("{layer}.output"));
    }
    linears.push(("bert.pooler.dense".to_owned(), hidden, hidden));
    linears.push(("classifier".to_owned(), hidden, labels));
    for (name, input, output) in linears {
        add(format!("{name}.weight"), &[output, input]);
        add(format!("{name}.bias"), &[output]);
    }
    for name in norms {
        add(format!("{name}.LayerNorm.weight"), &[hidden]);
        add(format!("{name}.LayerNorm.bias"), &[hidden]);
    }
    shapes
}

fn draw(name: &str, shape: Vec<usize>, deviation: f64, rng: &mut ChaCha8Rng) -> Tensor {
    let count = shape.iter().product();
    let values = if name.ends_with(".bias") {
        vec![0f32; count]
    } else if name.ends_with("LayerNorm.weight") {
        vec![1f32; count]
    } else {
        (0..count).map(|_| normal(rng, deviation)).collect()
    };
    Tensor { shape, values }
}

/// Box and Muller's transform, half of it: one draw at a time keeps the stream easy to follow.
#[allow(clippy::cast_possible_truncation, reason = "weights are f32")]
fn normal(rng: &mut ChaCha8Rng, deviation: f64) -> f32 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    let angle = std::f64::consts::TAU * rng.random::<f64>();
    (deviation * radius * angle.cos()) as f32
}
