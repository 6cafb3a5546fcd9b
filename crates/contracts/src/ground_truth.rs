//! SageMaker Ground Truth's manifests of texts: JSON Lines, in as a list of texts and out with a label each (the
//! developer guide, "Input data" and "Labeling job output data").

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The text of a line.
pub const SOURCE: &str = "source";
/// In its place, a file in S3.
pub const SOURCE_REF: &str = "source-ref";

/// The label attribute's name in what is written.
pub const LABEL_ATTRIBUTE: &str = "sentiment";

/// Behind a label attribute's name.
const METADATA: &str = "-metadata";

/// [`Metadata::kind`] of a labelled text.
pub const TEXT_CLASSIFICATION: &str = "groundtruth/text-classification";

/// What stands beside a label attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Metadata {
    /// The label; the attribute itself is its place among all.
    pub class_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// `yes`, or `no` where a model gave the label.
    #[serde(default)]
    pub human_annotated: String,
    /// ISO 8601.
    #[serde(default)]
    pub creation_date: String,
    #[serde(default)]
    pub job_name: String,
    #[serde(rename = "type")]
    pub kind: String,
}

/// A line of an output manifest, behind the members that the input had. `place` counts the labels from 0.
pub fn line(
    input: Map<String, Value>,
    source: &str,
    place: usize,
    metadata: &Metadata,
) -> serde_json::Result<Map<String, Value>> {
    let mut line = input;
    let metadata = serde_json::to_value(metadata)?;
    line.insert(SOURCE.to_owned(), source.into());
    line.insert(LABEL_ATTRIBUTE.to_owned(), place.into());
    line.insert(format!("{LABEL_ATTRIBUTE}{METADATA}"), metadata);
    Ok(line)
}

/// The metadata of each label attribute of a line, by the attribute's name; `Err` is one that is not of a labelled text.
pub fn label_attributes(line: &Map<String, Value>) -> Vec<(&str, Result<Metadata, &'static str>)> {
    let attributes = line
        .iter()
        .filter_map(|(name, value)| Some((name.strip_suffix(METADATA)?, value)));
    attributes
        .map(|(name, value)| (name, metadata(value)))
        .collect()
}

fn metadata(value: &Value) -> Result<Metadata, &'static str> {
    if value.get("type").and_then(Value::as_str) != Some(TEXT_CLASSIFICATION) {
        return Err("its type is not groundtruth/text-classification");
    }
    // serde's own message would quote a value.
    serde_json::from_value(value.clone()).map_err(|_| "it has no class-name")
}
