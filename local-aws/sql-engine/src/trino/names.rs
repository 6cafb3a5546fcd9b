//! Names: Trino's are without case, also in quotes, and a column without a name is `_col0`.

use datafusion::sql::sqlparser::ast::{
    Distinct, ExceptSelectItem, Expr, Ident, ObjectName, Query, Select, SelectItem, SetExpr,
    TableAlias, TableFactor, WildcardAdditionalOptions,
};

use crate::error::{AthenaError, Result};

pub fn query(query: &mut Query) -> Result<()> {
    let recursive = query.with.as_ref().is_some_and(|with| with.recursive);
    for (present, name) in [
        (recursive, "WITH RECURSIVE"),
        (!query.pipe_operators.is_empty(), "|>"),
        (!query.locks.is_empty(), "FOR UPDATE"),
        (query.for_clause.is_some(), "FOR"),
        (query.settings.is_some(), "SETTINGS"),
        (query.format_clause.is_some(), "FORMAT"),
    ] {
        if present {
            return Err(AthenaError::not_supported(name));
        }
    }
    if let Some(with) = &mut query.with {
        for table in &mut with.cte_tables {
            alias(&mut table.alias);
        }
    }
    Ok(())
}

pub fn select(select: &mut Select) -> Result<()> {
    let distinct_on = matches!(select.distinct, Some(Distinct::On(_)));
    for (present, name) in [
        (select.qualify.is_some(), "QUALIFY"),
        (distinct_on, "DISTINCT ON"),
        (select.top.is_some(), "TOP"),
        (select.into.is_some(), "INTO"),
        (!select.lateral_views.is_empty(), "LATERAL VIEW"),
        (!select.sort_by.is_empty(), "SORT BY"),
    ] {
        if present {
            return Err(AthenaError::syntax(format!(
                "line 1:1: mismatched input '{name}'"
            )));
        }
    }
    for (at, item) in select.projection.iter_mut().enumerate() {
        match item {
            SelectItem::UnnamedExpr(expr) => {
                if !has_name(expr) {
                    *item = SelectItem::ExprWithAlias {
                        expr: expr.clone(),
                        alias: Ident::with_quote('"', format!("_col{at}")),
                    };
                }
            }
            SelectItem::ExprWithAlias { alias, .. } => lower(alias),
            SelectItem::Wildcard(options) | SelectItem::QualifiedWildcard(_, options) => {
                without_case(options)
            }
            SelectItem::ExprWithAliases { .. } => {}
        }
    }
    Ok(())
}

fn without_case(options: &mut WildcardAdditionalOptions) {
    if let Some(ExceptSelectItem {
        first_element,
        additional_elements,
    }) = &mut options.opt_except
    {
        lower(first_element);
        additional_elements.iter_mut().for_each(lower);
    }
}

fn has_name(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

pub fn table_factor(factor: &mut TableFactor) -> Result<()> {
    match factor {
        TableFactor::Table {
            name,
            alias: named,
            sample,
            version,
            ..
        } => {
            if sample.is_some() {
                return Err(AthenaError::not_supported("TABLESAMPLE"));
            }
            if version.is_some() {
                return Err(AthenaError::not_supported("FOR TIMESTAMP AS OF"));
            }
            lower_name(name);
            named.iter_mut().for_each(alias);
        }
        TableFactor::Derived { alias: named, .. }
        | TableFactor::NestedJoin { alias: named, .. }
        | TableFactor::UNNEST { alias: named, .. } => {
            named.iter_mut().for_each(alias);
        }
        other => {
            let text = other.to_string();
            return Err(AthenaError::not_supported(
                text.split(['(', ' ']).next().unwrap_or_default(),
            ));
        }
    }
    Ok(())
}

fn lower_name(name: &mut ObjectName) {
    for part in &mut name.0 {
        if let datafusion::sql::sqlparser::ast::ObjectNamePart::Identifier(ident) = part {
            lower(ident);
        }
    }
}

fn alias(alias: &mut TableAlias) {
    lower(&mut alias.name);
    for column in &mut alias.columns {
        lower(&mut column.name);
    }
}

fn lower(ident: &mut Ident) {
    ident.value = ident.value.to_lowercase();
    // A name that is quoted here is never read as a keyword or a function later.
    ident.quote_style = Some('"');
}

pub fn identifiers(expr: &mut Expr) {
    match expr {
        Expr::Identifier(ident) if ident.quote_style.is_some() => lower(ident),
        Expr::CompoundIdentifier(idents) => idents.iter_mut().for_each(lower),
        _ => {}
    }
}

/// The names of a query's columns as its text has them, where it tells them: an alias keeps its case.
pub fn output_names(query: &Query) -> Vec<Option<String>> {
    let mut body = query.body.as_ref();
    loop {
        body = match body {
            SetExpr::Query(inner) => inner.body.as_ref(),
            SetExpr::SetOperation { left, .. } => left.as_ref(),
            SetExpr::Select(select) => {
                let name = |item: &SelectItem| match item {
                    SelectItem::ExprWithAlias { alias, .. } => Some(Some(alias.value.clone())),
                    SelectItem::UnnamedExpr(_) => Some(None),
                    _ => None,
                };
                // A wildcard stands for an unknown number of columns: the plan's names are taken.
                return select
                    .projection
                    .iter()
                    .map(name)
                    .collect::<Option<Vec<_>>>()
                    .unwrap_or_default();
            }
            _ => return Vec::new(),
        };
    }
}
