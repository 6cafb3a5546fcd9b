//! Casts with Trino's rules: to an integer they round, to a text they print, and a text must be the whole value.

use std::sync::Arc;

use arrow::compute::CastOptions;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::numbers::half_up;
use super::row::{Value, each_row, text, utf8};
use crate::error::named;
use crate::results::print;
use crate::types;

#[derive(Debug, PartialEq, Eq, Hash)]
struct Cast {
    signature: Signature,
    to: DataType,
    tried: bool,
}

/// A cast to a type; one that is tried is null where it fails.
pub fn cast(to: DataType, tried: bool) -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::new_from_impl(Cast {
        signature: Signature::any(1, Volatility::Immutable),
        to,
        tried,
    }))
}

impl ScalarUDFImpl for Cast {
    fn name(&self) -> &str {
        if self.tried { "try_cast" } else { "cast" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.to.clone())
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let argument = &call.args[0];
        if plain(&argument.data_type(), &self.to) {
            return argument.cast_to(&self.to, None);
        }
        each_row(&call.args, call.number_rows, &self.to, |row| {
            match value(&row[0], &self.to) {
                Err(_) if self.tried => ScalarValue::try_from(&self.to),
                cast => cast,
            }
        })
    }
}

/// Where Arrow's cast has the same meaning, and cannot fail.
fn plain(from: &DataType, to: &DataType) -> bool {
    from == to
        || (from.is_numeric() && matches!(to, DataType::Float64))
        || (from.is_integer() && *to == DataType::Int64)
}

pub fn value(from: &Value, to: &DataType) -> Result<Value> {
    if from.is_null() {
        return ScalarValue::try_from(to);
    }
    match (from, to) {
        (_, DataType::Utf8) => Ok(print::text(from)?.map_or(ScalarValue::Utf8(None), utf8)),
        (ScalarValue::Float64(Some(number)), to) if to.is_integer() => whole(*number, from, to),
        (ScalarValue::Float32(Some(number)), to) if to.is_integer() => {
            whole(f64::from(*number), from, to)
        }
        (ScalarValue::Decimal128(Some(number), _, scale), to) if to.is_integer() => {
            let rounded = half_up(*number, 10_i128.pow(u32::from(scale.unsigned_abs())));
            let rounded = i64::try_from(rounded).map_err(|_| out_of_range(from, to))?;
            ScalarValue::Int64(Some(rounded))
                .cast_to_with_options(to, &STRICT)
                .map_err(|_| out_of_range(from, to))
        }
        (ScalarValue::Utf8(Some(_)), DataType::Boolean) => match text(from).to_lowercase().as_str()
        {
            "true" | "t" | "1" => Ok(ScalarValue::Boolean(Some(true))),
            "false" | "f" | "0" => Ok(ScalarValue::Boolean(Some(false))),
            _ => Err(refused(from, to)),
        },
        (ScalarValue::Utf8(Some(_)), to)
            if to.is_integer() && text(from).contains(['.', 'e', 'E']) =>
        {
            Err(refused(from, to))
        }
        (ScalarValue::Utf8(Some(_)), DataType::Date32) => {
            let day = text(from)
                .trim()
                .parse::<chrono::NaiveDate>()
                .map_err(|_| refused(from, to))?;
            let days = day
                .signed_duration_since(chrono::NaiveDate::default())
                .num_days();
            Ok(ScalarValue::Date32(i32::try_from(days).ok()))
        }
        (ScalarValue::Struct(row), DataType::Struct(fields))
            if row.num_columns() == fields.len() =>
        {
            let cast =
                |(column, field): (&arrow::array::ArrayRef, &Arc<arrow::datatypes::Field>)| {
                    value(&ScalarValue::try_from_array(column, 0)?, field.data_type())?.to_array()
                };
            let columns = row
                .columns()
                .iter()
                .zip(fields)
                .map(cast)
                .collect::<Result<Vec<_>>>()?;
            Ok(ScalarValue::Struct(Arc::new(
                arrow::array::StructArray::try_new(fields.clone(), columns, None)?,
            )))
        }
        (ScalarValue::List(_), DataType::List(element)) => {
            let items = super::row::items(from)?
                .iter()
                .map(|item| value(item, element.data_type()))
                .collect::<Result<Vec<_>>>()?;
            crate::tables::values::list(items, element.data_type())
        }
        _ => from
            .cast_to_with_options(to, &STRICT)
            .map_err(|_| refused(from, to)),
    }
}

/// What cannot be cast is an error, not null.
const STRICT: CastOptions<'static> = CastOptions {
    safe: false,
    format_options: arrow::util::display::FormatOptions::new(),
};

fn whole(number: f64, from: &Value, to: &DataType) -> Result<Value> {
    let rounded = number.abs().round().copysign(number);
    if !(-9.223_372_036_854_776e18..9.223_372_036_854_776e18).contains(&rounded) {
        return Err(out_of_range(from, to));
    }
    ScalarValue::Int64(Some(rounded as i64))
        .cast_to_with_options(to, &STRICT)
        .map_err(|_| out_of_range(from, to))
}

fn refused(from: &Value, to: &DataType) -> datafusion::error::DataFusionError {
    let value = print::text(from).ok().flatten().unwrap_or_default();
    named(format!(
        "INVALID_CAST_ARGUMENT: Cannot cast '{value}' to {}",
        types::trino(to).to_uppercase()
    ))
}

fn out_of_range(from: &Value, to: &DataType) -> datafusion::error::DataFusionError {
    let value = print::text(from).ok().flatten().unwrap_or_default();
    named(format!(
        "INVALID_CAST_ARGUMENT: Cannot cast {value} to {}: out of range",
        types::trino(to)
    ))
}

/// A column cast to a type.
pub fn converted(array: &arrow::array::ArrayRef, to: &DataType) -> Result<arrow::array::ArrayRef> {
    let cast = |row| value(&ScalarValue::try_from_array(array, row)?, to);
    crate::tables::values::array((0..array.len()).map(cast).collect::<Result<Vec<_>>>()?, to)
}
