//! A named dataset, its versions, and the content-addressed parts they are made of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::constraints::{Severity, Violation};
use crate::schema::Schema;

/// Why a row is in the dataset; decides whether it may join the gate's test set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// From an uploaded table.
    Upload,
    /// A person labelled a prediction drawn at random.
    Audit,
    /// A person labelled a prediction because its confidence was low. Such rows are harder than
    /// the traffic they came from, so in the test part they form a slice of their own.
    Uncertain,
}

/// Fields that stand in front of a review, such as its title: column name to value. A value has no
/// blanks around it and is never empty.
pub type Context = BTreeMap<String, String>;

/// One line of a part (`datasets/<name>/parts/<part>.jsonl`) and of an upload of human labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The review itself; split, hashes and consolidation see it alone.
    pub text: String,
    #[serde(default, skip_serializing_if = "Context::is_empty")]
    pub context: Context,
    pub label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The uploaded table's other columns, the label's own value among them: what an analyst compares by. A value has
    /// no blanks around it and is never empty.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
    pub origin: Origin,
    /// Whether a person gave the label: it then wins over any uploaded one.
    #[serde(default)]
    pub human: bool,
    /// The probability with which the audit drew the text: without a known one, an audited row
    /// stays out of the gate's test set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inclusion_probability: Option<f64>,
}

/// One line of a quarantine file: what was wrong, where, never the row's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedRow {
    /// Counted from 1, the header not counted; the row a spreadsheet shows is one more.
    pub row: u64,
    /// The lines it stands on, counted from 1, the header counted; 0 in files written before there
    /// were lines.
    #[serde(default)]
    pub first_line: u64,
    #[serde(default)]
    pub last_line: u64,
    pub column: String,
    pub reason: String,
}

impl std::fmt::Display for QuarantinedRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.row)?;
        match (self.first_line, self.last_line) {
            (0, _) => {}
            (first, last) if first == last => write!(f, " (line {first})")?,
            (first, last) => write!(f, " (lines {first} to {last})")?,
        }
        if !self.column.is_empty() {
            write!(f, ", column {:?}", self.column)?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// `datasets/<name>/receipts/<id>.json`: what became of one upload. Written last of all; an upload
/// without a receipt is one whose event was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub source_key: String,
    #[serde(flatten)]
    pub result: Received,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Received {
    Registered {
        version: u32,
        version_id: String,
        part: String,
        rows: u64,
        quarantined: u64,
        /// The first of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        first_quarantined: Vec<QuarantinedRow>,
        /// How the upload differs from the constraints without being held.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        warnings: Vec<Violation>,
    },
    /// The version waits for a person: nothing is trained with it, and no later version has the part.
    Held {
        version: u32,
        part: String,
        violations: Vec<Violation>,
    },
    /// The newest version has all of it already.
    AlreadyRegistered { part: String },
    /// An upload that came after it replaced everything before.
    Replaced { by: String },
    /// Nothing of it can be used.
    Rejected { reason: String },
}

/// How an uploaded table becomes rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The column of the review itself.
    pub text_column: String,
    /// The columns put in front of it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context_columns: Vec<String>,
    pub label_column: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category_column: Option<String>,
    /// From the column's value to the label, e.g. rating "1" to "-1".
    pub labels: BTreeMap<String, String>,
}

/// A part's entry in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// 26 characters of base32 over the part's content and mapping.
    pub id: String,
    pub rows: u64,
    pub quarantined: u64,
    /// The uploaded object it came from, and that content's tag.
    pub source_key: String,
    #[serde(default)]
    pub source_etag: String,
    /// RFC 3339, UTC, by S3's clock in whole seconds. Events come in any order; this is the order
    /// in which people uploaded.
    #[serde(default)]
    pub uploaded_at: String,
    /// For a part of human labels: the text hashes it carries, so that prepare-retraining knows
    /// which labels are already in. Empty for uploads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The columns of its file, where a schema beside it named them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Schema>,
}

/// An upload under `incoming/replace/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// Its part's id.
    pub part: String,
    pub source_key: String,
    /// As the part has it.
    pub uploaded_at: String,
}

