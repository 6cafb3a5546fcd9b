//! `datasets/<name>/intakes/<id>/`: an upload that a processing job takes in, because one Lambda has not the time.

use serde::{Deserialize, Serialize};

use crate::dataset::{Mapping, QuarantinedRow};
use crate::schema::Schema;

/// `request.json`: the upload, and how its rows are read. The job's input, and how its end finds the upload again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeRequest {
    pub source_key: String,
    /// The beginning of the upload's receipt, as the keys and the job's name have it.
    pub id: String,
    pub dataset: String,
    pub mapping: Mapping,
    /// The columns of the file, where a schema beside it named them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Schema>,
    pub labels: Vec<String>,
    /// Bytes that the file may have, unpacked.
    pub maximum_bytes: u64,
}

/// `result.json`: what the file's rows came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Intake {
    /// The part, its profile and its quarantine lie where [`crate::keys`] says.
    Taken(TakenPart),
    /// Nothing of it can be used.
    Refused { reason: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenPart {
    pub part: String,
    pub rows: u64,
    pub quarantined: u64,
    /// The first of them.
    pub first_quarantined: Vec<QuarantinedRow>,
    /// Text hashes, where the rows are human labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// By which the rows were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Schema>,
}
