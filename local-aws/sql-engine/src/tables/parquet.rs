//! Parquet: columns by name, cast to the type that the table declares; one that the file lacks is null.

use std::sync::Arc;

use arrow::array::{ArrayRef, new_null_array};
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use datafusion::error::DataFusionError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::columns::{BATCH, Columns};
use crate::error::{AthenaError, Result};

pub fn read(bytes: Bytes, schema: &SchemaRef, stored: &[usize]) -> Result<Vec<Columns>> {
    let broken = |error: &dyn std::fmt::Display| {
        AthenaError::user(format!("HIVE_CANNOT_OPEN_SPLIT: {error}"))
    };
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(|error| broken(&error))?;
    let wanted = |name: &str| {
        stored
            .iter()
            .any(|at| schema.field(*at).name().eq_ignore_ascii_case(name))
    };
    let roots = builder
        .schema()
        .fields()
        .iter()
        .enumerate()
        .filter(|(_, field)| wanted(field.name()))
        .map(|(at, _)| at);
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots.collect::<Vec<_>>());
    let reader = builder
        .with_projection(mask)
        .with_batch_size(BATCH)
        .build()
        .map_err(|error| broken(&error))?;
    let mut pieces = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|error| broken(&error))?;
        let column = |at: &usize| -> Result<ArrayRef> {
            let field = schema.field(*at);
            let found = batch
                .schema()
                .fields()
                .iter()
                .position(|stored| stored.name().eq_ignore_ascii_case(field.name()));
            let Some(found) = found else {
                return Ok(new_null_array(field.data_type(), batch.num_rows()));
            };
            let array = batch.column(found);
            if array.data_type() == field.data_type() {
                return Ok(Arc::clone(array));
            }
            let cast = arrow::compute::cast(array, field.data_type());
            Ok(cast.map_err(|error| {
                let message = format!("HIVE_BAD_DATA: Malformed Parquet file. Field {}'s type {} is incompatible with type {}: {error}", field.name(), array.data_type(), field.data_type());
                DataFusionError::External(message.into())
            })?)
        };
        pieces.push(Columns {
            rows: batch.num_rows(),
            arrays: stored.iter().map(column).collect::<Result<Vec<_>>>()?,
        });
    }
    Ok(pieces)
}
