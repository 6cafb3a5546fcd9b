//! Calls and operators: each of Trino's functions has a line here, or is refused by name.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, CastKind, CeilFloorKind, DateTimeField, Expr, Function,
    FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName, Subscript, UnaryOperator,
    Value, WindowFrameBound, WindowType,
};

use super::expressions::{arguments, binary, case, double, named};
use super::{aggregates, literals, texts, vocabulary};
use crate::error::{AthenaError, Result};

pub fn call(expr: &mut Expr) -> Result<()> {
    match expr {
        Expr::Function(function) => {
            if let Some(rewritten) = of_function(function)? {
                *expr = rewritten;
            }
        }
        Expr::Substring {
            expr: whole,
            substring_from: Some(from),
            substring_for,
            ..
        } => {
            let mut arguments = vec![whole.as_ref().clone(), from.as_ref().clone()];
            arguments.extend(substring_for.as_deref().cloned());
            *expr = named("substr", arguments);
        }
        Expr::Position {
            expr: part,
            r#in: whole,
        } => {
            *expr = named(
                "strpos",
                vec![whole.as_ref().clone(), part.as_ref().clone()],
            )
        }
        Expr::Ceil {
            expr: number,
            field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime),
        } => *expr = named("ceil", vec![number.as_ref().clone()]),
        Expr::Floor {
            expr: number,
            field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime),
        } => *expr = named("floor", vec![number.as_ref().clone()]),
        Expr::Extract {
            field,
            expr: moment,
            ..
        } => {
            let field = field.to_string().to_lowercase();
            let function = vocabulary::renamed(&field).unwrap_or(field.as_str());
            if ![
                "year",
                "quarter",
                "month",
                "week",
                "day",
                "day_of_week",
                "day_of_year",
                "hour",
                "minute",
                "second",
                "year_of_week",
            ]
            .contains(&function)
            {
                return Err(AthenaError::not_supported(format!("EXTRACT({field})")));
            }
            *expr = named(function, vec![moment.as_ref().clone()]);
        }
        Expr::CompoundFieldAccess { root, access_chain } => {
            let mut accessed = root.as_ref().clone();
            for access in access_chain {
                accessed = match access {
                    AccessExpr::Subscript(Subscript::Index { index }) => {
                        named("subscript", vec![accessed, index.clone()])
                    }
                    AccessExpr::Dot(Expr::Identifier(name)) => named(
                        "get_field",
                        vec![
                            accessed,
                            Expr::value(Value::SingleQuotedString(name.value.to_lowercase())),
                        ],
                    ),
                    other => return Err(AthenaError::not_supported(other)),
                };
            }
            *expr = accessed;
        }
        Expr::Cast { kind, format, .. } => {
            if matches!(kind, CastKind::DoubleColon | CastKind::SafeCast) {
                return Err(AthenaError::syntax("line 1:1: mismatched input '::'"));
            }
            if format.is_some() {
                return Err(AthenaError::not_supported("CAST with FORMAT"));
            }
            if let Some(cut) = texts::cut(expr)? {
                *expr = cut;
            }
        }
        Expr::BinaryOp { op, .. } => {
            use BinaryOperator::{
                And, Divide, Eq, Gt, GtEq, Lt, LtEq, Minus, Modulo, Multiply, NotEq, Or, Plus,
                StringConcat,
            };
            if !matches!(
                op,
                And | Divide
                    | Eq
                    | Gt
                    | GtEq
                    | Lt
                    | LtEq
                    | Minus
                    | Modulo
                    | Multiply
                    | NotEq
                    | Or
                    | Plus
                    | StringConcat
            ) {
                return Err(AthenaError::syntax(format!(
                    "line 1:1: mismatched input '{op}'"
                )));
            }
        }
        Expr::Like { .. } => texts::like(expr)?,
        Expr::Trim { .. } => texts::trim(expr),
        Expr::AtTimeZone { .. } => return Err(AthenaError::not_supported("AT TIME ZONE")),
        Expr::ILike { .. } | Expr::RLike { .. } | Expr::SimilarTo { .. } => {
            return Err(AthenaError::syntax(format!(
                "line 1:1: mismatched input '{expr}'"
            )));
        }
        Expr::AnyOp { .. } | Expr::AllOp { .. } => {
            return Err(AthenaError::not_supported(
                "a quantified comparison (ANY, ALL)",
            ));
        }
        Expr::JsonAccess { .. }
        | Expr::Collate { .. }
        | Expr::Overlay { .. }
        | Expr::Convert { .. }
        | Expr::Map(_)
        | Expr::Dictionary(_)
        | Expr::Struct { .. } => {
            return Err(AthenaError::not_supported(expr));
        }
        _ => {}
    }
    Ok(())
}

