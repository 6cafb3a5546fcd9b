//! One resource with every intrinsic function replaced.

use serde_json::{Map, Value};

/// A resource whose properties are plain values.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    pub logical_id: String,
    /// `AWS::S3::Bucket`, `Custom::Reviewers`, ...
    pub resource_type: String,
    pub properties: Map<String, Value>,
    pub depends_on: Vec<String>,
    pub condition: Option<String>,
    /// `Retain`, say: what becomes of it when the template has it no more.
    pub deletion_policy: Option<String>,
    /// The same for one that another resource replaces.
    pub update_replace_policy: Option<String>,
    /// The section `Metadata`, as written.
    pub metadata: Value,
}
