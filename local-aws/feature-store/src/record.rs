//! A record as clients write it, and what of it fits its group.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::Refusal;
use super::event_time;
use super::feature::FeatureType;
use super::group::FeatureGroup;
use local_core::timestamp::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FeatureValue {
    pub feature_name: String,
    pub value_as_string: Option<String>,
}

/// Values by feature; a feature without one is null.
pub type Values = BTreeMap<String, String>;

/// A record that fits its group.
pub struct Record {
    pub identifier: String,
    pub event_time: Timestamp,
    pub values: Values,
}

/// Refusals name the feature and never its value, which may be a text of a person.
pub fn checked(group: &FeatureGroup, given: &[FeatureValue]) -> Result<Record, Refusal> {
    let mut values = Values::new();
    for FeatureValue {
        feature_name: name,
        value_as_string: value,
    } in given
    {
        let feature = group.feature(name).ok_or_else(|| {
            Refusal::invalid(format!(
                "The feature {name} is not defined in the feature group {}",
                group.name
            ))
        })?;
        let Some(value) = value else { continue };
        if !feature.kind.takes(value) {
            return Err(Refusal::invalid(format!(
                "The value of the feature {name} is not of its type {}",
                feature.kind.name()
            )));
        }
        if values.insert(name.clone(), value.clone()).is_some() {
            return Err(Refusal::invalid(format!(
                "The feature {name} is given twice"
            )));
        }
    }
    let required = |name: &String| {
        let value = values.get(name).filter(|value| !value.is_empty());
        value.cloned().ok_or_else(|| {
            Refusal::invalid(format!(
                "The record has no value of the feature {name}, its record identifier or event time"
            ))
        })
    };
    let identifier = required(&group.identifier)?;
    let event_time = moment(group, &required(&group.event_time)?)?;
    Ok(Record {
        identifier,
        event_time,
        values,
    })
}

/// A text as the group's event time.
pub fn moment(group: &FeatureGroup, text: &str) -> Result<Timestamp, Refusal> {
    let name = &group.event_time;
    let kind = group
        .feature(name)
        .map_or(FeatureType::String, |feature| feature.kind);
    event_time::read(kind, text).ok_or_else(|| {
        let form = match kind {
            FeatureType::Fractional => "seconds since 1970",
            _ => "yyyy-MM-dd'T'HH:mm:ssZ or yyyy-MM-dd'T'HH:mm:ss.SSSZ",
        };
        Refusal::invalid(format!(
            "The value of the event time feature {name} is not {form}"
        ))
    })
}
