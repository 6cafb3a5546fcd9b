//! Queries: planned by DataFusion over the Glue tables, and run.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};
use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider,
};
use datafusion::datasource::ViewTable;
use datafusion::error::DataFusionError;
use datafusion::execution::SessionStateBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::collect;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::Statement as DataFusionStatement;
use datafusion::sql::sqlparser::ast::{Query, Statement};

use crate::error::{AthenaError, Result};
use crate::request::{Answer, Request};
use crate::results::{self, ColumnInfo};
use crate::storage::Storage;
use crate::tables::{GlueTable, PATH};
use crate::trino;
use crate::{functions, views};

/// What a query gave.
pub struct Rows {
    pub columns: Vec<ColumnInfo>,
    pub schema: SchemaRef,
    pub batches: Vec<RecordBatch>,
}

pub async fn run(request: &Request, storage: Storage) -> Result<Answer> {
    let rows = rows(request, &request.statement, &storage).await?;
    let uri = results::output(&request.output, &request.id, ".csv")?;
    results::write_rows(&storage, &uri, &rows.columns, &rows.batches).await?;
    Ok(Answer {
        statement_type: "DML",
        substatement_type: "SELECT",
        columns: rows.columns,
        scanned_bytes: 0,
        rows: rows
            .batches
            .iter()
            .map(|batch| batch.num_rows() as u64)
            .sum(),
        update_count: None,
        output_location: uri.to_string(),
        manifest_location: None,
        changes: Vec::new(),
    })
}

pub async fn rows(request: &Request, text: &str, storage: &Storage) -> Result<Rows> {
    let query = trino::parse_query(text)?;
    let names = trino::output_names(&query);
    let context = context(request, text, storage).await?;
    let plan = plan(&context, query, &request.database)
        .await
        .map_err(|error| placed(error, text))?;
    let frame = context.execute_logical_plan(plan).await?;
    let work = Arc::new(frame.task_ctx());
    let physical = frame.create_physical_plan().await;
    let physical = physical.map_err(|error| placed(error.into(), text))?;
    let schema = Arc::new(told(&physical.schema())?);
    let batches = collect(physical, work).await?;
    let batches = batches
        .iter()
        .map(|batch| {
            let columns = batch.columns().iter().zip(schema.fields());
            let cast = |(column, field): (&ArrayRef, &FieldRef)| {
                arrow::compute::cast(column, field.data_type())
            };
            let columns = columns
                .map(cast)
                .collect::<std::result::Result<Vec<_>, _>>()?;
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)
        })
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(DataFusionError::from)?;
    Ok(Rows {
        columns: results::columns(&schema, &names),
        schema,
        batches,
    })
}

/// DataFusion's types as Trino's: what it counts is unsigned, what it reads off a clock has nanoseconds.
fn told(schema: &Schema) -> Result<Schema> {
    let field = |field: &FieldRef| {
        let kind = match field.data_type() {
            DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => {
                DataType::Int64
            }
            DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
            DataType::Timestamp(_, zone) => {
                DataType::Timestamp(TimeUnit::Millisecond, zone.clone())
            }
            DataType::Interval(_) | DataType::Duration(_) => {
                return Err(AthenaError::not_supported("an interval as a result"));
            }
            other => other.clone(),
        };
        Ok(Field::new(field.name(), kind, true))
    };
    let fields = schema
        .fields()
        .iter()
        .map(field)
        .collect::<Result<Vec<_>>>()?;
    Ok(Schema::new(fields))
}

/// The columns that a query would have.
pub async fn described(request: &Request, text: &str, storage: &Storage) -> Result<Rows> {
    let query = trino::parse_query(text)?;
    let names = trino::output_names(&query);
    let context = context(request, text, storage).await?;
    let plan = plan(&context, query, &request.database)
        .await
        .map_err(|error| placed(error, text))?;
    let plan = context.state().optimize(&plan)?;
    let schema = Arc::new(told(plan.schema().as_arrow())?);
    Ok(Rows {
        columns: results::columns(&schema, &names),
        schema,
        batches: Vec::new(),
    })
}

/// Plans a query whose tables are of a database, where it names none.
async fn plan(context: &SessionContext, mut query: Query, database: &str) -> Result<LogicalPlan> {
    trino::rewrite(&mut query)?;
    let mut state = context.state();
    database.clone_into(&mut state.config_mut().options_mut().catalog.default_schema);
    let statement = DataFusionStatement::Statement(Box::new(Statement::Query(Box::new(query))));
    Ok(state.statement_to_plan(statement).await?)
}

