//! Entities as answers have them.

use serde_json::{Value, json};

use super::entity::{Entity, LineageType};
use local_core::wire::extend;

/// An entry of a list.
pub fn summary(entity: &Entity) -> Value {
    let source = match entity.lineage_type {
        LineageType::TrialComponent => "TrialComponentSource",
        _ => "Source",
    };
    shown(entity, source)
}

/// The answer of Describe.
pub fn described(entity: &Entity) -> Value {
    let mut described = shown(entity, "Source");
    if entity.lineage_type != LineageType::TrialComponent {
        described["Properties"] = json!(entity.properties);
    }
    extend(&mut described, entity.described.clone());
    described
}

fn shown(entity: &Entity, source: &str) -> Value {
    let word = entity.lineage_type.name();
    let mut shown = json!({
        format!("{word}Name"): entity.name,
        format!("{word}Arn"): entity.arn,
        source: source_of(entity),
        "CreationTime": entity.created.seconds(),
        "LastModifiedTime": entity.modified.seconds(),
    });
    if entity.lineage_type != LineageType::TrialComponent {
        shown[format!("{word}Type")] = entity.kind.as_str().into();
    }
    extend(&mut shown, entity.summary.clone());
    shown
}

fn source_of(entity: &Entity) -> Value {
    match entity.lineage_type {
        LineageType::Artifact => json!({ "SourceUri": entity.source }),
        LineageType::Context | LineageType::Action => {
            json!({ "SourceUri": entity.source, "SourceType": "ARN" })
        }
        LineageType::TrialComponent => {
            json!({ "SourceArn": entity.source, "SourceType": entity.kind })
        }
    }
}
