//! `CROSS JOIN UNNEST(…)`: the rows of what stands left of it, once for each element.

use arrow::datatypes::DataType;
use datafusion::common::{Column, DFSchema, NullHandling, TableReference, UnnestOptions};
use datafusion::error::Result;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::lit;
use datafusion::sql::sqlparser::ast::{
    Join, JoinConstraint, JoinOperator, Select, TableFactor, TableWithJoins, Value,
};

use crate::error::{AthenaError, named};
use crate::functions;
use crate::types;

/// Every UNNEST becomes the last join of a parenthesis, with all that it may refer to left of it.
pub fn fold(select: &mut Select) -> crate::error::Result<()> {
    let has_unnest = |from: &TableWithJoins| {
        is_unnest(&from.relation) || from.joins.iter().any(|join| is_unnest(&join.relation))
    };
    if !select.from.iter().any(has_unnest) {
        return Ok(());
    }
    let mut from = std::mem::take(&mut select.from).into_iter();
    let mut whole = from.next().map_or_else(Vec::new, steps);
    for next in from {
        let mut next = steps(next);
        // A comma is a cross join.
        next[0].0 = Some(JoinOperator::CrossJoin(JoinConstraint::None));
        whole.extend(next);
    }
    let mut steps = whole.into_iter();
    let Some((_, first)) = steps.next() else {
        return Ok(());
    };
    let mut left = TableWithJoins {
        relation: first,
        joins: Vec::new(),
    };
    for (operator, relation) in steps {
        let unnest = is_unnest(&relation);
        let join_operator = operator.expect("only the first has none");
        if unnest
            && !matches!(join_operator, JoinOperator::CrossJoin(_))
            && outer(&join_operator).is_none()
        {
            return Err(AthenaError::not_supported(
                "UNNEST in a join other than CROSS JOIN and LEFT JOIN … ON TRUE",
            ));
        }
        left.joins.push(Join {
            relation,
            global: false,
            join_operator,
        });
        if unnest {
            left = TableWithJoins {
                relation: TableFactor::NestedJoin {
                    table_with_joins: Box::new(left),
                    alias: None,
                },
                joins: Vec::new(),
            };
        }
    }
    select.from = vec![left];
    Ok(())
}

fn steps(from: TableWithJoins) -> Vec<(Option<JoinOperator>, TableFactor)> {
    let joins = from
        .joins
        .into_iter()
        .map(|join| (Some(join.join_operator), join.relation));
    std::iter::once((None, from.relation))
        .chain(joins)
        .collect()
}

fn is_unnest(factor: &TableFactor) -> bool {
    matches!(factor, TableFactor::UNNEST { .. })
}

/// `LEFT JOIN … ON TRUE`.
fn outer(operator: &JoinOperator) -> Option<()> {
    let (JoinOperator::Left(JoinConstraint::On(on))
    | JoinOperator::LeftOuter(JoinConstraint::On(on))) = operator
    else {
        return None;
    };
    matches!(on, datafusion::sql::sqlparser::ast::Expr::Value(value) if value.value == Value::Boolean(true)).then_some(())
}

#[derive(Debug)]
pub struct UnnestPlanner;

impl RelationPlanner for UnnestPlanner {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let planned = |plan| {
            Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(
                plan, None,
            ))))
        };
        match relation {
            TableFactor::UNNEST { .. } => {
                let one_row = LogicalPlanBuilder::empty(true).build()?;
                planned(unnest(one_row, relation, false, context)?)
            }
            TableFactor::NestedJoin {
                mut table_with_joins,
                alias: None,
            } if table_with_joins
                .joins
                .last()
                .is_some_and(|join| is_unnest(&join.relation)) =>
            {
                let last = table_with_joins.joins.pop().expect("there is a last one");
                let left = if table_with_joins.joins.is_empty() {
                    table_with_joins.relation
                } else {
                    TableFactor::NestedJoin {
                        table_with_joins,
                        alias: None,
                    }
                };
                let left = context.plan(left)?;
                planned(unnest(
                    left,
                    last.relation,
                    outer(&last.join_operator).is_some(),
                    context,
                )?)
            }
            other => Ok(RelationPlanning::Original(Box::new(other))),
        }
    }
}

