//! A query execution, as stored and as shown.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::configuration::ResultConfiguration;
use super::engine::Column;
use super::error::invalid;
use super::failure::Failure;
use super::statement::StatementType;
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;

/// By region and id.
pub const EXECUTIONS: Table<Execution> = Table::new("athena/query-execution");

/// The ids of those that have not come to an end.
pub const UNFINISHED: Table<()> = Table::new("athena/unfinished");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    pub query: String,
    pub parameters: Option<Vec<String>>,
    pub context: Context,
    pub work_group: String,
    pub engine_version: Value,
    pub result_configuration: ResultConfiguration,
    /// The key of whoever asked, which the engine works with.
    pub access_key_id: String,
    pub statement_type: StatementType,
    pub substatement_type: Option<String>,
    /// The object that the result is in.
    pub output_location: String,
    pub state: State,
    pub reason: Option<String>,
    pub error: Option<Failure>,
    pub submitted: Timestamp,
    pub started: Option<Timestamp>,
    pub completed: Option<Timestamp>,
    pub columns: Vec<Column>,
    pub scanned_bytes: u64,
    pub update_count: Option<u64>,
    pub manifest_location: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Context {
    pub database: Option<String>,
    pub catalog: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum State {
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

impl State {
    pub fn is_end(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }

    pub fn name(self) -> String {
        json!(self).as_str().unwrap_or_default().to_owned()
    }
}

impl Execution {
    pub fn get(tx: &Tx, region: &str, id: &str) -> Result<Self, AwsError> {
        let found = EXECUTIONS.get(tx, region, id);
        found.ok_or_else(|| invalid(format!("QueryExecution {id} was not found")))
    }

    /// The newest first.
    pub fn of_work_group(tx: &Tx, region: &str, work_group: &str) -> Vec<(String, Self)> {
        let mut all = EXECUTIONS.list(tx, region);
        all.retain(|(_, execution)| execution.work_group == work_group);
        all.sort_by(|(a, one), (b, other)| (other.submitted, b).cmp(&(one.submitted, a)));
        all
    }

    pub fn shown(&self, id: &str) -> Value {
        let mut results = self.result_configuration.clone();
        results.output_location = Some(self.output_location.clone());
        json!({
            "QueryExecutionId": id,
            "Query": self.query,
            "StatementType": self.statement_type,
            "SubstatementType": self.substatement_type,
            "ResultConfiguration": results,
            "ResultReuseConfiguration": { "ResultReuseByAgeConfiguration": { "Enabled": false } },
            "QueryExecutionContext": self.context,
            "Status": {
                "State": self.state,
                "StateChangeReason": self.reason,
                "SubmissionDateTime": self.submitted.seconds(),
                "CompletionDateTime": self.completed.map(Timestamp::seconds),
                "AthenaError": self.error.as_ref().map(|error| json!({
                    "ErrorCategory": error.category,
                    "ErrorType": error.kind,
                    "Retryable": error.retryable,
                    "ErrorMessage": error.message,
                })),
            },
            "Statistics": self.statistics(),
            "WorkGroup": self.work_group,
            "EngineVersion": self.engine_version,
            "ExecutionParameters": self.parameters,
        })
    }

    fn statistics(&self) -> Value {
        let between =
            |from: Option<Timestamp>, to: Option<Timestamp>| Some(to?.millis() - from?.millis());
        let submitted = Some(self.submitted);
        json!({
            "EngineExecutionTimeInMillis": between(self.started, self.completed),
            "DataScannedInBytes": self.completed.map(|_| self.scanned_bytes),
            "DataManifestLocation": self.manifest_location,
            "TotalExecutionTimeInMillis": between(submitted, self.completed),
            "QueryQueueTimeInMillis": between(submitted, self.started),
            "ServiceProcessingTimeInMillis": self.completed.map(|_| 0),
            "ResultReuseInformation": { "ReusedPreviousResult": false },
        })
    }
}
