//! GetQueryResults: the rows of a result's object, page by page.

mod csv;

use std::io::{Read, Seek, SeekFrom};

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::invalid;
use super::execution::{Execution, State};
use super::executions;
use local_core::Call;
use local_core::wire::{AwsError, Reply};
use local_s3::{self as s3, InName};

/// Athena's most in one page.
const PAGE: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetRequest {
    query_execution_id: String,
    next_token: Option<String>,
    max_results: Option<usize>,
}

pub async fn get(call: Call, request: GetRequest) -> Reply {
    let id = &request.query_execution_id;
    let execution = executions::find(&call, "GetQueryResults", id)?;
    check(&execution)?;
    let start = request.next_token.as_deref().map_or(Some(0), read_token);
    let start = start.ok_or_else(|| invalid("NextToken is invalid"))?;
    let size = request.max_results.unwrap_or(PAGE);
    let (rows, next) = rows(&call, &execution, start, size)?;
    let columns: Vec<Value> = execution.columns.iter().map(|each| each.shown()).collect();
    Ok(json!({
        "UpdateCount": execution.update_count.unwrap_or_default(),
        "ResultSet": { "Rows": rows, "ResultSetMetadata": { "ColumnInfo": columns } },
        "NextToken": next.map(|place| BASE64URL_NOPAD.encode(place.to_string().as_bytes())),
    }))
}

fn check(execution: &Execution) -> Result<(), AwsError> {
    let state = execution.state;
    if state == State::Succeeded {
        return Ok(());
    }
    Err(invalid(if state.is_end() {
        format!(
            "Query did not finish successfully. Final query state: {}",
            state.name()
        )
    } else {
        format!(
            "Query has not yet finished. Current state: {}",
            state.name()
        )
    }))
}

/// A token is the place in the object that the next page begins at.
fn read_token(token: &str) -> Option<u64> {
    let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    String::from_utf8(bytes).ok()?.parse().ok()
}

/// The rows from a place on, and the place behind them if more follow. What writes elsewhere than into its result
/// has no rows.
fn rows(
    call: &Call,
    execution: &Execution,
    start: u64,
    size: usize,
) -> Result<(Vec<Value>, Option<u64>), AwsError> {
    let location = execution.output_location.as_str();
    let is_csv = location.ends_with(".csv");
    if !is_csv && !location.ends_with(".txt") {
        return Ok((Vec::new(), None));
    }
    let Some((bucket, key)) = s3::parse_uri(location) else {
        return Ok((Vec::new(), None));
    };
    let caller = InName {
        cloud: &call.cloud,
        principal: &call.principal,
    };
    let mut object = caller.open(bucket, key).map_err(|failure| match failure {
        s3::Failure::Denied(reason) => AwsError::access_denied(reason),
        other => invalid(format!("Could not find results: {other}")),
    })?;
    let mut bytes = Vec::new();
    let read = object.seek(SeekFrom::Start(start));
    read.and_then(|_| object.read_to_end(&mut bytes))
        .map_err(AwsError::internal)?;
    let text = String::from_utf8(bytes).map_err(|_| invalid("NextToken is invalid"))?;
    let (rows, end) = if is_csv {
        csv::records(&text, size)
    } else {
        lines(&text, size)
    };
    let next = (end < text.len()).then_some(start + end as u64);
    let rows = rows.into_iter().map(|row| {
        let data: Vec<Value> = row
            .into_iter()
            .map(|field| json!({ "VarCharValue": field }))
            .collect();
        json!({ "Data": data })
    });
    Ok((rows.collect(), next))
}

/// A line of a statement that is no query is one value, whatever tabs are in it.
fn lines(text: &str, size: usize) -> (Vec<csv::Record>, usize) {
    let mut rows = Vec::new();
    let mut end = 0;
    for line in text.split_inclusive('\n').take(size) {
        end += line.len();
        rows.push(vec![Some(line.trim_end_matches('\n').to_owned())]);
    }
    (rows, end)
}