/// `datasets/<name>/versions/<number>.json`: written last, `If-None-Match`, so it is complete
/// when it exists; it is also the queue entry that start-pipeline works off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetManifest {
    pub dataset: String,
    pub number: u32,
    /// 26 characters of base32 over the parts' ids and all that rows are made with. A version with
    /// the id of the one before it notes a later upload of the same rows: no run is started for it.
    pub id: String,
    /// Uploads stand in the order of their times: where texts repeat, later wins.
    pub parts: Vec<Part>,
    /// The last upload that replaced the earlier ones. Its rows may stand in `parts` under a later
    /// upload's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<Replacement>,
    pub mapping: Mapping,
    /// All labels, in the order of the model's outputs.
    pub labels: Vec<String>,
    /// The version of normalisation and split fractions.
    pub prepare_version: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Of the upload that this version was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
}

/// `datasets/<name>/held/<number>.json`: a version waits while its upload lies where it was, and no person has released
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub version: u32,
    pub source_key: String,
    pub source_etag: String,
    pub violations: Vec<Violation>,
}

/// An upload beside the dataset's constraints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The number of the constraints.
    pub constraints: u32,
    /// The upload's part.
    pub part: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Released>,
}

/// A person took the upload in all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// The version that was held.
    pub version: u32,
    pub reason: String,
}

impl Check {
    pub fn is_held(&self) -> bool {
        let mut severities = self.violations.iter().map(|violation| violation.severity);
        self.released.is_none() && severities.any(|severity| severity == Severity::Hold)
    }
}

impl DatasetManifest {
    /// Whether it waits for a person.
    pub fn is_held(&self) -> bool {
        self.check.as_ref().is_some_and(Check::is_held)
    }

    pub fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }

    pub fn quarantined(&self) -> u64 {
        self.parts.iter().map(|part| part.quarantined).sum()
    }
}

/// `datasets/<name>/profiles/<part>.json`: what a data scientist wants to see of one part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub rows: u64,
    pub quarantined: u64,
    /// Reason to number of rows.
    pub quarantine_reasons: BTreeMap<String, u64>,
    pub rows_by_label: BTreeMap<String, u64>,
    pub rows_by_category: BTreeMap<String, u64>,
    pub words: Words,
}

/// Words per text, split at white space.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Words {
    pub mean: f64,
    pub max: u64,
}

/// Where a row falls; names of the pipeline's outputs and of SageMaker's channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SplitPart {
    Train,
    Validation,
    Test,
}

impl SplitPart {
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// Which of the evaluation's slices a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Slice {
    /// Rows that the gate judges by: uploaded, or drawn with a known probability.
    Gate,
    /// Rows known only because of a low confidence, or drawn with an unknown probability: reported
    /// apart.
    Uncertain,
}

/// One line that `prepare` writes and `train` and `evaluate` read. The first two names are the
/// labs', so that the channels are readable by other trainers too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreparedRow {
    /// What a model reads: the context joined with the review.
    pub review_body: String,
    pub sentiment: String,
    /// `policy::text::row_hash` of the review alone.
    pub row_hash: String,
    pub slice: Slice,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The columns that bias is measured by: a JSON object of texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facets: Option<String>,
    /// Of a row that only the audit brought. The profile counts rows by it; the files do not have it.
    #[serde(skip)]
    pub inclusion_probability: Option<f64>,
}

/// `manifest.json` that `prepare` writes into each part: what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreparedManifest {
    pub dataset_version_id: String,
    pub split_version: u32,
    /// The files' extension.
    pub format: String,
    /// In the order of `label_id`.
    pub labels: Vec<String>,
    /// The columns that `review_body` was joined from, the review last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub text_columns: Vec<String>,
    pub files: Vec<PreparedFile>,
}

impl PreparedManifest {
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreparedFile {
    pub name: String,
    pub rows: u64,
}

/// `profile.json` that `prepare` writes: rows per split part and label, after consolidation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PreparedProfile {
    pub rows: BTreeMap<String, BTreeMap<String, u64>>,
    /// Rows dropped because the same text came again, or a human label replaced them.
    pub superseded: u64,
    /// Test rows outside the gate's slice.
    pub uncertain_test_rows: u64,
    /// Test rows of the gate's slice that the audit brought, by the probability of their draw.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub audited_test_rows: BTreeMap<String, u64>,
}