fn unnest(
    left: LogicalPlan,
    relation: TableFactor,
    outer: bool,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let TableFactor::UNNEST {
        alias,
        array_exprs,
        with_ordinality,
        ..
    } = relation
    else {
        return Err(named("NOT_SUPPORTED: UNNEST"));
    };
    let mut arrays = Vec::new();
    for sql in array_exprs {
        let expr = context.sql_to_expr(sql, left.schema())?;
        arrays.extend(columns_of(expr, left.schema())?);
    }
    if with_ordinality {
        let longest = scalar("cardinality", vec![arrays[0].clone()])?;
        if arrays.len() > 1 {
            return Err(named("NOT_SUPPORTED: WITH ORDINALITY over several arrays"));
        }
        let numbers = scalar("sequence", vec![lit(1_i64), longest.clone()])?;
        let some = datafusion::logical_expr::when(longest.gt(lit(0_i64)), numbers).end()?;
        arrays.push(some);
    }
    let kept: Vec<Expr> = left
        .schema()
        .columns()
        .into_iter()
        .map(Expr::Column)
        .collect();
    // A name that no table has; two UNNESTs of one query differ by the columns before them.
    let place = |at: usize| format!("unnest {} {at}", kept.len());
    let with_arrays = arrays
        .iter()
        .enumerate()
        .map(|(at, array)| array.clone().alias(place(at)));
    let plan = LogicalPlanBuilder::from(left)
        .project(kept.iter().cloned().chain(with_arrays).collect::<Vec<_>>())?;
    let options = UnnestOptions {
        null_handling: if outer {
            NullHandling::PreserveAndExpandEmpty
        } else {
            NullHandling::Drop
        },
        ..UnnestOptions::default()
    };
    let columns = (0..arrays.len())
        .map(|at| Column::from_name(place(at)))
        .collect();
    let plan = plan.unnest_columns_with_options(columns, options)?;
    let table = alias
        .as_ref()
        .map(|alias| TableReference::bare(alias.name.value.clone()));
    let names: Vec<String> = alias
        .iter()
        .flat_map(|alias| alias.columns.iter().map(|column| column.name.value.clone()))
        .collect();
    let mut elements = Vec::new();
    for at in 0..arrays.len() {
        elements.extend(fields_of(
            Expr::Column(Column::from_name(place(at))),
            plan.schema(),
        )?);
    }
    if !names.is_empty() && names.len() != elements.len() {
        return Err(named(format!(
            "SYNTAX_ERROR: line 1:1: Column alias list has {} entries but relation has {} columns",
            names.len(),
            elements.len()
        )));
    }
    let named_element = |(at, element): (usize, Expr)| {
        let name = names
            .get(at)
            .cloned()
            .unwrap_or_else(|| format!("_col{at}"));
        element.alias_qualified(table.clone(), name)
    };
    let elements = elements.into_iter().enumerate().map(named_element);
    plan.project(kept.into_iter().chain(elements).collect::<Vec<_>>())?
        .build()
}

/// A map is unnested as its keys and its values.
fn columns_of(expr: Expr, schema: &DFSchema) -> Result<Vec<Expr>> {
    use datafusion::logical_expr::ExprSchemable;
    match expr.get_type(schema)? {
        DataType::Map(..) => Ok(vec![
            scalar("map_keys", vec![expr.clone()])?,
            scalar("map_values", vec![expr])?,
        ]),
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => Ok(vec![expr]),
        other => Err(named(format!(
            "TYPE_MISMATCH: Cannot unnest type: {}",
            types::trino(&other)
        ))),
    }
}

/// An array of rows is unnested as the rows' fields.
fn fields_of(expr: Expr, schema: &DFSchema) -> Result<Vec<Expr>> {
    use datafusion::logical_expr::ExprSchemable;
    match expr.get_type(schema)? {
        DataType::Struct(fields) => Ok(fields
            .iter()
            .map(|field| {
                datafusion::functions::core::expr_fn::get_field(expr.clone(), field.name())
            })
            .collect()),
        _ => Ok(vec![expr]),
    }
}

fn scalar(name: &str, arguments: Vec<Expr>) -> Result<Expr> {
    let function = functions::all()
        .into_iter()
        .find(|function| function.name() == name);
    let function = function.ok_or_else(|| named(format!("NOT_SUPPORTED: function {name}")))?;
    Ok(function.call(arguments))
}
