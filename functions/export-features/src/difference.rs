//! Which rows the online store does not have as they are.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use aws_sdk_sagemakerfeaturestoreruntime::types::{BatchGetRecordIdentifier, FeatureValue};
use contracts::features::ROW_HASH;

use crate::Deps;
use crate::record::Row;

/// Answers may leave identifiers for a further call.
const MOST_CALLS: usize = 10;

pub async fn of(deps: &Deps, rows: Vec<Row>) -> Result<Vec<Row>> {
    let hashes = rows.iter().map(|row| row.row_hash.clone()).collect();
    let known = records(deps, hashes).await?;
    let differs = |row: &Row| {
        let record = known.get(&row.row_hash);
        !record.is_some_and(|record| row.is_equal_to(record))
    };
    Ok(rows.into_iter().filter(differs).collect())
}

/// The group's records of these rows.
async fn records(
    deps: &Deps,
    mut wanted: Vec<String>,
) -> Result<BTreeMap<String, Vec<FeatureValue>>> {
    let mut records = BTreeMap::new();
    for _ in 0..MOST_CALLS {
        let identifier = BatchGetRecordIdentifier::builder()
            .feature_group_name(&deps.config.feature_group)
            .set_record_identifiers_value_as_string(Some(wanted))
            .build();
        let get = deps.features.batch_get_record().identifiers(identifier);
        let answer = get.send().await.context("look rows up in the group")?;
        if let Some(error) = answer.errors().first() {
            let code = error.error_code().unwrap_or_default();
            let message = error.error_message().unwrap_or_default();
            bail!("look rows up in the group: {code}: {message}");
        }
        for record in answer.records.unwrap_or_default() {
            let record = record.record.unwrap_or_default();
            let hash = record.iter().find(|it| it.feature_name() == Some(ROW_HASH));
            let hash = hash.and_then(|it| it.value_as_string().map(str::to_owned));
            records.insert(hash.context("a record without its identifier")?, record);
        }
        let left = answer.unprocessed_identifiers.unwrap_or_default();
        wanted = left
            .into_iter()
            .flat_map(|it| it.record_identifiers_value_as_string.unwrap_or_default())
            .collect();
        if wanted.is_empty() {
            return Ok(records);
        }
    }
    bail!("rows are still unprocessed after {MOST_CALLS} calls")
}
