//! Query executions after their start: looked at, listed, stopped.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::page;
use super::execution::{Execution, State};
use super::workgroup::{PRIMARY, WorkGroup};
use super::{event, permissions};
use local_core::Call;
use local_core::wire::{AwsError, Reply};

/// Athena's most in one page.
const PAGE: usize = 50;

/// The request of every operation that only names an execution.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Named {
    query_execution_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct BatchRequest {
    query_execution_ids: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListRequest {
    work_group: Option<String>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

/// The execution, if the caller may do this to its workgroup.
pub fn find(call: &Call, operation: &str, id: &str) -> Result<Execution, AwsError> {
    let store = &call.cloud.store;
    let found = store.read(|tx| Execution::get(tx, &call.region, id));
    let work_group = found.as_ref().map_or("*", |found| &found.work_group);
    permissions::check(call, operation, work_group)?;
    found
}

pub async fn get(call: Call, request: Named) -> Reply {
    let id = &request.query_execution_id;
    let execution = find(&call, "GetQueryExecution", id)?;
    Ok(json!({ "QueryExecution": execution.shown(id) }))
}

pub async fn get_batch(call: Call, request: BatchRequest) -> Reply {
    let (mut shown, mut missing) = (Vec::new(), Vec::new());
    for id in &request.query_execution_ids {
        match find(&call, "BatchGetQueryExecution", id) {
            Ok(execution) => shown.push(execution.shown(id)),
            Err(error) if error.is_access_denied() => return Err(error),
            Err(error) => missing.push(json!({
                "QueryExecutionId": id,
                "ErrorCode": error.members.get("AthenaErrorCode"),
                "ErrorMessage": error.message,
            })),
        }
    }
    Ok(json!({ "QueryExecutions": shown, "UnprocessedQueryExecutionIds": missing }))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let name = request.work_group.as_deref().unwrap_or(PRIMARY);
    permissions::check(&call, "ListQueryExecutions", name)?;
    let all = call.cloud.store.read(|tx| {
        WorkGroup::get(tx, &call.region, name)?;
        Ok::<_, AwsError>(Execution::of_work_group(tx, &call.region, name))
    })?;
    let size = request.max_results.filter(|size| *size > 0).unwrap_or(PAGE);
    let page = page(all, |(id, _)| id, request.next_token.as_deref(), size)?;
    let ids = page.items.into_iter().map(|(id, _)| Value::String(id));
    let ids: Vec<Value> = ids.collect();
    Ok(json!({ "QueryExecutionIds": ids, "NextToken": page.next_token }))
}

/// One that has ended stays as it is.
pub async fn stop(call: Call, request: Named) -> Result<(), AwsError> {
    let id = &request.query_execution_id;
    find(&call, "StopQueryExecution", id)?;
    call.cloud.store.write(|tx| {
        let mut execution = Execution::get(tx, &call.region, id)?;
        let before = execution.state;
        if !before.is_end() {
            execution.state = State::Cancelled;
            execution.reason = Some("Query cancelled by user".to_owned());
            let names = (call.region.as_str(), id.as_str());
            event::turn((&call.cloud, tx), names, Some(before), &mut execution);
        }
        Ok(())
    })
}
