//! Numbers, whose type a function keeps: integers stay integers, decimals keep their scale.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::row::{Function, Takes, Value, bigint, common, functions, items};
use crate::error::named;
use crate::types;

pub fn all() -> Vec<Arc<ScalarUDF>> {
    functions(FUNCTIONS)
}

static FUNCTIONS: &[Function] = &[
    Function {
        name: "round",
        takes: &[Takes::Any, Takes::Bigint],
        optional: 1,
        variadic: false,
        // A digit is won where all of nine round up.
        returns: |kinds| match (&kinds[0], kinds.len()) {
            (DataType::Decimal128(precision, scale), 1) => {
                DataType::Decimal128((precision - scale.unsigned_abs() + 1).min(38), 0)
            }
            (DataType::Decimal128(precision, scale), _) => {
                DataType::Decimal128((precision + 1).min(38), *scale)
            }
            (kind, _) => kind.clone(),
        },
        rule: |row, kind| {
            let places = row.get(1).map_or(0, bigint);
            match &row[0] {
                ScalarValue::Float64(Some(number)) => {
                    Ok(ScalarValue::Float64(Some(round(*number, places))))
                }
                ScalarValue::Float32(Some(number)) => {
                    Ok(ScalarValue::Float32(Some(
                        round(f64::from(*number), places) as f32,
                    )))
                }
                ScalarValue::Decimal128(Some(number), _, scale) => {
                    let dropped = i64::from(*scale) - places;
                    let unit = 10_i128.pow(u32::try_from(dropped.max(0)).unwrap_or(0));
                    let rounded = half_up(*number, unit);
                    match kind {
                        DataType::Decimal128(precision, 0) if row.len() == 1 => {
                            Ok(ScalarValue::Decimal128(Some(rounded), *precision, 0))
                        }
                        DataType::Decimal128(precision, scale) => Ok(ScalarValue::Decimal128(
                            Some(rounded * unit),
                            *precision,
                            *scale,
                        )),
                        other => Err(refused("round", other)),
                    }
                }
                value if value.data_type().is_integer() && places >= 0 => Ok(value.clone()),
                other => Err(refused("round", &other.data_type())),
            }
        },
        nulls: false,
    },
    Function {
        name: "floor",
        takes: &[Takes::Any],
        optional: 0,
        variadic: false,
        returns: |kinds| whole(&kinds[0]),
        rule: |row, kind| to_whole(&row[0], kind, f64::floor, i128::div_euclid),
        nulls: false,
    },
    Function {
        name: "ceil",
        takes: &[Takes::Any],
        optional: 0,
        variadic: false,
        returns: |kinds| whole(&kinds[0]),
        rule: |row, kind| {
            to_whole(&row[0], kind, f64::ceil, |number, unit| {
                -((-number).div_euclid(unit))
            })
        },
        nulls: false,
    },
    Function {
        name: "sign",
        takes: &[Takes::Any],
        optional: 0,
        variadic: false,
        returns: |kinds| match &kinds[0] {
            DataType::Decimal128(..) => DataType::Decimal128(1, 0),
            kind => kind.clone(),
        },
        rule: |row, kind| {
            let zero = ScalarValue::new_zero(&row[0].data_type())?;
            if let ScalarValue::Float64(Some(number)) = &row[0] {
                return Ok(ScalarValue::Float64(Some(
                    if *number == 0.0 || number.is_nan() {
                        *number
                    } else {
                        number.signum()
                    },
                )));
            }
            let sign = match row[0].partial_cmp(&zero) {
                Some(std::cmp::Ordering::Less) => -1_i64,
                Some(std::cmp::Ordering::Greater) => 1,
                _ => 0,
            };
            ScalarValue::Int64(Some(sign)).cast_to(kind)
        },
        nulls: false,
    },
    Function {
        name: "greatest",
        takes: &[Takes::Any],
        optional: 0,
        variadic: true,
        returns: |kinds| common(kinds).unwrap_or(DataType::Null),
        rule: |row, kind| extreme(row, kind, std::cmp::Ordering::Greater),
        nulls: false,
    },
    Function {
        name: "least",
        takes: &[Takes::Any],
        optional: 0,
        variadic: true,
        returns: |kinds| common(kinds).unwrap_or(DataType::Null),
        rule: |row, kind| extreme(row, kind, std::cmp::Ordering::Less),
        nulls: false,
    },
    // `avg(x)` is rewritten to this over its sum and its count: a decimal's mean keeps the scale.
    Function {
        name: "mean_of",
        takes: &[Takes::Any, Takes::Bigint],
        optional: 0,
        variadic: false,
        returns: |kinds| match &kinds[0] {
            decimal @ DataType::Decimal128(..) => decimal.clone(),
            DataType::Float32 => DataType::Float32,
            _ => DataType::Float64,
        },
        rule: |row, kind| match (&row[0], bigint(&row[1])) {
            (_, 0) => ScalarValue::try_from(kind),
            (ScalarValue::Decimal128(Some(sum), precision, scale), count) => Ok(
                ScalarValue::Decimal128(Some(half_up(*sum, i128::from(count))), *precision, *scale),
            ),
            (sum, count) => match sum.cast_to(&DataType::Float64)? {
                ScalarValue::Float64(Some(sum)) => {
                    ScalarValue::Float64(Some(sum / count as f64)).cast_to(kind)
                }
                _ => ScalarValue::try_from(kind),
            },
        },
        nulls: false,
    },
    // `approx_percentile(x, p)` is rewritten to this over `array_agg(x)`: the exact value at that rank.
    Function {
        name: "percentile_of",
        takes: &[Takes::Array, Takes::Any],
        optional: 0,
        variadic: false,
        returns: |kinds| match &kinds[1] {
            DataType::List(_) => kinds[0].clone(),
            _ => super::row::element(&kinds[0]),
        },
        rule: |row, kind| {
            let mut sorted = items(&row[0])?;
            sorted.sort_by(|left, right| {
                left.partial_cmp(right).unwrap_or(std::cmp::Ordering::Equal)
            });
            let at = |share: &Value| -> Result<Value> {
                let ScalarValue::Float64(Some(share)) = share.cast_to(&DataType::Float64)? else {
                    return Err(refused("approx_percentile", &share.data_type()));
                };
                if !(0.0..=1.0).contains(&share) {
                    return Err(named(
                        "INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1",
                    ));
                }
                let rank = (share * sorted.len() as f64).ceil() as usize;
                Ok(sorted[rank.clamp(1, sorted.len()) - 1].clone())
            };
            if sorted.is_empty() {
                return ScalarValue::try_from(kind);
            }
            match &row[1] {
                shares @ ScalarValue::List(_) => {
                    let found = items(shares)?.iter().map(at).collect::<Result<Vec<_>>>()?;
                    crate::tables::values::list(found, &super::row::element(kind))
                }
                share => at(share),
            }
        },
        nulls: false,
    },
];

