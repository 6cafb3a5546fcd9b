//! The encoder and its classification head, one for all three families and named like BERT's. Hidden states are [rows × length, hidden]: all but attention works token by token.

use std::cell::Cell;

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;

use super::family::HeadActivation;
use super::{Batch, BertConfig, kernels};

/// Whether dropout is on. It needs a seed, and each use of it another one.
pub enum Mode {
    Serving,
    Training { seed: u64, uses: Cell<u64> },
}

impl Mode {
    /// `seed` must differ from step to step.
    pub fn training(seed: u64) -> Mode {
        Mode::Training {
            seed,
            uses: Cell::new(0),
        }
    }

    fn dropout(&self, xs: Tensor, probability: f32) -> Result<Tensor> {
        match self {
            Mode::Training { seed, uses } if probability > 0.0 => {
                uses.set(uses.get() + 1);
                kernels::dropout(&xs, probability, seed.rotate_left(32) ^ uses.get())
            }
            _ => Ok(xs),
        }
    }
}

pub struct BertForSequenceClassification {
    embeddings: Embeddings,
    layers: Vec<Layer>,
    pooler: Linear,
    classifier: Linear,
    classifier_dropout: f32,
    head_activation: HeadActivation,
    drops_head_input: bool,
}

impl BertForSequenceClassification {
    /// Errors name the tensor that is missing or of another shape.
    pub fn load(config: &BertConfig, labels: usize, vb: &VarBuilder) -> Result<Self> {
        let (hidden, bert) = (config.hidden_size, vb.pp("bert"));
        let encoder = bert.pp("encoder").pp("layer");
        Ok(BertForSequenceClassification {
            embeddings: Embeddings::load(config, &bert.pp("embeddings"))?,
            layers: (0..config.num_hidden_layers)
                .map(|layer| Layer::load(config, &encoder.pp(layer)))
                .collect::<Result<_>>()?,
            pooler: Linear::load(hidden, hidden, &bert.pp("pooler").pp("dense"))?,
            classifier: Linear::load(hidden, labels, &vb.pp("classifier"))?,
            classifier_dropout: config
                .classifier_dropout
                .unwrap_or(config.hidden_dropout_prob),
            head_activation: config.model_type.head_activation(),
            drops_head_input: config.model_type.drops_head_input(),
        })
    }

    /// Logits [rows, labels].
    pub fn forward(&self, batch: &Batch, mode: &Mode) -> Result<Tensor> {
        let mut hidden_states = self.embeddings.forward(batch, mode)?;
        for layer in &self.layers {
            hidden_states = layer.forward(&hidden_states, batch, mode)?;
        }
        let (rows, length) = (batch.rows(), batch.length());
        let mut first_token = hidden_states
            .reshape((rows, length, ()))?
            .narrow(1, 0, 1)?
            .squeeze(1)?
            .contiguous()?;
        if self.drops_head_input {
            first_token = mode.dropout(first_token, self.classifier_dropout)?;
        }
        let pooled = self.pooler.forward(&first_token)?;
        let pooled = match self.head_activation {
            HeadActivation::Tanh => pooled.tanh()?,
            HeadActivation::Relu => pooled.relu()?,
        };
        self.classifier
            .forward(&mode.dropout(pooled, self.classifier_dropout)?)
    }
}

struct Embeddings {
    word_embeddings: Tensor,
    position_embeddings: Tensor,
    token_type_embeddings: Tensor,
    layer_norm: LayerNorm,
    dropout: f32,
}

impl Embeddings {
    fn load(config: &BertConfig, vb: &VarBuilder) -> Result<Self> {
        let table =
            |rows: usize, name: &str| vb.get((rows, config.hidden_size), &format!("{name}.weight"));
        Ok(Embeddings {
            word_embeddings: table(config.vocab_size, "word_embeddings")?,
            position_embeddings: table(config.max_position_embeddings, "position_embeddings")?
                .narrow(0, config.first_position(), config.max_tokens())?,
            token_type_embeddings: if config.model_type.has_token_types() {
                table(config.type_vocab_size, "token_type_embeddings")?
            } else {
                Tensor::zeros((1, config.hidden_size), vb.dtype(), vb.device())?
            },
            layer_norm: LayerNorm::load(config, &vb.pp("LayerNorm"))?,
            dropout: config.hidden_dropout_prob,
        })
    }

    fn forward(&self, batch: &Batch, mode: &Mode) -> Result<Tensor> {
        let embedded = kernels::embeddings(
            &self.word_embeddings,
            &self.position_embeddings,
            &self.token_type_embeddings,
            batch.input_ids(),
            batch.length(),
        )?;
        mode.dropout(self.layer_norm.forward(&embedded)?, self.dropout)
    }
}

