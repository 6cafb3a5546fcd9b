//! A model as one file: `ngrams.safetensors`, with the tensors `weight`, `bias` and `idf`, and the
//! n-grams and labels as JSON in its metadata.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::de::DeserializeOwned;

use crate::model::Ngrams;
use crate::vocabulary::Vocabulary;

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
    let metadata = HashMap::from([
        ("ngrams".to_owned(), serde_json::to_string(ngrams)?),
        ("labels".to_owned(), serde_json::to_string(labels)?),
        (
            "word_ngrams".to_owned(),
            model.vocabulary.word_ngrams().to_string(),
        ),
    ]);
    safetensors::serialize_to_file(views, Some(metadata), path)
        .with_context(|| format!("write {}", path.display()))
}

pub fn read(path: &Path) -> Result<Ngrams> {
    let read = || {
        let file = fs::read(path)?;
        let (_, header) = SafeTensors::read_metadata(&file)?;
        let metadata = header.metadata().as_ref().context("it has no metadata")?;
        let tensors = SafeTensors::deserialize(&file)?;
        let ngrams: Vec<String> = said(metadata, "ngrams")?;
        let labels: Vec<String> = said(metadata, "labels")?;
        let shape = [ngrams.len(), labels.len()];
        let idf = values(&tensors, "idf", &shape[..1])?;
        let mut weights = values(&tensors, "weight", &shape)?;
        weights.extend(values(&tensors, "bias", &shape[1..])?);
        let vocabulary = Vocabulary::new(ngrams, idf, said(metadata, "word_ngrams")?)?;
        ensure!(
            weights.iter().all(|weight| weight.is_finite()),
            "a weight is no number"
        );
        Ngrams::new(vocabulary, labels, weights)
    };
    read().with_context(|| format!("read {}", path.display()))
}

fn said<T: DeserializeOwned>(metadata: &HashMap<String, String>, name: &str) -> Result<T> {
    let text = metadata
        .get(name)
        .with_context(|| format!("its metadata has no `{name}`"))?;
    serde_json::from_str(text).with_context(|| format!("its metadata `{name}`"))
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
