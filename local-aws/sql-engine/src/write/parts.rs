//! Rows, apart by the values of the partition keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions, UInt64Array};
use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::error::DataFusionError;

use crate::catalog::Table;
use crate::error::{AthenaError, Result};
use crate::functions;
use crate::results::{ColumnInfo, print};
use crate::types;

pub struct Part {
    pub values: Vec<String>,
    pub schema: SchemaRef,
    pub batches: Vec<RecordBatch>,
}

/// Without keys, one part. Each has the columns by their names, without the keys, which come last.
pub fn of(batches: &[RecordBatch], columns: &[ColumnInfo], keys: &[String]) -> Result<Vec<Part>> {
    let mut parts: BTreeMap<Vec<String>, Vec<RecordBatch>> = BTreeMap::new();
    let Some(first) = batches.first() else {
        return Ok(Vec::new());
    };
    let kept = columns.len().saturating_sub(keys.len());
    let fields = first.schema().fields()[..kept]
        .iter()
        .zip(columns)
        .map(|(field, info)| Field::new(info.name.to_lowercase(), field.data_type().clone(), true))
        .collect::<Vec<_>>();
    let schema = Arc::new(Schema::new(fields));
    for batch in batches {
        let mut rows: BTreeMap<Vec<String>, Vec<u64>> = BTreeMap::new();
        for row in 0..batch.num_rows() {
            let value = |column: &arrow::array::ArrayRef| -> datafusion::error::Result<String> {
                let text = print::text(&ScalarValue::try_from_array(column, row)?)?;
                Ok(text.unwrap_or_else(|| "__HIVE_DEFAULT_PARTITION__".to_owned()))
            };
            let values = batch.columns()[kept..]
                .iter()
                .map(value)
                .collect::<datafusion::error::Result<Vec<_>>>()?;
            rows.entry(values).or_default().push(row as u64);
        }
        for (values, rows) in rows {
            let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
            let rows = UInt64Array::from(rows);
            let columns = batch.columns()[..kept]
                .iter()
                .map(|column| arrow::compute::take(column, &rows, None));
            let columns = columns
                .collect::<std::result::Result<Vec<_>, _>>()
                .map_err(DataFusionError::from)?;
            let part = RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)
                .map_err(DataFusionError::from)?;
            parts.entry(values).or_default().push(part);
        }
    }
    // The service's own limit on a statement.
    if parts.len() > 100 {
        return Err(AthenaError::user(
            "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions/buckets.",
        ));
    }
    let part = |(values, batches)| Part {
        values,
        schema: Arc::clone(&schema),
        batches,
    };
    Ok(parts.into_iter().map(part).collect())
}

/// Rows of the columns that a statement names, as the table's: in its order, with its types, null where none is named.
pub fn as_table(
    batches: &[RecordBatch],
    named: &[String],
    table: &Table,
) -> Result<Vec<RecordBatch>> {
    let columns = table
        .storage_descriptor
        .columns
        .iter()
        .chain(&table.partition_keys);
    let fields = columns
        .map(|column| {
            Ok(Field::new(
                column.name.to_lowercase(),
                types::parse(&column.kind)?,
                true,
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    let schema = Arc::new(Schema::new(fields));
    let mut converted = Vec::new();
    for batch in batches {
        let column = |field: &Arc<Field>| -> Result<arrow::array::ArrayRef> {
            let Some(at) = named.iter().position(|name| name == field.name()) else {
                return Ok(arrow::array::new_null_array(
                    field.data_type(),
                    batch.num_rows(),
                ));
            };
            let array = batch.column(at);
            let mismatch = || {
                AthenaError::user(format!(
                    "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: {} for {} {}",
                    types::trino(array.data_type()),
                    field.name(),
                    types::trino(field.data_type())
                ))
            };
            let same_kind = array.data_type() == field.data_type()
                || array.data_type().is_null()
                || (array.data_type().is_numeric() && field.data_type().is_numeric())
                || array.data_type().is_nested();
            if !same_kind {
                return Err(mismatch());
            }
            functions::converted(array, field.data_type()).map_err(|_| mismatch())
        };
        let columns = schema
            .fields()
            .iter()
            .map(column)
            .collect::<Result<Vec<_>>>()?;
        converted.push(
            RecordBatch::try_new(Arc::clone(&schema), columns).map_err(DataFusionError::from)?,
        );
    }
    Ok(converted)
}
