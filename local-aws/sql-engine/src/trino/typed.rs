//! What depends on types is rewritten on DataFusion's plan, before it coerces any.

use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{BinaryExpr, Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, Operator, WindowFunctionDefinition,
};
use datafusion::optimizer::AnalyzerRule;

use crate::error::named;
use crate::{functions, types};

#[derive(Debug)]
pub struct Typed;

impl AnalyzerRule for Typed {
    fn name(&self) -> &'static str {
        "trino's types"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        Ok(plan.transform_up_with_subqueries(rewrite_plan)?.data)
    }
}

fn rewrite_plan(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    // The inputs are rewritten already, and may have other types now.
    let plan = plan.recompute_schema()?;
    let mut schema = merge_schema(&plan.inputs());
    if let LogicalPlan::TableScan(scan) = &plan {
        schema.merge(&DFSchema::try_from_qualified_schema(
            scan.table_name.clone(),
            &scan.source.schema(),
        )?);
    }
    let names = NamePreserver::new(&plan);
    let rewritten = plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let rewritten = expr.transform_up(|expr| rewrite(expr, &schema))?;
        Ok(rewritten.update_data(|expr| name.restore(expr)))
    })?;
    rewritten.map_data(LogicalPlan::recompute_schema)
}

fn rewrite(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            // A lambda's variable has no type here, nor has a column of an outer query.
            let (Ok(left_type), Ok(right_type)) = (left.get_type(schema), right.get_type(schema))
            else {
                if op == Operator::Divide {
                    return Err(named(
                        "NOT_SUPPORTED: a division of operands whose type is unknown",
                    ));
                }
                return Ok(Transformed::no(Expr::BinaryExpr(BinaryExpr {
                    left,
                    op,
                    right,
                })));
            };
            check(op, &left_type, &right_type)?;
            Ok(match functions::arithmetic(op, &left_type, &right_type) {
                Some(function) => Transformed::yes(function.call(vec![*left, *right])),
                None => Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right })),
            })
        }
        // Integer literals are cast by us.
        Expr::Cast(cast)
            if matches!(cast.expr.as_ref(), Expr::Literal(ScalarValue::Int64(_), _)) =>
        {
            Ok(Transformed::no(Expr::Cast(cast)))
        }
        Expr::Cast(Cast { expr, field }) => Ok(Transformed::yes(
            functions::cast(field.data_type().clone(), false).call(vec![*expr]),
        )),
        Expr::TryCast(TryCast { expr, field }) => Ok(Transformed::yes(
            functions::cast(field.data_type().clone(), true).call(vec![*expr]),
        )),
        Expr::ScalarFunction(ScalarFunction { func, mut args })
            if func.name() == "try" && args.len() == 1 =>
        {
            let tried = args.remove(0).transform_down(try_each)?;
            Ok(Transformed::yes(tried.data))
        }
        Expr::Case(ref case) => {
            let results = case.when_then_expr.iter().map(|(_, then)| then);
            let results: Vec<_> = results.chain(&case.else_expr).map(Box::as_ref).collect();
            compared(results[0], results.into_iter(), schema)?;
            Ok(Transformed::no(expr))
        }
        Expr::ScalarFunction(ref call) if call.func.name() == "coalesce" => {
            if let Some(first) = call.args.first() {
                compared(first, call.args.iter(), schema)?;
            }
            Ok(Transformed::no(expr))
        }
        Expr::AggregateFunction(mut call)
            if call.func.name() == "sum"
                && !call.params.distinct
                && of_integers(&call.params.args, schema) =>
        {
            call.func = functions::sum();
            call.params.args = call.params.args.into_iter().map(bigint).collect();
            Ok(Transformed::yes(Expr::AggregateFunction(call)))
        }
        Expr::WindowFunction(mut call)
            if call.fun.name() == "sum"
                && !call.params.distinct
                && of_integers(&call.params.args, schema) =>
        {
            call.fun = WindowFunctionDefinition::AggregateUDF(functions::sum());
            call.params.args = call.params.args.into_iter().map(bigint).collect();
            Ok(Transformed::yes(Expr::WindowFunction(call)))
        }
        Expr::InList(ref list) => {
            compared(&list.expr, list.list.iter(), schema)?;
            Ok(Transformed::no(expr))
        }
        Expr::Between(ref between) => {
            compared(
                &between.expr,
                [&*between.low, &*between.high].into_iter(),
                schema,
            )?;
            Ok(Transformed::no(expr))
        }
        other => Ok(Transformed::no(other)),
    }
}

fn of_integers(arguments: &[Expr], schema: &DFSchema) -> bool {
    let is_integer = |argument: &Expr| {
        argument
            .get_type(schema)
            .is_ok_and(|kind| kind.is_integer())
    };
    arguments.iter().all(is_integer)
}

fn bigint(expr: Expr) -> Expr {
    functions::cast(DataType::Int64, false).call(vec![expr])
}

fn compared<'a>(
    expr: &Expr,
    others: impl Iterator<Item = &'a Expr>,
    schema: &DFSchema,
) -> Result<()> {
    for other in others {
        if let (Ok(left), Ok(right)) = (expr.get_type(schema), other.get_type(schema)) {
            check(Operator::Eq, &left, &right)?;
        }
    }
    Ok(())
}

/// Trino compares and computes no text with a number.
fn check(op: Operator, left: &DataType, right: &DataType) -> Result<()> {
    let kind = |kind: &DataType| match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(0),
        DataType::Boolean => Some(1),
        DataType::Date32 | DataType::Timestamp(..) => Some(2),
        kind if kind.is_numeric() => Some(3),
        _ => None,
    };
    if op == Operator::Minus && kind(left) == Some(2) && kind(right) == Some(2) {
        return Err(named(
            "NOT_SUPPORTED: a difference of dates; date_diff has it",
        ));
    }
    let mixed = matches!((kind(left), kind(right)), (Some(left), Some(right)) if left != right);
    let texts = kind(left) == Some(0) && kind(right) == Some(0) && op.is_numerical_operators();
    if (mixed && (op.supports_propagation() || op.is_numerical_operators())) || texts {
        let message = format!(
            "TYPE_MISMATCH: Cannot apply operator: {} {op} {}",
            types::trino(left),
            types::trino(right)
        );
        return Err(named(message));
    }
    Ok(())
}

/// Each function within `TRY` is null where it fails. That is the whole's null as well, as long as nothing between
/// them makes a value of null.
fn try_each(expr: Expr) -> Result<Transformed<Expr>> {
    const OF_NULL: [&str; 4] = ["coalesce", "concat_ws", "row", "typeof"];
    match expr {
        Expr::ScalarFunction(ScalarFunction { func, args }) if !OF_NULL.contains(&func.name()) => {
            Ok(Transformed::yes(functions::tried(func).call(args)))
        }
        // An aggregate fails before TRY is reached.
        Expr::AggregateFunction(_) => Ok(Transformed::new(expr, false, TreeNodeRecursion::Jump)),
        Expr::BinaryExpr(BinaryExpr { op, .. })
            if !matches!(op, Operator::And | Operator::Or) && op != Operator::IsDistinctFrom =>
        {
            Ok(Transformed::no(expr))
        }
        Expr::Column(_)
        | Expr::Literal(..)
        | Expr::Negative(_)
        | Expr::Cast(_)
        | Expr::Alias(_)
        | Expr::OuterReferenceColumn(..) => Ok(Transformed::no(expr)),
        other => Err(named(format!("NOT_SUPPORTED: TRY of {other}"))),
    }
}