fn of_function(call: &mut Function) -> Result<Option<Expr>> {
    let name = call.name.to_string().to_lowercase().replace('"', "");
    if call.over.is_some() {
        bare_arguments(call);
    }
    if let Some(rewritten) = aggregates::aggregate(&name, call)? {
        return Ok(Some(rewritten));
    }
    let arguments = arguments(call);
    let rewritten = match (name.as_str(), arguments.as_slice()) {
        ("if", [condition, then]) => case(condition.clone(), then.clone(), None),
        ("if", [condition, then, otherwise]) => {
            case(condition.clone(), then.clone(), Some(otherwise.clone()))
        }
        // DataFusion's leaves nulls out, Trino's is null with them, as || is.
        ("concat", [first, rest @ ..]) if !rest.is_empty() => {
            rest.iter().fold(first.clone(), |left, right| {
                binary(left, BinaryOperator::StringConcat, right.clone())
            })
        }
        ("mod", [left, right]) => binary(left.clone(), BinaryOperator::Modulo, right.clone()),
        ("power" | "pow", [base, exponent]) => named(
            "power",
            vec![double(base.clone()), double(exponent.clone())],
        ),
        ("log", [base, number]) => binary(
            named("ln", vec![double(number.clone())]),
            BinaryOperator::Divide,
            named("ln", vec![double(base.clone())]),
        ),
        ("e", []) => double(Expr::value(Value::SingleQuotedString(
            "2.718281828459045".to_owned(),
        ))),
        // Arrow's NaN equals itself.
        ("is_nan", [number]) => named("isnan", vec![double(number.clone())]),
        ("replace", [text, part]) => named(
            "replace",
            vec![
                text.clone(),
                part.clone(),
                Expr::value(Value::SingleQuotedString(String::new())),
            ],
        ),
        (name, numbers) if vocabulary::is_of_doubles(name) => {
            named(name, numbers.iter().cloned().map(double).collect())
        }
        ("localtimestamp", []) => literals::cast(
            named("now", vec![]),
            datafusion::sql::sqlparser::ast::DataType::Timestamp(
                None,
                datafusion::sql::sqlparser::ast::TimezoneInfo::None,
            ),
        ),
        ("none_match", [array, lambda]) => Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: Box::new(named(
                "array_any_match",
                vec![array.clone(), lambda.clone()],
            )),
        },
        _ => {
            let to = vocabulary::known(&name);
            let to = to.ok_or_else(|| AthenaError::not_supported(format!("function {name}")))?;
            call.name = ObjectName::from(vec![Ident::new(to)]);
            return Ok(None);
        }
    };
    Ok(Some(rewritten))
}

/// An offset, a number of buckets and a frame's bounds are literals.
fn bare_arguments(call: &mut Function) {
    if let Some(WindowType::WindowSpec(spec)) = &mut call.over
        && let Some(frame) = &mut spec.window_frame
    {
        for bound in std::iter::once(&mut frame.start_bound).chain(&mut frame.end_bound) {
            if let WindowFrameBound::Preceding(Some(rows))
            | WindowFrameBound::Following(Some(rows)) = bound
            {
                literals::bare(rows);
            }
        }
    }
    if let FunctionArguments::List(list) = &mut call.args {
        for argument in &mut list.args {
            if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument {
                literals::bare(expr);
            }
        }
    }
}
