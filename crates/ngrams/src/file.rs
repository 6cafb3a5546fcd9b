//! A model as one file: `ngrams.safetensors`, with the tensors `weight`, `bias` and `idf`, and the n-grams and labels in
//! its metadata.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::model::Ngrams;
use crate::vocabulary::Vocabulary;

/// The metadata's entry: [`Names`] as JSON.
const NAMES: &str = "model";

#[derive(Serialize, Deserialize)]
struct Names {
    ngrams: Vec<String>,
    labels: Vec<String>,
    word_ngrams: usize,
}

pub fn write(model: &Ngrams, path: &Path) -> Result<()> {
    let (ngrams, labels) = (model.vocabulary.ngrams(), &model.labels);
    let (weight, bias) = model.weights.split_at(ngrams.len() * labels.len());
    let tensors = [
        ("weight", bytes(weight), vec![ngrams.len(), labels.len()]),
        ("bias", bytes(bias), vec![labels.len()]),
        ("idf", bytes(model.vocabulary.idf()), vec![ngrams.len()]),
    ];
    let views = tensors.iter().map(|(name, bytes, shape)| {
        Ok((*name, TensorView::new(Dtype::F32, shape.clone(), bytes)?))
    });
    let views: Vec<_> = views.collect::<Result<_>>()?;
    let names = Names {
        ngrams: ngrams.to_vec(),
        labels: labels.clone(),
        word_ngrams: model.vocabulary.word_ngrams(),
    };
    // One entry: several would stand in an order by chance, and a model have another digest each time it is written.
    let metadata = HashMap::from([(NAMES.to_owned(), serde_json::to_string(&names)?)]);
    safetensors::serialize_to_file(views, Some(metadata), path)
        .with_context(|| format!("write {}", path.display()))
}

pub fn read(path: &Path) -> Result<Ngrams> {
    let read = || {
        let file = fs::read(path)?;
        let (_, header) = SafeTensors::read_metadata(&file)?;
        let metadata = header.metadata().as_ref().context("it has no metadata")?;
        let names = metadata.get(NAMES);
        let names = names.with_context(|| format!("its metadata has no `{NAMES}`"))?;
        let names = serde_json::from_str(names);
        let Names {
            ngrams,
            labels,
            word_ngrams,
        } = names.with_context(|| format!("its metadata `{NAMES}`"))?;
        let tensors = SafeTensors::deserialize(&file)?;
        let shape = [ngrams.len(), labels.len()];
        let idf = values(&tensors, "idf", &shape[..1])?;
        let mut weights = values(&tensors, "weight", &shape)?;
        weights.extend(values(&tensors, "bias", &shape[1..])?);
        let vocabulary = Vocabulary::new(ngrams, idf, word_ngrams)?;
        ensure!(
            weights.iter().all(|weight| weight.is_finite()),
            "a weight is no number"
        );
        Ngrams::new(vocabulary, labels, weights)
    };
    read().with_context(|| format!("read {}", path.display()))
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn values(tensors: &SafeTensors, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
    let tensor = tensors.tensor(name)?;
    let (found, kind) = (tensor.shape(), tensor.dtype());
    ensure!(
        kind == Dtype::F32 && found == shape,
        "its tensor `{name}` is {kind:?} {found:?}, expected F32 {shape:?}"
    );
    let values = tensor.data().as_chunks::<4>().0.iter();
    Ok(values.map(|bytes| f32::from_le_bytes(*bytes)).collect())
}
