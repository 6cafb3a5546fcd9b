//! `TRY`: null where the function within fails.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use super::row::{Function, Takes, each_row, functions};
use crate::error::named;

#[derive(Debug, PartialEq, Eq, Hash)]
struct Tried {
    function: Arc<ScalarUDF>,
}

pub fn tried(function: Arc<ScalarUDF>) -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::new_from_impl(Tried { function }))
}

impl ScalarUDFImpl for Tried {
    fn name(&self) -> &str {
        "tried"
    }

    fn signature(&self) -> &Signature {
        self.function.signature()
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        self.function.coerce_types(kinds)
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        self.function.return_type(kinds)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        self.function.return_field_from_args(arguments)
    }

    /// All rows at once, and each by itself where one fails.
    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if let Ok(whole) = self.function.invoke_with_args(call.clone()) {
            return Ok(whole);
        }
        let kind = call.return_type().clone();
        each_row(&call.args, call.number_rows, &kind, |row| {
            let one = ScalarFunctionArgs {
                args: row.iter().cloned().map(ColumnarValue::Scalar).collect(),
                number_rows: 1,
                ..call.clone()
            };
            match self.function.invoke_with_args(one) {
                Ok(ColumnarValue::Scalar(value)) => Ok(value),
                Ok(ColumnarValue::Array(array)) => ScalarValue::try_from_array(&array, 0),
                Err(_) => ScalarValue::try_from(&kind),
            }
        })
    }
}

/// `TRY` itself: the plan's rewriting leaves none.
pub fn all() -> Vec<Arc<ScalarUDF>> {
    functions(MARKER)
}

static MARKER: &[Function] = &[Function {
    name: "try",
    takes: &[Takes::Any],
    optional: 0,
    variadic: false,
    returns: |kinds| kinds[0].clone(),
    rule: |_, _| Err(named("NOT_SUPPORTED: TRY in this place")),
    nulls: true,
}];
