//! What `classifier prepare` is asked for.

use clap::{Args, ValueEnum};

/// Arguments of `classifier prepare`.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// What the rows are written as.
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    pub format: Format,
    /// Columns that are added to them: token ids by the tokenizer in the input `pretrained`,
    /// embeddings by its model.
    #[arg(long, value_enum, default_value_t = Features::None)]
    pub features: Features,
    /// Token ids per row: longer texts lose their end, shorter ones are padded.
    #[arg(long, default_value_t = 128)]
    pub max_seq_length: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            format: Format::Jsonl,
            features: Features::None,
            max_seq_length: 128,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Jsonl,
    Parquet,
    Tfrecord,
}

impl Format {
    pub fn extension(self) -> &'static str {
        match self {
            Format::Jsonl => "jsonl",
            Format::Parquet => "parquet",
            Format::Tfrecord => "tfrecord",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Features {
    None,
    /// `label_id`, `input_ids` and `attention_mask`.
    InputIds,
    /// These and `embedding`: the mean of the pretrained model's last hidden states.
    Embeddings,
}
