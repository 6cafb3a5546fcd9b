//! A prepared row as a record of the group.

use anyhow::{Context, Result};
use aws_sdk_sagemakerfeaturestoreruntime::types::FeatureValue;
use contracts::dataset::{DatasetManifest, PreparedRow, SplitPart};
use contracts::features::{
    CATEGORY, DATASET_VERSION, EVENT_TIME, LABEL_ID, REVIEW_BODY, ROW_HASH, SENTIMENT, SPLIT_TYPE,
};

pub struct Row {
    pub row_hash: String,
    /// All features but the event time and the version, by name.
    pub values: Vec<(&'static str, String)>,
}

impl Row {
    pub fn of(row: PreparedRow, part: SplitPart, manifest: &DatasetManifest) -> Result<Self> {
        let mut labels = manifest.labels.iter();
        let label_id = labels.position(|label| *label == row.sentiment);
        let label_id = label_id.context("a label that the dataset does not know")?;
        let mut values = vec![
            (ROW_HASH, row.row_hash.clone()),
            (REVIEW_BODY, row.review_body),
            (SENTIMENT, row.sentiment),
            (LABEL_ID, label_id.to_string()),
            (SPLIT_TYPE, part.name().to_owned()),
        ];
        values.extend(row.category.map(|category| (CATEGORY, category)));
        Ok(Self {
            row_hash: row.row_hash,
            values,
        })
    }

    /// Whether the group has the row as it is, whenever it came to be so.
    pub fn is_equal_to(&self, record: &[FeatureValue]) -> bool {
        let mut known: Vec<(&str, &str)> = record
            .iter()
            .filter_map(|value| Some((value.feature_name()?, value.value_as_string()?)))
            .filter(|(name, _)| ![EVENT_TIME, DATASET_VERSION].contains(name))
            .collect();
        let mut ours: Vec<(&str, &str)> = self
            .values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        known.sort_unstable();
        ours.sort_unstable();
        known == ours
    }

    pub fn into_record(self, version: u32, event_time: &str) -> Vec<FeatureValue> {
        let own = [
            (EVENT_TIME, event_time.to_owned()),
            (DATASET_VERSION, version.to_string()),
        ];
        let values = self.values.into_iter().chain(own);
        values.map(|(name, value)| feature(name, value)).collect()
    }
}

fn feature(name: &str, value: String) -> FeatureValue {
    let feature = FeatureValue::builder().feature_name(name);
    feature.value_as_string(value).build()
}
