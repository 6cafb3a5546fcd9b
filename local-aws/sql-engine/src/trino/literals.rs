//! Literals: an integer is an INTEGER where it fits, and a number with an exponent is a DOUBLE.

use datafusion::sql::sqlparser::ast::{
    CastKind, DataType, ExactNumberInfo, Expr, GroupByExpr, LimitClause, OrderByKind, Query,
    Select, Value,
};

use crate::error::{AthenaError, Result};

pub fn literal(expr: &mut Expr) -> Result<()> {
    let Expr::Value(value) = expr else {
        return Ok(());
    };
    let number = match &value.value {
        Value::Number(number, _) => number.clone(),
        Value::UnicodeStringLiteral(text) => {
            *expr = Expr::value(Value::SingleQuotedString(text.clone()));
            return Ok(());
        }
        Value::DoubleQuotedString(_)
        | Value::NationalStringLiteral(_)
        | Value::DollarQuotedString(_)
        | Value::EscapedStringLiteral(_) => {
            return Err(AthenaError::syntax(format!(
                "line 1:1: mismatched input {value}"
            )));
        }
        _ => return Ok(()),
    };
    if number.contains(['e', 'E']) {
        *expr = cast(
            Expr::value(Value::SingleQuotedString(number)),
            DataType::Double(ExactNumberInfo::None),
        );
    } else if number.parse::<i32>().is_ok() {
        *expr = cast(expr.clone(), DataType::Integer(None));
    }
    Ok(())
}

pub fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(expr),
        data_type,
        array: false,
        format: None,
    }
}

/// Where a number counts columns or rows, it is the number itself.
pub fn bare(expr: &mut Expr) {
    if let Expr::Cast {
        expr: inner,
        data_type,
        ..
    } = expr
        && matches!(
            (inner.as_ref(), data_type),
            (Expr::Value(_), DataType::Integer(None))
        )
    {
        *expr = inner.as_ref().clone();
    }
}

pub fn bare_in_query(query: &mut Query) {
    if let Some(order) = &mut query.order_by
        && let OrderByKind::Expressions(all) = &mut order.kind
    {
        all.iter_mut().for_each(|order| bare(&mut order.expr));
    }
    if let Some(LimitClause::LimitOffset { limit, offset, .. }) = &mut query.limit_clause {
        limit.iter_mut().for_each(bare);
        offset.iter_mut().for_each(|offset| bare(&mut offset.value));
    }
    if let Some(quantity) = query
        .fetch
        .as_mut()
        .and_then(|fetch| fetch.quantity.as_mut())
    {
        bare(quantity);
    }
}

pub fn bare_in_group_by(select: &mut Select) {
    let GroupByExpr::Expressions(all, _) = &mut select.group_by else {
        return;
    };
    for expr in all {
        match expr {
            Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets) => {
                sets.iter_mut().flatten().for_each(bare)
            }
            single => bare(single),
        }
    }
}
