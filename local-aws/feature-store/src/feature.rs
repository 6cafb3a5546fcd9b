//! A feature: its name, its type, and which texts are values of it.

use serde::{Deserialize, Serialize};

use super::error::Refusal;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Feature {
    #[serde(rename = "FeatureName")]
    pub name: String,
    #[serde(rename = "FeatureType")]
    pub kind: FeatureType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeatureType {
    String,
    Integral,
    Fractional,
}

/// Columns that every offline store has besides.
pub const RESERVED: [&str; 3] = ["write_time", "api_invocation_time", "is_deleted"];

impl FeatureType {
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Integral => "Integral",
            Self::Fractional => "Fractional",
        }
    }

    pub fn takes(self, text: &str) -> bool {
        match self {
            Self::String => true,
            Self::Integral => text.parse::<i64>().is_ok(),
            Self::Fractional => text.parse::<f64>().is_ok(),
        }
    }
}

/// Refuses features that cannot stand in one table: Glue's columns are told apart in lower case.
pub fn check_names(features: &[Feature]) -> Result<(), Refusal> {
    for (at, feature) in features.iter().enumerate() {
        let name = feature.name.to_lowercase();
        if RESERVED.contains(&name.as_str()) {
            return Err(Refusal::invalid(format!(
                "The feature name {} is reserved",
                feature.name
            )));
        }
        let mut before = features[..at].iter();
        if before.any(|other| other.name.to_lowercase() == name) {
            return Err(Refusal::invalid(format!(
                "The feature {} is defined twice",
                feature.name
            )));
        }
    }
    Ok(())
}
