//! Values out of texts and JSON, for columns of any type.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, MapArray, StringArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field};
use datafusion::common::ScalarValue;
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::error::{DataFusionError, Result};
use serde_json::Value;

use crate::types;

/// Texts as a column of a simple type: what cannot be read is null, as in Hive.
pub fn column(texts: Vec<Option<String>>, kind: &DataType) -> Result<ArrayRef> {
    let trimmed = |texts: Vec<Option<String>>| {
        texts
            .into_iter()
            .map(|text| text.map(|text| text.trim().to_owned()))
            .collect()
    };
    let texts: StringArray = if *kind == DataType::Utf8 {
        texts
    } else {
        trimmed(texts)
    }
    .into();
    let options = CastOptions {
        safe: true,
        ..CastOptions::default()
    };
    Ok(cast_with_options(&texts, kind, &options)?)
}

pub fn from_text(text: &str, kind: &DataType) -> Result<ScalarValue> {
    ScalarValue::try_from_array(&column(vec![Some(text.to_owned())], kind)?, 0)
}

/// A JSON value as a value of the column's type; a text column holds a nested one as JSON.
pub fn from_json(value: &Value, kind: &DataType) -> Result<ScalarValue> {
    if value.is_null() {
        return ScalarValue::try_from(kind);
    }
    match (kind, value) {
        (DataType::List(element), Value::Array(items)) => {
            let items = items
                .iter()
                .map(|item| from_json(item, element.data_type()))
                .collect::<Result<Vec<_>>>()?;
            list(items, element.data_type())
        }
        (DataType::Map(entries, _), Value::Object(members)) => {
            let (key, value) = types::map_parts(entries);
            let keys = members
                .keys()
                .map(|name| from_text(name, &key))
                .collect::<Result<Vec<_>>>()?;
            let values = members
                .values()
                .map(|member| from_json(member, &value))
                .collect::<Result<Vec<_>>>()?;
            map(keys, values, kind)
        }
        (DataType::Struct(fields), Value::Object(members)) => {
            let member = |field: &Arc<Field>| {
                let found = members
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case(field.name()));
                from_json(
                    found.map_or(&Value::Null, |(_, value)| value),
                    field.data_type(),
                )?
                .to_array()
            };
            let columns = fields.iter().map(member).collect::<Result<Vec<_>>>()?;
            Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(
                fields.clone(),
                columns,
                None,
            )?)))
        }
        (DataType::List(_) | DataType::Map(..) | DataType::Struct(_), _) => {
            ScalarValue::try_from(kind)
        }
        (_, Value::String(text)) => from_text(text, kind),
        (_, other) => from_text(&other.to_string(), kind),
    }
}

pub fn list(items: Vec<ScalarValue>, element: &DataType) -> Result<ScalarValue> {
    let array = array(items, element)?;
    Ok(SingleRowListArrayBuilder::new(array)
        .with_field(&Field::new("item", element.clone(), true))
        .build_list_scalar())
}

pub fn map(
    keys: Vec<ScalarValue>,
    values: Vec<ScalarValue>,
    kind: &DataType,
) -> Result<ScalarValue> {
    let DataType::Map(entries, _) = kind else {
        return Err(DataFusionError::Internal(format!("{kind} is no map")));
    };
    let DataType::Struct(fields) = entries.data_type() else {
        return Err(DataFusionError::Internal(format!("{kind} has no entries")));
    };
    let count = keys.len();
    let columns = vec![
        array(keys, fields[0].data_type())?,
        array(values, fields[1].data_type())?,
    ];
    let pairs = StructArray::try_new(fields.clone(), columns, None)?;
    let offsets = OffsetBuffer::from_lengths([count]);
    Ok(ScalarValue::Map(Arc::new(MapArray::try_new(
        Arc::clone(entries),
        offsets,
        pairs,
        None,
        false,
    )?)))
}

/// Values of one type as an array, also none of them.
pub fn array(values: Vec<ScalarValue>, kind: &DataType) -> Result<ArrayRef> {
    if values.is_empty() {
        return Ok(arrow::array::new_empty_array(kind));
    }
    let array = ScalarValue::iter_to_array(values)?;
    if array.data_type() == kind {
        Ok(array)
    } else {
        Ok(arrow::compute::cast(&array, kind)?)
    }
}

/// An array of texts.
pub fn texts<'a>(items: impl Iterator<Item = &'a str>) -> Result<ScalarValue> {
    let array = Arc::new(StringArray::from_iter_values(items.collect::<Vec<_>>()));
    Ok(SingleRowListArrayBuilder::new(array)
        .with_field(&Field::new("item", DataType::Utf8, true))
        .build_list_scalar())
}
