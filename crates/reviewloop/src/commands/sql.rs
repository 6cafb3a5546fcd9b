//! A question to the catalogue's tables, by Athena wherever the stack is.

mod answer;
mod shown;

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use aws_sdk_athena::types::{QueryExecution, QueryExecutionContext, QueryExecutionState as State};
use contracts::names;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::account::Account;
use crate::arguments::Sql;
use crate::output::Output;
use crate::sentence::Sentence;
use crate::wait;
use answer::Answer;

/// On a laptop the first statement builds the engine.
const LIMIT: Duration = Duration::from_secs(60 * 60);

pub async fn sql(account: &Account, sql: &Sql, output: &Output) -> anyhow::Result<()> {
    let statement = match sql.statement.as_str() {
        "-" => std::io::read_to_string(std::io::stdin()).context("read stdin")?,
        statement => statement.to_owned(),
    };
    ensure!(!statement.trim().is_empty(), "the statement is empty");
    // Before the query is there, so that no Ctrl-C ends the program and leaves a query that costs.
    let mut interrupts = signal(SignalKind::interrupt()).context("wait for Ctrl-C")?;
    let id = start(account, &statement).await?;
    eprintln!("query {id}");
    let (query, answer) = tokio::select! {
        answered = answered(account, &id) => answered?,
        _ = interrupts.recv() => {
            stop(account, &id).await?;
            bail!("interrupted: the query {id} was stopped");
        }
    };
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

/// The query at its end, and its rows.
async fn answered(account: &Account, id: &str) -> anyhow::Result<(QueryExecution, Answer)> {
    let query = wait::until(account, "the query's end", LIMIT, async || {
        ended(account, id).await
    });
    let query = match query.await {
        Ok(query) => query,
        Err(error) => {
            stop(account, id).await.context(error.to_string())?;
            return Err(error.context(format!("the query {id} was stopped")));
        }
    };
    check(&query)?;
    let answer = answer(account, id).await?;
    Ok((query, answer))
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

/// Athena bills a query to its end, whoever has left.
async fn stop(account: &Account, id: &str) -> anyhow::Result<()> {
    let stop = account.athena.stop_query_execution().query_execution_id(id);
    let stopped = stop.send().await;
    stopped
        .map(|_| ())
        .map_err(|error| error.sentence("stop the query"))
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
        answer.add(results, first);
        first = false;
    }
    Ok(answer)
}
