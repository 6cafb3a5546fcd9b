//! What register-dataset is told by its environment.

use std::collections::BTreeMap;

use anyhow::{Context, Error, Result};
use contracts::dataset::Mapping;
use lambda_main::{list, parsed, variable};
use policy::dataset::Recipe;
use policy::text::TextColumns;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub recipe: Recipe,
    /// Lambda's time limit and the function's disk bound it.
    pub maximum_upload_bytes: u64,
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
        })
    }
}

/// From `1=-1,2=-1,3=0`, or from a JSON object where a value has a comma or an equals sign.
fn label_mapping(text: &str) -> Result<BTreeMap<String, String>> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).context("LABEL_MAPPING is no JSON object of texts");
    }
    text.split(',')
        .map(|pair| {
            let (from, to) = pair
                .split_once('=')
                .with_context(|| format!("LABEL_MAPPING has {pair:?}, which is not value=label"))?;
            Ok((from.trim().to_owned(), to.trim().to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_pairs_or_a_json_object() {
        let pairs = label_mapping("1=-1, 2 = 0").unwrap();
        assert_eq!((pairs["1"].as_str(), pairs["2"].as_str()), ("-1", "0"));
        let object = label_mapping(r#"{"Cards, prepaid":"a=b"}"#).unwrap();
        assert_eq!(object["Cards, prepaid"], "a=b");
        assert!(label_mapping("1").is_err() && label_mapping("{1}").is_err());
    }
}
