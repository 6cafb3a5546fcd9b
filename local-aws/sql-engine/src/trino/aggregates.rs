//! Aggregates: those that DataFusion lacks are functions of those that it has.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArgumentClause, FunctionArguments, OrderByExpr,
    OrderByOptions, Value,
};

use super::expressions::{arguments, binary, case, double, function, named};
use super::literals::cast;
use crate::error::{AthenaError, Result};

pub fn aggregate(name: &str, call: &Function) -> Result<Option<Expr>> {
    let arguments = arguments(call);
    let like = |name: &str, arguments: Vec<Expr>| Function {
        filter: call.filter.clone(),
        over: call.over.clone(),
        ..function(name, arguments)
    };
    let rewritten = match (name, arguments.as_slice()) {
        ("count_if", [condition]) => {
            let one = cast(
                Expr::value(Value::Number("1".to_owned(), false)),
                datafusion::sql::sqlparser::ast::DataType::BigInt(None),
            );
            Expr::Function(like("count", vec![case(condition.clone(), one, None)]))
        }
        ("avg", [number]) => {
            let part = |name| {
                let mut part = like(name, vec![number.clone()]);
                if let (FunctionArguments::List(to), FunctionArguments::List(from)) =
                    (&mut part.args, &call.args)
                {
                    to.duplicate_treatment = from.duplicate_treatment;
                }
                Expr::Function(part)
            };
            named("mean_of", vec![part("sum"), part("count")])
        }
        ("max_by", [value, by]) => Expr::Function(first(call, value, by, Some(false))?),
        ("min_by", [value, by]) => Expr::Function(first(call, value, by, Some(true))?),
        ("arbitrary" | "any_value", [value]) => Expr::Function(first(call, value, value, None)?),
        ("approx_percentile", [value, share]) => named(
            "percentile_of",
            vec![
                Expr::Function(filtered(
                    like("array_agg", vec![value.clone()]),
                    not_null(value),
                )),
                share.clone(),
            ],
        ),
        ("map_agg", [key, value]) => {
            let of_key =
                |array| Expr::Function(filtered(like("array_agg", vec![array]), not_null(key)));
            named("map_of", vec![of_key(key.clone()), of_key(value.clone())])
        }
        ("histogram", [value]) => named(
            "histogram_of",
            vec![Expr::Function(filtered(
                like("array_agg", vec![value.clone()]),
                not_null(value),
            ))],
        ),
        ("geometric_mean", [number]) => {
            let logarithm = || vec![named("ln", vec![double(number.clone())])];
            let mean = named(
                "mean_of",
                vec![
                    Expr::Function(like("sum", logarithm())),
                    Expr::Function(like("count", logarithm())),
                ],
            );
            named("exp", vec![mean])
        }
        ("listagg", [value, separator]) if !call.within_group.is_empty() => {
            let mut ordered = like("array_agg", vec![value.clone()]);
            if let FunctionArguments::List(list) = &mut ordered.args {
                list.clauses
                    .push(FunctionArgumentClause::OrderBy(call.within_group.clone()));
            }
            named(
                "array_join",
                vec![
                    Expr::Function(filtered(ordered, not_null(value))),
                    separator.clone(),
                ],
            )
        }
        ("max_by" | "min_by" | "approx_percentile", _) => {
            return Err(AthenaError::not_supported(format!(
                "{name} with {} arguments",
                arguments.len()
            )));
        }
        _ => return Ok(None),
    };
    Ok(Some(rewritten))
}

fn not_null(value: &Expr) -> Expr {
    Expr::IsNotNull(Box::new(value.clone()))
}

fn filtered(mut call: Function, condition: Expr) -> Function {
    call.filter = Some(Box::new(match call.filter {
        Some(filter) => binary(Expr::Nested(filter), BinaryOperator::And, condition),
        None => condition,
    }));
    call
}

/// The first value in an order, of the rows where the order is known.
fn first(call: &Function, value: &Expr, by: &Expr, ascending: Option<bool>) -> Result<Function> {
    if call.over.is_some() {
        return Err(AthenaError::not_supported(format!(
            "{} in a window",
            call.name
        )));
    }
    let mut first = Function {
        filter: call.filter.clone(),
        ..function("first_value", vec![value.clone()])
    };
    if let (FunctionArguments::List(list), Some(_)) = (&mut first.args, ascending) {
        list.clauses
            .push(FunctionArgumentClause::OrderBy(vec![OrderByExpr {
                expr: by.clone(),
                options: OrderByOptions {
                    asc: ascending,
                    nulls_first: Some(false),
                },
                with_fill: None,
            }]));
    }
    Ok(filtered(first, not_null(by)))
}
