//! A scalar function as a rule for one row of values.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::Array;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::error::named;
use crate::tables::values;
use crate::types::{self, TIMESTAMP};

/// What a parameter takes; a value of another type is refused, as Trino coerces no text.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    Text,
    Bigint,
    Double,
    /// A date or a timestamp.
    Moment,
    Timestamp,
    Array,
    Map,
    Any,
}

pub type Value = ScalarValue;
pub type Returns = fn(&[DataType]) -> DataType;
pub type Rule = fn(&[Value], &DataType) -> Result<Value>;

pub struct Function {
    pub name: &'static str,
    pub takes: &'static [Takes],
    /// How many of the parameters may be left out.
    pub optional: usize,
    /// The last parameter may repeat.
    pub variadic: bool,
    pub returns: Returns,
    /// Is called only where no value is null, unless `nulls`.
    pub rule: Rule,
    pub nulls: bool,
}

#[derive(Debug)]
struct Udf {
    signature: Signature,
    function: &'static Function,
}

pub fn functions(all: &'static [Function]) -> Vec<Arc<ScalarUDF>> {
    let udf = |function| {
        Arc::new(ScalarUDF::new_from_impl(Udf {
            signature: Signature::user_defined(Volatility::Immutable),
            function,
        }))
    };
    all.iter().map(udf).collect()
}

/// Several types as the one that holds them all.
pub fn common(kinds: &[DataType]) -> Option<DataType> {
    let mut kinds = kinds.iter().filter(|kind| **kind != DataType::Null);
    let first = kinds.next()?.clone();
    kinds.try_fold(first, |left, right| {
        if left == *right {
            return Some(left);
        }
        let both =
            datafusion::logical_expr::type_coercion::binary::comparison_coercion(&left, right)?;
        (left.is_numeric() == right.is_numeric()).then_some(both)
    })
}

impl Function {
    fn refuse(&self, kinds: &[DataType]) -> datafusion::error::DataFusionError {
        let kinds: Vec<_> = kinds.iter().map(types::trino).collect();
        named(format!(
            "FUNCTION_NOT_FOUND: Unexpected parameters ({}) for function {}",
            kinds.join(", "),
            self.name
        ))
    }

    fn coerced(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        let least = self.takes.len() - self.optional;
        if kinds.len() < least || (kinds.len() > self.takes.len() && !self.variadic) {
            return Err(self.refuse(kinds));
        }
        let taken = |(at, kind): (usize, &DataType)| {
            let takes = self.takes.get(at).or(self.takes.last())?;
            match (takes, kind) {
                (Takes::Any, kind) => Some(kind.clone()),
                (
                    Takes::Text,
                    DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null,
                ) => Some(DataType::Utf8),
                (Takes::Bigint, kind) if kind.is_integer() || kind.is_null() => {
                    Some(DataType::Int64)
                }
                (Takes::Double, kind) if kind.is_numeric() || kind.is_null() => {
                    Some(DataType::Float64)
                }
                (Takes::Moment, DataType::Date32) => Some(DataType::Date32),
                (
                    Takes::Moment | Takes::Timestamp,
                    DataType::Timestamp(..) | DataType::Date32 | DataType::Null,
                ) => Some(TIMESTAMP),
                (Takes::Array, DataType::List(_) | DataType::Null) => Some(kind.clone()),
                (
                    Takes::Array,
                    DataType::LargeList(element) | DataType::FixedSizeList(element, _),
                ) => Some(types::list(element.data_type().clone())),
                (Takes::Map, DataType::Map(..) | DataType::Null) => Some(kind.clone()),
                _ => None,
            }
        };
        let coerced = kinds
            .iter()
            .enumerate()
            .map(taken)
            .collect::<Option<Vec<_>>>();
        coerced.ok_or_else(|| self.refuse(kinds))
    }
}

impl ScalarUDFImpl for Udf {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        self.function.coerced(kinds)
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        Ok((self.function.returns)(&self.function.coerced(kinds)?))
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let kind = call.return_type().clone();
        each_row(&call.args, call.number_rows, &kind, |row| {
            if !self.function.nulls && row.iter().any(ScalarValue::is_null) {
                return ScalarValue::try_from(&kind);
            }
            (self.function.rule)(row, &kind)
        })
    }
}

/// A rule's values for each row; one value, where no argument is a column.
pub fn each_row(
    arguments: &[ColumnarValue],
    rows: usize,
    kind: &DataType,
    mut rule: impl FnMut(&[Value]) -> Result<Value>,
) -> Result<ColumnarValue> {
    let constant = arguments
        .iter()
        .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
    let mut values = Vec::with_capacity(rows);
    for row in 0..if constant { 1 } else { rows } {
        let value = |argument: &ColumnarValue| match argument {
            ColumnarValue::Scalar(value) => Ok(value.clone()),
            ColumnarValue::Array(array) => ScalarValue::try_from_array(array, row),
        };
        let row = arguments.iter().map(value).collect::<Result<Vec<_>>>()?;
        values.push(rule(&row)?);
    }
    let array = values::array(values, kind)?;
    Ok(if constant {
        ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?)
    } else {
        ColumnarValue::Array(array)
    })
}

impl PartialEq for Udf {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
    }
}

impl Eq for Udf {}

impl Hash for Udf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

pub fn text(value: &Value) -> &str {
    value.try_as_str().flatten().unwrap_or_default()
}

pub fn bigint(value: &Value) -> i64 {
    match value {
        ScalarValue::Int64(Some(number)) => *number,
        _ => 0,
    }
}

pub fn double(value: &Value) -> f64 {
    match value {
        ScalarValue::Float64(Some(number)) => *number,
        _ => 0.0,
    }
}

/// Milliseconds since 1970 of a date or a timestamp.
pub fn milliseconds(value: &Value) -> i64 {
    match value {
        ScalarValue::Date32(Some(days)) => i64::from(*days) * 86_400_000,
        ScalarValue::TimestampMillisecond(Some(at), _) => *at,
        _ => 0,
    }
}

pub fn utf8(text: impl Into<String>) -> Value {
    ScalarValue::Utf8(Some(text.into()))
}

pub fn timestamp(milliseconds: i64) -> Value {
    ScalarValue::TimestampMillisecond(Some(milliseconds), None)
}

/// A value's elements, where it is an array.
pub fn items(value: &Value) -> Result<Vec<Value>> {
    match value {
        ScalarValue::List(array) => {
            let items = array.value(0);
            (0..items.len())
                .map(|row| ScalarValue::try_from_array(&items, row))
                .collect()
        }
        _ => Ok(Vec::new()),
    }
}

pub fn element(kind: &DataType) -> DataType {
    match kind {
        DataType::List(element) => element.data_type().clone(),
        _ => DataType::Null,
    }
}

pub fn argument(message: impl std::fmt::Display) -> datafusion::error::DataFusionError {
    named(format!("INVALID_FUNCTION_ARGUMENT: {message}"))
}
