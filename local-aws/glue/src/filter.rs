//! GetPartitions: those that a filter leaves, page by page.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{check_catalog, invalid, page};
use super::expression;
use super::partition::Partition;
use super::table::Table;
use local_core::Call;
use local_core::wire::{AwsError, Reply};

/// Glue's most in one page.
const PAGE: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetPartitions {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    expression: Option<String>,
    next_token: Option<String>,
    segment: Option<Segment>,
    max_results: Option<usize>,
    exclude_column_schema: Option<bool>,
}

/// One of several readers that share the partitions.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Segment {
    segment_number: u64,
    total_segments: u64,
}

impl Segment {
    fn has(&self, name: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        hasher.finish() % self.total_segments == self.segment_number
    }
}

pub async fn list(call: Call, request: GetPartitions) -> Reply {
    check_catalog(request.catalog_id.as_deref())?;
    let names = (request.database_name.as_str(), request.table_name.as_str());
    let (table, mut all) = call.cloud.store.read(|tx| {
        let table = Table::get(tx, &call.region, names)?;
        Ok::<_, AwsError>((table, Partition::all(tx, &call.region, names)))
    })?;
    if let Some(text) = request.expression.filter(|text| !text.trim().is_empty()) {
        let condition = expression::parse(&text, table.partition_keys()).map_err(invalid)?;
        all.retain(|(_, partition)| condition.holds(&partition.input.values));
    }
    if let Some(segment) = request.segment {
        if segment.segment_number >= segment.total_segments {
            return Err(invalid("SegmentNumber must be below TotalSegments"));
        }
        all.retain(|(name, _)| segment.has(name));
    }
    if request.exclude_column_schema == Some(true) {
        for (_, partition) in &mut all {
            let storage = partition.input.storage_descriptor.as_mut();
            storage.map(|storage| storage.columns.take());
        }
    }
    let size = request.max_results.unwrap_or(PAGE);
    let page = page(all, |(name, _)| name, request.next_token.as_deref(), size)?;
    let shown = page.items.iter().map(|(_, each)| each.shown(names));
    let shown: Vec<Value> = shown.collect();
    Ok(json!({ "Partitions": shown, "NextToken": page.next_token }))
}
