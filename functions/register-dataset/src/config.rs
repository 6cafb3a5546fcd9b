//! What register-dataset is told by its environment.

use std::collections::BTreeMap;

use anyhow::{Error, Result};
use contracts::dataset::Mapping;
use lambda_main::{list, parsed, variable};
use policy::dataset::Recipe;
use policy::processing;
use policy::text::TextColumns;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub recipe: Recipe,
    /// What the function reads itself: Lambda's time limit and the function's disk bound it.
    pub maximum_upload_bytes: u64,
    /// For what is larger.
    pub job: JobSettings,
}

/// Of the processing jobs that take in what one Lambda cannot.
#[derive(Debug, Clone)]
pub struct JobSettings {
    pub processing: processing::Settings,
    /// Bytes of a file, unpacked; larger ones are refused.
    pub maximum_bytes: u64,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        let category_column = Some(variable("CATEGORY_COLUMN")?).filter(|name| !name.is_empty());
        let text_columns = TextColumns::new(list("TEXT_COLUMN")?)
            .map_err(|reason| Error::msg(format!("TEXT_COLUMN: {reason}")))?;
        Ok(Self {
            bucket: variable("BUCKET")?,
            recipe: Recipe {
                dataset: variable("DATASET_NAME")?,
                mapping: Mapping {
                    text_column: text_columns.review().to_owned(),
                    context_columns: text_columns.context().to_vec(),
                    label_column: variable("LABEL_COLUMN")?,
                    category_column,
                    labels: label_mapping(&variable("LABEL_MAPPING")?)?,
                },
                labels: list("LABELS")?,
            },
            maximum_upload_bytes: parsed("MAXIMUM_UPLOAD_BYTES")?,
            job: JobSettings {
                processing: lambda_main::processing()?,
                maximum_bytes: parsed("MAXIMUM_INTAKE_BYTES")?,
            },
        })
    }
}

fn label_mapping(text: &str) -> Result<BTreeMap<String, String>> {
    let pairs = policy::lists::pairs(text);
    let pairs = pairs.map_err(|reason| Error::msg(format!("LABEL_MAPPING: {reason}")))?;
    Ok(pairs.into_iter().collect())
}
