//! A question to the catalogue's tables, by Athena wherever the stack is.

mod shown;

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use aws_sdk_athena::types::{
    QueryExecution, QueryExecutionContext, QueryExecutionState as State, ResultSet,
};
use contracts::names;
use serde_json::json;

use crate::account::Account;
use crate::arguments::Sql;
use crate::output::Output;
use crate::sentence::Sentence;
use crate::wait;

/// On a laptop the first statement builds the engine.
const LIMIT: Duration = Duration::from_secs(60 * 60);

pub async fn sql(account: &Account, sql: &Sql, output: &Output) -> anyhow::Result<()> {
    let statement = match sql.statement.as_str() {
        "-" => std::io::read_to_string(std::io::stdin()).context("read stdin")?,
        statement => statement.to_owned(),
    };
    ensure!(!statement.trim().is_empty(), "the statement is empty");
    let id = start(account, &statement).await?;
    eprintln!("query {id}");
    let query = wait::until(account, "the query's end", LIMIT, async || {
        ended(account, &id).await
    });
    let query = query.await?;
    check(&query)?;
    let answer = answer(account, &id).await?;
    let statistics = query.statistics();
    let scanned = statistics.and_then(|it| it.data_scanned_in_bytes());
    let milliseconds = statistics.and_then(|it| it.total_execution_time_in_millis());
    let result = json!({
        "ok": true,
        "query_execution_id": id,
        "columns": answer.columns,
        "rows": answer.rows,
        "data_scanned_in_bytes": scanned,
        "total_execution_time_in_millis": milliseconds,
    });
    output.result(&result, || match sql.csv {
        true => shown::csv(&answer),
        false => shown::table(&answer),
    })
}

/// Rows of texts; `None` is null.
#[derive(Debug, Default)]
struct Answer {
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

async fn start(account: &Account, statement: &str) -> anyhow::Result<String> {
    let database = names::database(&account.stack);
    let context = QueryExecutionContext::builder().database(database).build();
    let start = account.athena.start_query_execution();
    let start = start
        .query_string(statement)
        .query_execution_context(context);
    let started = start
        .work_group(names::work_group(&account.stack))
        .send()
        .await;
    let started = started.map_err(|error| error.sentence("start the query"))?;
    started.query_execution_id.context("Athena names no query")
}

async fn ended(account: &Account, id: &str) -> anyhow::Result<Option<QueryExecution>> {
    let get = account.athena.get_query_execution().query_execution_id(id);
    let found = get
        .send()
        .await
        .map_err(|error| error.sentence("look at the query"))?;
    let query = found
        .query_execution
        .context("Athena does not know the query")?;
    let state = query.status().and_then(|status| status.state());
    let runs = matches!(state, Some(State::Queued | State::Running));
    Ok((!runs).then_some(query))
}

fn check(query: &QueryExecution) -> anyhow::Result<()> {
    let status = query.status().context("the query has no status")?;
    if status.state() == Some(&State::Succeeded) {
        return Ok(());
    }
    let state = status.state().map_or("ended", |state| state.as_str());
    bail!(
        "{state}: {}",
        status.state_change_reason().unwrap_or("no reason given")
    )
}

async fn answer(account: &Account, id: &str) -> anyhow::Result<Answer> {
    let get = account.athena.get_query_results().query_execution_id(id);
    let mut pages = get.into_paginator().send();
    let mut answer = Answer::default();
    let mut first = true;
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| error.sentence("read the query's results"))?;
        let Some(results) = page.result_set else {
            continue;
        };
        add(&mut answer, results, first);
        first = false;
    }
    Ok(answer)
}

/// The first page of a SELECT begins with the columns' names.
fn add(answer: &mut Answer, results: ResultSet, first: bool) {
    if let Some(metadata) = results.result_set_metadata().filter(|_| first) {
        let columns = metadata.column_info().iter();
        answer.columns = columns.map(|column| column.name().to_owned()).collect();
    }
    let rows = results.rows.unwrap_or_default().into_iter();
    let rows = rows.map(|row| {
        let data = row.data.unwrap_or_default().into_iter();
        data.map(|datum| datum.var_char_value).collect::<Vec<_>>()
    });
    let names: Vec<Option<String>> = answer.columns.iter().cloned().map(Some).collect();
    let is_header =
        |(place, row): &(usize, Vec<Option<String>>)| first && *place == 0 && *row == names;
    let rows = rows.enumerate().filter(|row| !is_header(row));
    answer.rows.extend(rows.map(|(_, row)| row));
}
