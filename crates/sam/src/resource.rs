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
    /// The section `Metadata`, as written.
    pub metadata: Value,
}
