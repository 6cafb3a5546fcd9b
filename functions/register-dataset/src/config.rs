//! What register-dataset is told by its environment.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use contracts::dataset::Mapping;
use lambda_main::{list, parsed, variable};
use policy::dataset::Recipe;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub recipe: Recipe,
    /// What a Lambda can read in its time and keep on its disk.
    pub maximum_upload_bytes: u64,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        let category_column = Some(variable("CATEGORY_COLUMN")?).filter(|name| !name.is_empty());
        Ok(Self {
            bucket: variable("BUCKET")?,
            recipe: Recipe {
                dataset: variable("DATASET_NAME")?,
                mapping: Mapping {
                    text_column: variable("TEXT_COLUMN")?,
                    context_columns: Vec::new(),
                    label_column: variable("LABEL_COLUMN")?,
                    category_column,
                    labels: label_mapping(&list("LABEL_MAPPING")?)?,
                },
                labels: list("LABELS")?,
            },
            maximum_upload_bytes: parsed("MAXIMUM_UPLOAD_BYTES")?,
        })
    }
}

/// From `1=-1,2=-1,3=0`.
fn label_mapping(pairs: &[String]) -> Result<BTreeMap<String, String>> {
    pairs
        .iter()
        .map(|pair| {
            let (from, to) = pair
                .split_once('=')
                .with_context(|| format!("LABEL_MAPPING has {pair:?}, which is not value=label"))?;
            Ok((from.trim().to_owned(), to.trim().to_owned()))
        })
        .collect()
}
