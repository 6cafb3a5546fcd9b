//! What the graph is made of.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use local_core::timestamp::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum LineageType {
    Artifact,
    Context,
    Action,
    TrialComponent,
}

#[derive(Debug, Clone)]
pub struct Entity {
    pub lineage_type: LineageType,
    pub arn: String,
    /// An artifact that SageMaker makes has none.
    pub name: Option<String>,
    /// As lists and associations spell it: `DataSet`, `ModelGroup`, `SageMakerTrainingJob`.
    pub kind: String,
    /// The URI or the ARN of what it stands for.
    pub source: String,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub properties: BTreeMap<String, String>,
    /// Members of its own in a list's entry.
    pub summary: Value,
    /// Members of Describe alone.
    pub described: Value,
}

#[derive(Debug, Clone)]
pub struct Association {
    pub source: String,
    pub destination: String,
    pub kind: AssociationType,
    pub created: Timestamp,
}

/// Those that SageMaker makes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssociationType {
    AssociatedWith,
    ContributedTo,
    Produced,
}

impl LineageType {
    /// As members are named after it: `ArtifactArn`.
    pub fn name(self) -> &'static str {
        match self {
            LineageType::Artifact => "Artifact",
            LineageType::Context => "Context",
            LineageType::Action => "Action",
            LineageType::TrialComponent => "TrialComponent",
        }
    }

    /// As in its ARN.
    pub fn resource(self) -> &'static str {
        match self {
            LineageType::Artifact => "artifact",
            LineageType::Context => "context",
            LineageType::Action => "action",
            LineageType::TrialComponent => "experiment-trial-component",
        }
    }
}

impl Entity {
    /// As QueryLineage spells its kind: `TrainingJob`, where the lists have `SageMakerTrainingJob`.
    pub fn vertex_type(&self) -> &str {
        self.kind.strip_prefix("SageMaker").unwrap_or(&self.kind)
    }
}

impl AssociationType {
    pub fn name(self) -> &'static str {
        match self {
            AssociationType::AssociatedWith => "AssociatedWith",
            AssociationType::ContributedTo => "ContributedTo",
            AssociationType::Produced => "Produced",
        }
    }
}
