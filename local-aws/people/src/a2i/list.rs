//! `ListHumanLoops`: of one flow definition, a page at a time.

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::finish::milliseconds;
use super::human_loop::HumanLoop;
use super::loops::{self, Created};
use local_core::Call;
use local_core::listing::SortOrder;
use local_core::wire::{AwsError, Reply, number};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListRequest {
    flow_definition_arn: String,
    #[serde(default, with = "time::serde::rfc3339::option")]
    creation_time_after: Option<OffsetDateTime>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    creation_time_before: Option<OffsetDateTime>,
    sort_order: Option<SortOrder>,
    #[serde(default = "default_page", deserialize_with = "number")]
    max_results: usize,
    next_token: Option<String>,
}

fn default_page() -> usize {
    10
}

/// Reads the names of all loops of the flow definition, and the documents of the page.
pub async fn list(call: Call, request: ListRequest) -> Reply {
    call.cloud.store.read(|tx| {
        let mut all = loops::of_flow_definition(tx, &request.flow_definition_arn);
        all.retain(|created| request.wants(created));
        if request.sort_order != Some(SortOrder::Ascending) {
            all.reverse();
        }
        let start = match &request.next_token {
            None => 0,
            Some(token) => after(&all, token)?,
        };
        let page = &all[start..all.len().min(start + request.max_results)];
        let is_last = start + page.len() == all.len();
        let token = page.last().filter(|_| !is_last);
        let summaries: Vec<Value> = page
            .iter()
            .filter_map(|created| loops::find(tx, &call.region, &created.name))
            .map(|human_loop| summary(&human_loop))
            .collect();
        Ok(json!({
            "HumanLoopSummaries": summaries,
            "NextToken": token.map(|last| BASE64URL_NOPAD.encode(last.key.as_bytes())),
        }))
    })
}

impl ListRequest {
    fn wants(&self, created: &Created) -> bool {
        let is_after = self
            .creation_time_after
            .is_none_or(|time| created.time > time);
        let is_before = self
            .creation_time_before
            .is_none_or(|time| created.time < time);
        is_after && is_before
    }
}

fn after(all: &[Created], token: &str) -> Result<usize, AwsError> {
    let last = BASE64URL_NOPAD.decode(token.as_bytes()).ok();
    last.and_then(|last| {
        all.iter()
            .position(|created| created.key.as_bytes() == last)
    })
    .map(|position| position + 1)
    .ok_or_else(|| AwsError::validation("NextToken is invalid or has expired"))
}

fn summary(human_loop: &HumanLoop) -> Value {
    let failure = human_loop.failure.as_ref();
    json!({
        "HumanLoopName": human_loop.name,
        "HumanLoopStatus": human_loop.status.as_str(),
        "CreationTime": milliseconds(human_loop.created),
        "FlowDefinitionArn": human_loop.flow_definition_arn,
        "FailureReason": failure.map(|failure| &failure.reason),
    })
}