fn refused(name: &str, kind: &DataType) -> datafusion::error::DataFusionError {
    named(format!("NOT_SUPPORTED: {name} of {}", types::trino(kind)))
}

/// Half of the last place goes away from zero, as with Java's `Math.round` on the magnitude.
fn round(number: f64, places: i64) -> f64 {
    if !number.is_finite() {
        return number;
    }
    let factor = 10_f64.powi(i32::try_from(places).unwrap_or(0));
    let rounded = ((number.abs() * factor) + 0.5).floor() / factor;
    if rounded.is_finite() {
        rounded.copysign(number)
    } else {
        number
    }
}

/// The quotient, rounded half away from zero.
pub fn half_up(number: i128, unit: i128) -> i128 {
    let (quotient, rest) = (number / unit, number % unit);
    if rest.unsigned_abs() * 2 >= unit.unsigned_abs() {
        quotient + number.signum() * unit.signum()
    } else {
        quotient
    }
}

fn whole(kind: &DataType) -> DataType {
    match kind {
        DataType::Decimal128(precision, scale) => {
            DataType::Decimal128((precision - scale.unsigned_abs() + 1).min(38), 0)
        }
        other => other.clone(),
    }
}

fn to_whole(
    value: &Value,
    kind: &DataType,
    of_double: fn(f64) -> f64,
    of_decimal: fn(i128, i128) -> i128,
) -> Result<Value> {
    match (value, kind) {
        (ScalarValue::Float64(Some(number)), _) => {
            Ok(ScalarValue::Float64(Some(of_double(*number))))
        }
        (ScalarValue::Float32(Some(number)), _) => Ok(ScalarValue::Float32(Some(of_double(
            f64::from(*number),
        ) as f32))),
        (ScalarValue::Decimal128(Some(number), _, scale), DataType::Decimal128(precision, _)) => {
            let unit = 10_i128.pow(u32::from(scale.unsigned_abs()));
            Ok(ScalarValue::Decimal128(
                Some(of_decimal(*number, unit)),
                *precision,
                0,
            ))
        }
        (value, kind) if kind.is_integer() => Ok(value.clone()),
        (_, kind) => Err(refused("floor and ceil", kind)),
    }
}

fn extreme(row: &[Value], kind: &DataType, wanted: std::cmp::Ordering) -> Result<Value> {
    let mut best = row[0].cast_to(kind)?;
    for value in &row[1..] {
        let value = value.cast_to(kind)?;
        if value.partial_cmp(&best) == Some(wanted) {
            best = value;
        }
    }
    Ok(best)
}