struct Layer {
    attention: Attention,
    intermediate: Linear,
    output: Output,
}

impl Layer {
    fn load(config: &BertConfig, vb: &VarBuilder) -> Result<Self> {
        let (hidden, intermediate) = (config.hidden_size, config.intermediate_size);
        Ok(Layer {
            attention: Attention::load(config, &vb.pp("attention"))?,
            intermediate: Linear::load(hidden, intermediate, &vb.pp("intermediate").pp("dense"))?,
            output: Output::load(config, intermediate, &vb.pp("output"))?,
        })
    }

    fn forward(&self, hidden_states: &Tensor, batch: &Batch, mode: &Mode) -> Result<Tensor> {
        let attended = self.attention.forward(hidden_states, batch, mode)?;
        let intermediate = kernels::bias_gelu(
            &self.intermediate.product(&attended)?,
            &self.intermediate.bias,
        )?;
        self.output.forward(&intermediate, &attended, mode)
    }
}

struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Output,
    heads: usize,
    head_size: usize,
    dropout: f32,
}

impl Attention {
    fn load(config: &BertConfig, vb: &VarBuilder) -> Result<Self> {
        let (hidden, own) = (config.hidden_size, vb.pp("self"));
        Ok(Attention {
            query: Linear::load(hidden, hidden, &own.pp("query"))?,
            key: Linear::load(hidden, hidden, &own.pp("key"))?,
            value: Linear::load(hidden, hidden, &own.pp("value"))?,
            output: Output::load(config, hidden, &vb.pp("output"))?,
            heads: config.num_attention_heads,
            head_size: config.head_size(),
            dropout: config.attention_probs_dropout_prob,
        })
    }

    fn forward(&self, hidden_states: &Tensor, batch: &Batch, mode: &Mode) -> Result<Tensor> {
        let (rows, length) = (batch.rows(), batch.length());
        let by_head = |linear: &Linear| {
            let projected = linear.forward(hidden_states)?;
            projected
                .reshape((rows, length, self.heads, self.head_size))?
                .transpose(1, 2)?
                .contiguous()
        };
        let (query, key, value) = (
            by_head(&self.query)?,
            by_head(&self.key)?,
            by_head(&self.value)?,
        );
        let scores = query.matmul(&key.transpose(2, 3)?)?;
        let scale = 1.0 / (self.head_size as f32).sqrt();
        let probabilities = kernels::masked_softmax(&scores, scale, batch.lengths())?;
        let context = mode.dropout(probabilities, self.dropout)?.matmul(&value)?;
        let context = context
            .transpose(1, 2)?
            .contiguous()?
            .reshape((rows * length, self.heads * self.head_size))?;
        self.output.forward(&context, hidden_states, mode)
    }
}

/// Projection, dropout, residual, normalisation: how both halves of a layer end.
struct Output {
    dense: Linear,
    layer_norm: LayerNorm,
    dropout: f32,
}

impl Output {
    fn load(config: &BertConfig, input: usize, vb: &VarBuilder) -> Result<Self> {
        Ok(Output {
            dense: Linear::load(input, config.hidden_size, &vb.pp("dense"))?,
            layer_norm: LayerNorm::load(config, &vb.pp("LayerNorm"))?,
            dropout: config.hidden_dropout_prob,
        })
    }

    fn forward(&self, xs: &Tensor, residual: &Tensor, mode: &Mode) -> Result<Tensor> {
        let projected = mode.dropout(self.dense.forward(xs)?, self.dropout)?;
        self.layer_norm.forward(&(projected + residual)?)
    }
}

struct Linear {
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    fn load(input: usize, output: usize, vb: &VarBuilder) -> Result<Self> {
        Ok(Linear {
            weight: vb.get((output, input), "weight")?,
            bias: vb.get(output, "bias")?,
        })
    }

    fn forward(&self, xs: &Tensor) -> Result<Tensor> {
        kernels::bias_add(&self.product(xs)?, &self.bias)
    }

    /// Without the bias, for callers that fuse it with what follows.
    fn product(&self, xs: &Tensor) -> Result<Tensor> {
        xs.matmul(&self.weight.t()?)
    }
}

struct LayerNorm {
    weight: Tensor,
    bias: Tensor,
    eps: f64,
}

impl LayerNorm {
    fn load(config: &BertConfig, vb: &VarBuilder) -> Result<Self> {
        let (weight, bias) = (
            vb.get(config.hidden_size, "weight")?,
            vb.get(config.hidden_size, "bias")?,
        );
        Ok(LayerNorm {
            weight,
            bias,
            eps: config.layer_norm_eps,
        })
    }

    fn forward(&self, xs: &Tensor) -> Result<Tensor> {
        kernels::layer_norm(xs, &self.weight, &self.bias, self.eps)
    }
}