async fn context(request: &Request, text: &str, storage: &Storage) -> Result<SessionContext> {
    let mut config = SessionConfig::new()
        .with_default_catalog_and_schema("awsdatacatalog", &request.database)
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(false);
    let options = &mut config.options_mut().sql_parser;
    options.default_null_ordering = "nulls_last".to_owned();
    options.parse_float_as_decimal = true;
    options.map_string_types_to_utf8view = false;
    let mut rules: Vec<Arc<dyn datafusion::optimizer::AnalyzerRule + Send + Sync>> =
        vec![Arc::new(trino::Typed)];
    rules.extend(datafusion::optimizer::Analyzer::new().rules);
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_default_features()
        .with_type_planner(Arc::new(trino::TrinoTypes))
        .with_analyzer_rules(rules)
        .build();
    let context = SessionContext::new_with_state(state);
    context
        .state_ref()
        .write()
        .register_relation_planner(Arc::new(trino::UnnestPlanner))?;
    for function in functions::all() {
        context.register_udf(function.as_ref().clone());
    }
    let catalog = Arc::new(MemoryCatalogProvider::new());
    context.register_catalog(
        "awsdatacatalog",
        Arc::clone(&catalog) as Arc<dyn CatalogProvider>,
    );
    let with_path = text.contains(&format!("\"{PATH}\""));
    let mut views = Vec::new();
    for (name, database) in &request.databases.databases {
        let schema = Arc::new(MemorySchemaProvider::new());
        catalog.register_schema(
            &name.to_lowercase(),
            Arc::clone(&schema) as Arc<dyn SchemaProvider>,
        )?;
        for table in &database.tables {
            // Only what the statement may mean: a table that cannot be read is an error of those who name it.
            if table.is_view() {
                views.push((Arc::clone(&schema), table));
            } else if mentions(text, &table.name)
                || request.databases.databases.values().any(|database| {
                    database
                        .tables
                        .iter()
                        .any(|table| table.is_view() && mentions(text, &table.name))
                })
            {
                match GlueTable::new(
                    table,
                    request.databases.partitions(name, &table.name),
                    storage.clone(),
                    with_path,
                ) {
                    Ok(glue) => {
                        schema.register_table(table.name.to_lowercase(), Arc::new(glue))?;
                    }
                    Err(error) if mentions(text, &table.name) => return Err(error),
                    Err(_) => {}
                }
            }
        }
    }
    register_views(&context, text, views).await?;
    Ok(context)
}

fn mentions(text: &str, name: &str) -> bool {
    text.to_lowercase().contains(&name.to_lowercase())
}

/// Views may name views: each round plans those whose tables are there.
async fn register_views(
    context: &SessionContext,
    text: &str,
    mut views: Vec<(Arc<MemorySchemaProvider>, &crate::catalog::Table)>,
) -> Result<()> {
    loop {
        let (before, mut left) = (views.len(), Vec::new());
        for (schema, table) in views {
            let view = views::View::of(table)?;
            match plan(context, trino::parse_query(&view.sql)?, &view.database).await {
                Ok(plan) => {
                    schema.register_table(
                        table.name.to_lowercase(),
                        Arc::new(ViewTable::new(plan, Some(view.sql))),
                    )?;
                }
                Err(error) => left.push((schema, table, error)),
            }
        }
        if left.len() == before || left.is_empty() {
            return match left
                .into_iter()
                .find(|(_, table, _)| mentions(text, &table.name))
            {
                Some((_, table, error)) => Err(AthenaError::user(format!(
                    "INVALID_VIEW: View '{}' is stale or in invalid state: {}",
                    table.name, error.message
                ))),
                None => Ok(()),
            };
        }
        views = left
            .into_iter()
            .map(|(schema, table, _)| (schema, table))
            .collect();
    }
}

/// Trino tells a column's place; it is where the text first has the name.
fn placed(error: AthenaError, text: &str) -> AthenaError {
    let Some(rest) = error.message.strip_prefix("COLUMN_NOT_FOUND: Column '") else {
        return error;
    };
    let name = rest.split('\'').next().unwrap_or_default();
    let last = name.rsplit('.').next().unwrap_or_default();
    let Some(at) = text.to_lowercase().find(&last.to_lowercase()) else {
        return error;
    };
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    AthenaError {
        message: format!(
            "COLUMN_NOT_FOUND: line {line}:{column}: Column '{last}' cannot be resolved or requester is not authorized to access requested resources"
        ),
        ..error
    }
}
