//! Arithmetic that Arrow has with another meaning: integers are checked for overflow, and a quotient of decimals has
//! Trino's scale.

use std::sync::Arc;

use arrow::compute::kernels::numeric;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::numbers::half_up;
use super::row::each_row;
use crate::error::named;

#[derive(Debug, PartialEq, Eq, Hash)]
struct Arithmetic {
    signature: Signature,
    operator: Operator,
    kind: DataType,
}

/// The function in an operator's place; none, where Arrow's is Trino's.
pub fn arithmetic(operator: Operator, left: &DataType, right: &DataType) -> Option<Arc<ScalarUDF>> {
    use Operator::{Divide, Minus, Modulo, Multiply, Plus};
    if !matches!(operator, Plus | Minus | Multiply | Divide | Modulo) {
        return None;
    }
    let kind = match (decimal(left), decimal(right)) {
        _ if left.is_integer() && right.is_integer() => wider(left, right),
        (Some((left_precision, left_scale)), Some((_, right_scale)))
            if operator == Divide && left.is_decimal() | right.is_decimal() =>
        {
            let precision = left_precision + right_scale + right_scale.saturating_sub(left_scale);
            DataType::Decimal128(precision.min(38), left_scale.max(right_scale) as i8)
        }
        _ => return None,
    };
    Some(Arc::new(ScalarUDF::new_from_impl(Arithmetic {
        signature: Signature::user_defined(Volatility::Immutable),
        operator,
        kind,
    })))
}

/// DataFusion counts in unsigned integers, Trino in BIGINT.
fn wider(left: &DataType, right: &DataType) -> DataType {
    if left.is_unsigned_integer() || right.is_unsigned_integer() {
        return DataType::Int64;
    }
    if left.size() >= right.size() {
        left.clone()
    } else {
        right.clone()
    }
}

/// Precision and scale, also of an integer beside a decimal.
fn decimal(kind: &DataType) -> Option<(u8, u8)> {
    match kind {
        DataType::Decimal128(precision, scale) => Some((*precision, scale.unsigned_abs())),
        DataType::Int8 => Some((3, 0)),
        DataType::Int16 => Some((5, 0)),
        DataType::Int32 => Some((10, 0)),
        DataType::Int64 | DataType::UInt64 => Some((19, 0)),
        _ => None,
    }
}

impl ScalarUDFImpl for Arithmetic {
    fn name(&self) -> &str {
        match self.operator {
            Operator::Plus => "add",
            Operator::Minus => "subtract",
            Operator::Multiply => "multiply",
            Operator::Divide => "divide",
            _ => "modulus",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        if self.kind.is_integer() {
            return Ok(vec![self.kind.clone(); 2]);
        }
        let decimal = |kind| {
            decimal(kind).map_or(DataType::Null, |(precision, scale)| {
                DataType::Decimal128(precision, scale as i8)
            })
        };
        Ok(kinds.iter().map(decimal).collect())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.kind.clone())
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if let DataType::Decimal128(precision, scale) = self.kind {
            return each_row(&call.args, call.number_rows, &self.kind, |row| {
                quotient(row, precision, scale)
            });
        }
        let kernel = match self.operator {
            Operator::Plus => numeric::add,
            Operator::Minus => numeric::sub,
            Operator::Multiply => numeric::mul,
            Operator::Divide => numeric::div,
            _ => numeric::rem,
        };
        datafusion::physical_expr_common::datum::apply(&call.args[0], &call.args[1], kernel)
    }
}

fn quotient(row: &[ScalarValue], precision: u8, scale: i8) -> Result<ScalarValue> {
    let (
        ScalarValue::Decimal128(Some(left), _, left_scale),
        ScalarValue::Decimal128(Some(right), _, right_scale),
    ) = (&row[0], &row[1])
    else {
        return Ok(ScalarValue::Decimal128(None, precision, scale));
    };
    if *right == 0 {
        return Err(named("DIVISION_BY_ZERO: Division by zero"));
    }
    let shift = u32::try_from(i32::from(scale) + i32::from(*right_scale) - i32::from(*left_scale))
        .unwrap_or(0);
    let shifted = 10_i128
        .checked_pow(shift)
        .and_then(|unit| left.checked_mul(unit));
    let shifted = shifted.ok_or_else(|| named("NUMERIC_VALUE_OUT_OF_RANGE: Decimal overflow"))?;
    Ok(ScalarValue::Decimal128(
        Some(half_up(shifted, *right)),
        precision,
        scale,
    ))
}
