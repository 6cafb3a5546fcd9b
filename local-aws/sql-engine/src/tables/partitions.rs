//! Where a table's objects lie: one place, or one for each partition that the filters leave.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow::datatypes::{Field, Schema};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::physical_expr::create_physical_expr;

use super::{projection, values};
use crate::catalog::{Partition, Table};
use crate::error::{AthenaError, Result};

pub struct Place {
    pub location: String,
    /// Of the partition keys.
    pub values: Vec<ScalarValue>,
}

/// Hive's name of a partition whose value is null.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

pub fn places(
    table: &Table,
    partitions: &[Partition],
    keys: &[Arc<Field>],
    filters: &[Expr],
) -> Result<Vec<Place>> {
    if keys.is_empty() {
        return Ok(vec![Place {
            location: table.location()?.to_owned(),
            values: Vec::new(),
        }]);
    }
    let candidates = if projection::is_enabled(table) {
        projection::places(table, keys, filters)?
    } else {
        known(table, partitions)?
    };
    let place = |(location, texts): (String, Vec<String>)| -> Result<Place> {
        let value = |(text, key): (&String, &Arc<Field>)| {
            if text == NULL {
                ScalarValue::try_from(key.data_type())
            } else {
                values::from_text(text, key.data_type())
            }
        };
        Ok(Place {
            location,
            values: texts
                .iter()
                .zip(keys)
                .map(value)
                .collect::<datafusion::error::Result<_>>()?,
        })
    };
    let places = candidates
        .into_iter()
        .map(place)
        .collect::<Result<Vec<_>>>()?;
    Ok(kept(places, keys, filters)?)
}

fn known(table: &Table, partitions: &[Partition]) -> Result<Vec<(String, Vec<String>)>> {
    let place = |partition: &Partition| {
        let location = partition.storage_descriptor.location.clone();
        let location = location.ok_or_else(|| {
            AthenaError::user(format!(
                "HIVE_INVALID_METADATA: partition {:?} of {} has no location",
                partition.values, table.name
            ))
        })?;
        Ok((location, partition.values.clone()))
    };
    partitions.iter().map(place).collect()
}

/// The places where no filter is false, or null.
fn kept(
    places: Vec<Place>,
    keys: &[Arc<Field>],
    filters: &[Expr],
) -> datafusion::error::Result<Vec<Place>> {
    if places.is_empty() || filters.is_empty() {
        return Ok(places);
    }
    let column = |(at, key): (usize, &Arc<Field>)| -> datafusion::error::Result<ArrayRef> {
        values::array(
            places
                .iter()
                .map(|place| place.values[at].clone())
                .collect(),
            key.data_type(),
        )
    };
    let columns = keys
        .iter()
        .enumerate()
        .map(column)
        .collect::<datafusion::error::Result<Vec<_>>>()?;
    let schema = Arc::new(Schema::new(keys.to_vec()));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    let schema = DFSchema::try_from(schema)?;
    let mut keep = vec![true; places.len()];
    for filter in filters {
        let filter =
            create_physical_expr(filter, &schema, &ExecutionProps::new(), &Default::default())?;
        let answer = filter.evaluate(&batch)?.into_array(places.len())?;
        if let Some(answer) = answer.as_any().downcast_ref::<BooleanArray>() {
            for (row, keep) in keep.iter_mut().enumerate() {
                *keep &= answer.is_valid(row) && answer.value(row);
            }
        }
    }
    Ok(places
        .into_iter()
        .zip(keep)
        .filter(|(_, keep)| *keep)
        .map(|(place, _)| place)
        .collect())
}
