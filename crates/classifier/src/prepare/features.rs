//! What `prepare` adds to a row besides its text and label.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use bert::embed::Embedder;
use bert::{TextEncoder, tokenizer};
use contracts::dataset::PreparedRow;

use super::columns::{Cell, Columns};
use super::settings::{Features, Settings};

/// Makes columns of rows.
pub struct Featurizer {
    labels: Vec<String>,
    encoder: Option<TextEncoder>,
    embedder: Option<Embedder>,
}

impl Featurizer {
    /// `labels` in the order of their ids.
    pub fn new(settings: &Settings, pretrained: &Path, labels: &[String]) -> Result<Featurizer> {
        ensure!(
            settings.features == Features::None || pretrained.is_dir(),
            "features need a tokenizer, but there is no input `pretrained`"
        );
        let (encoder, embedder) = match settings.features {
            Features::None => (None, None),
            Features::InputIds => (Some(encoder(pretrained, settings.max_seq_length)?), None),
            Features::Embeddings => {
                let embedder = Embedder::load(pretrained, settings.max_seq_length)?;
                (Some(embedder.encoder().clone()), Some(embedder))
            }
        };
        Ok(Featurizer {
            labels: labels.to_vec(),
            encoder,
            embedder,
        })
    }

    /// The columns of each row, on all threads.
    pub fn columns(&self, rows: Vec<PreparedRow>) -> Result<Vec<Columns>> {
        let Some(encoder) = &self.encoder else {
            return Ok(rows.into_iter().map(text_columns).collect());
        };
        let texts: Vec<&str> = rows.iter().map(|row| row.review_body.as_str()).collect();
        let encoded = encoder.encode(&texts)?;
        let embedder = self.embedder.as_ref();
        let mut embeddings = embedder.map(|embedder| embedder.embeddings(&encoded).into_iter());
        let columns = rows.into_iter().zip(encoded).map(|(row, mut ids)| {
            let label = self.labels.iter().position(|label| *label == row.sentiment);
            let label = label.context("a label that the dataset does not know")?;
            let mut mask = vec![1; ids.len()];
            ids.resize(encoder.max_length(), encoder.pad_token_id());
            mask.resize(encoder.max_length(), 0);
            let mut columns = text_columns(row);
            columns.extend([
                ("label_id", Cell::Integers(vec![i64::try_from(label)?])),
                (
                    "input_ids",
                    Cell::Integers(ids.into_iter().map(i64::from).collect()),
                ),
                ("attention_mask", Cell::Integers(mask)),
            ]);
            if let Some(embedding) = embeddings.as_mut().and_then(Iterator::next) {
                columns.push(("embedding", Cell::Floats(embedding)));
            }
            Ok(columns)
        });
        columns.collect()
    }
}

fn encoder(pretrained: &Path, max_length: usize) -> Result<TextEncoder> {
    let tokenizer = tokenizer::load(pretrained).context("load the tokenizer")?;
    let pad = ["[PAD]", "<pad>"].map(|token| tokenizer.token_to_id(token));
    let pad = pad.into_iter().flatten().next();
    let pad = pad.context("the tokenizer has neither [PAD] nor <pad>")?;
    TextEncoder::new(tokenizer, pad, max_length)
}

fn text_columns(row: PreparedRow) -> Columns {
    let slice = serde_json::to_value(row.slice).expect("a slice is a word");
    let slice = slice.as_str().expect("a slice is a word").to_owned();
    vec![
        ("review_body", Cell::Text(row.review_body)),
        ("sentiment", Cell::Text(row.sentiment)),
        ("row_hash", Cell::Text(row.row_hash)),
        ("slice", Cell::Text(slice)),
        ("category", Cell::Optional(row.category)),
        ("facets", Cell::Optional(row.facets)),
    ]
}
