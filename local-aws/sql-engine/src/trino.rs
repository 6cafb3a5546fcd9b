//! Trino's spelling: read into sqlparser's tree, and rewritten on it to DataFusion's.

mod aggregates;
mod calls;
mod dialect;
mod expressions;
mod literals;
mod names;
mod parameters;
mod texts;
mod typed;
mod types;
mod unnest;
mod vocabulary;

pub use dialect::{parse_query, tokens};
pub use names::output_names;
pub use parameters::{bind, offset};
pub use typed::Typed;
pub use types::TrinoTypes;
pub use unnest::UnnestPlanner;

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Query, Select, TableFactor, VisitMut, VisitorMut};

use crate::error::{AthenaError, Result};

/// Rewrites a query, or refuses what has no rewriting, by name.
pub fn rewrite(query: &mut Query) -> Result<()> {
    match VisitMut::visit(query, &mut Rewriting) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(refusal) => Err(refusal),
    }
}

struct Rewriting;

impl VisitorMut for Rewriting {
    type Break = AthenaError;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<AthenaError> {
        flow(names::query(query))
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<AthenaError> {
        literals::bare_in_query(query);
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<AthenaError> {
        flow(names::select(select).and_then(|()| unnest::fold(select)))
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<AthenaError> {
        literals::bare_in_group_by(select);
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<AthenaError> {
        flow(names::table_factor(factor))
    }

    /// Afterwards, so that what a rule makes is not rewritten again.
    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<AthenaError> {
        names::identifiers(expr);
        flow(literals::literal(expr).and_then(|()| calls::call(expr)))
    }
}

fn flow(result: Result<()>) -> ControlFlow<AthenaError> {
    match result {
        Ok(()) => ControlFlow::Continue(()),
        Err(refusal) => ControlFlow::Break(refusal),
    }
}
