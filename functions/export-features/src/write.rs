//! Puts and deletions, with what the group refused.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use aws_sdk_sagemakerfeaturestoreruntime::error::ProvideErrorMetadata;
use aws_sdk_sagemakerfeaturestoreruntime::types::BatchWriteRecordEntry;
use contracts::features::{FailedRow, ROW_HASH};
use futures::stream::{self, StreamExt, TryStreamExt};

use crate::prepared::Prepared;
use crate::record::Row;
use crate::{Deps, claim};

/// BatchWriteRecord's most.
const ENTRIES: usize = 25;

/// Calls at a time.
const AT_ONCE: usize = 8;

/// Entries that the service has not come to are sent again so often.
const MOST_CALLS: usize = 3;

/// The rows that were refused.
pub async fn put(deps: &Deps, prepared: &Prepared, rows: Vec<Row>) -> Result<Vec<FailedRow>> {
    let mut rows = rows.into_iter().peekable();
    let mut batches = Vec::new();
    while rows.peek().is_some() {
        let batch = rows.by_ref().take(ENTRIES);
        let entries: Vec<_> = batch.map(|row| entry(deps, prepared, row)).collect();
        batches.push(entries);
    }
    let batches = stream::iter(batches).map(|entries| write(deps, entries));
    let failed: Vec<Vec<FailedRow>> = batches.buffer_unordered(AT_ONCE).try_collect().await?;
    Ok(failed.into_iter().flatten().collect())
}

fn entry(deps: &Deps, prepared: &Prepared, row: Row) -> BatchWriteRecordEntry {
    let record = row.into_record(prepared.manifest.number, &prepared.event_time);
    let entry = BatchWriteRecordEntry::builder().feature_group_name(&deps.config.feature_group);
    entry.set_record(Some(record)).build()
}

async fn write(deps: &Deps, mut entries: Vec<BatchWriteRecordEntry>) -> Result<Vec<FailedRow>> {
    let mut failed = Vec::new();
    for _ in 0..MOST_CALLS {
        let write = deps.features.batch_write_record();
        let answer = write.set_entries(Some(entries)).send().await;
        let answer = answer.context("write rows to the group")?;
        for error in answer.errors.unwrap_or_default() {
            let code = error.error_code().unwrap_or("no code");
            let reason = format!("{code}: {}", error.error_message().unwrap_or_default());
            failed.extend(error.entry.as_ref().map(|entry| refused(entry, reason)));
        }
        entries = answer.unprocessed_entries.unwrap_or_default();
        if entries.is_empty() {
            return Ok(failed);
        }
    }
    let unprocessed = entries
        .iter()
        .map(|entry| refused(entry, "unprocessed".to_owned()));
    failed.extend(unprocessed);
    Ok(failed)
}

fn refused(entry: &BatchWriteRecordEntry, reason: String) -> FailedRow {
    let mut values = entry.record().iter();
    let hash = values.find(|value| value.feature_name() == Some(ROW_HASH));
    let hash = hash.and_then(|value| value.value_as_string());
    FailedRow {
        row_hash: hash.unwrap_or_default().to_owned(),
        reason,
    }
}

/// Deletions between two looks at the claim: a newer version may have a row that this one has not, and find it in the group.
const BETWEEN_LOOKS: usize = 100;

/// Deletes the records of rows that the version does not have: how many, and which were refused. `None` where a newer version has
/// claimed the group meanwhile.
pub async fn delete_others(
    deps: &Deps,
    prepared: &Prepared,
    known: &BTreeSet<String>,
) -> Result<Option<(u64, Vec<FailedRow>)>> {
    let list = deps.features.list_records();
    let list = list.feature_group_name(&deps.config.feature_group);
    let mut pages = list.into_paginator().send();
    let mut others = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.context("list the group's records")?;
        let listed = page.record_identifiers.unwrap_or_default().into_iter();
        others.extend(listed.filter(|hash| !known.contains(hash)));
    }
    let mut failed = Vec::new();
    for some in others.chunks(BETWEEN_LOOKS) {
        if !claim::stands(deps, prepared.manifest.number).await? {
            return Ok(None);
        }
        let deletions = stream::iter(some.to_vec()).map(|hash| delete(deps, prepared, hash));
        let refused: Vec<Option<FailedRow>> = deletions.buffer_unordered(AT_ONCE).collect().await;
        failed.extend(refused.into_iter().flatten());
    }
    let deleted = others.len() - failed.len();
    Ok(Some((deleted as u64, failed)))
}

async fn delete(deps: &Deps, prepared: &Prepared, row_hash: String) -> Option<FailedRow> {
    let delete = deps.features.delete_record();
    let delete = delete.feature_group_name(&deps.config.feature_group);
    let delete = delete.record_identifier_value_as_string(&row_hash);
    let deleted = delete.event_time(&prepared.event_time).send().await;
    let error = deleted.err()?;
    let reason = format!(
        "{}: {}",
        error.code().unwrap_or("no answer"),
        error.message().unwrap_or_default()
    );
    Some(FailedRow { row_hash, reason })
}
