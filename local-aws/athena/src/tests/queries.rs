//! A query execution from its start to its end.

use serde_json::{Value, json};

use super::{Bench, statement};
use crate::event;
use crate::execution::{EXECUTIONS, State};
use local_core::Source;

#[tokio::test]
async fn a_query_without_an_engine_fails_with_athenas_error_and_its_events_are_told() {
    let mut bench = Bench::new(None);
    let id = bench.start("SELECT 1").await;
    let queued = bench.execution(&id).await;
    assert_eq!(queued["Status"]["State"], "QUEUED");
    assert_eq!(queued["StatementType"], "DML");
    assert_eq!(queued["WorkGroup"], "primary");
    let output = &queued["ResultConfiguration"]["OutputLocation"];
    assert_eq!(*output, format!("s3://results/athena/{id}.csv"));
    bench.drive();
    let failed = bench.wait(&id, "FAILED").await;
    let error = &failed["Status"]["AthenaError"];
    assert_eq!(error["ErrorCategory"], 1);
    assert_eq!(error["Retryable"], true);
    assert_eq!(
        error["ErrorMessage"],
        "this cloud was started without a SQL engine"
    );
    assert_eq!(failed["Status"]["StateChangeReason"], error["ErrorMessage"]);
    assert!(failed["Status"]["CompletionDateTime"].is_f64());
    assert!(failed["Statistics"]["TotalExecutionTimeInMillis"].is_i64());
    assert_eq!(
        bench.told(),
        [
            (Value::Null, json!("QUEUED"), json!("1")),
            (json!("QUEUED"), json!("FAILED"), json!("2")),
        ]
    );
}

#[tokio::test]
async fn an_engine_that_cannot_be_built_fails_the_query_with_the_reason_and_the_next_query_asks_again()
 {
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counted = asked.clone();
    let source = Source::new(move || {
        let number = counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Box::pin(async move { Err(format!("the build {number} has no linker")) })
    });
    let mut bench = Bench::new(Some(source));
    bench.drive();
    for number in 0..2 {
        let id = bench.start("SELECT 1").await;
        let failed = bench.wait(&id, "FAILED").await;
        let reason = format!("the build {number} has no linker");
        assert_eq!(failed["Status"]["StateChangeReason"], reason);
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_program_that_ends_at_its_start_fails_the_query() {
    let source = Source::new(|| Box::pin(async { Ok("/bin/false".into()) }));
    let mut bench = Bench::new(Some(source));
    bench.drive();
    let id = bench.start("SELECT 1").await;
    let failed = bench.wait(&id, "FAILED").await;
    let reason = failed["Status"]["StateChangeReason"].as_str().unwrap();
    assert!(
        reason.contains("the SQL engine ended at its start"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_query_is_stopped_while_its_engine_is_built_and_stays_stopped() {
    let source = Source::new(|| Box::pin(std::future::pending()));
    let mut bench = Bench::new(Some(source));
    bench.drive();
    let id = bench.start("SELECT 1").await;
    let named = json!({ "QueryExecutionId": id });
    bench
        .call("StopQueryExecution", named.clone())
        .await
        .unwrap();
    let stopped = bench.wait(&id, "CANCELLED").await;
    bench.call("StopQueryExecution", named).await.unwrap();
    assert_eq!(bench.execution(&id).await, stopped);
    assert_eq!(
        bench.told().last(),
        Some(&(json!("QUEUED"), json!("CANCELLED"), json!("2")))
    );
}

#[tokio::test]
async fn what_ran_when_the_process_ended_fails_and_what_waited_is_run() {
    let bench = Bench::new(None);
    let (running, waiting) = (
        bench.start("INSERT INTO t SELECT 1").await,
        bench.start("SELECT 1").await,
    );
    bench.cloud.store.update(|tx| {
        let mut execution = EXECUTIONS.get(tx, super::REGION, &running).unwrap();
        execution.state = State::Running;
        let names = (super::REGION, running.as_str());
        event::turn(
            (&bench.cloud, tx),
            names,
            Some(State::Queued),
            &mut execution,
        );
    });
    let mut next = Bench::in_folder(bench.end().await, None);
    next.drive();
    let failed = next.wait(&running, "FAILED").await;
    let reason = failed["Status"]["StateChangeReason"].as_str().unwrap();
    assert!(
        reason.contains("local-aws ended while the query ran"),
        "{reason}"
    );
    assert_eq!(failed["Status"]["AthenaError"]["Retryable"], true);
    let run = next.wait(&waiting, "FAILED").await;
    assert_eq!(
        run["Status"]["StateChangeReason"],
        "this cloud was started without a SQL engine"
    );
}

#[tokio::test]
async fn a_token_finds_the_query_that_it_started() {
    let bench = Bench::new(None);
    let mut asked = statement("SELECT 1");
    asked["ClientRequestToken"] = "0123456789abcdef0123456789abcdef".into();
    let first = bench
        .call("StartQueryExecution", asked.clone())
        .await
        .unwrap();
    assert_eq!(
        bench
            .call("StartQueryExecution", asked.clone())
            .await
            .unwrap(),
        first
    );
    asked["QueryString"] = "SELECT 2".into();
    let refused = bench.refused("StartQueryExecution", asked).await;
    assert_eq!(
        refused,
        "InvalidRequestException: Idempotent parameters do not match"
    );
    let listed = bench.call("ListQueryExecutions", json!({})).await.unwrap();
    assert_eq!(
        listed["QueryExecutionIds"],
        json!([first["QueryExecutionId"]])
    );
}

#[tokio::test]
async fn the_newest_query_is_listed_first_and_unknown_ones_are_named() {
    let bench = Bench::new(None);
    let mut started = Vec::new();
    for number in 0..3 {
        started.push(bench.start(&format!("SELECT {number}")).await);
        bench.cloud.world.advance(1);
    }
    started.reverse();
    let page = bench
        .call("ListQueryExecutions", json!({ "MaxResults": 2 }))
        .await
        .unwrap();
    assert_eq!(page["QueryExecutionIds"], json!(started[..2]));
    let rest = json!({ "MaxResults": 2, "NextToken": page["NextToken"] });
    let rest = bench.call("ListQueryExecutions", rest).await.unwrap();
    assert_eq!(rest, json!({ "QueryExecutionIds": started[2..] }));
    let asked = json!({ "QueryExecutionIds": [started[0], "nobody"] });
    let batch = bench.call("BatchGetQueryExecution", asked).await.unwrap();
    assert_eq!(batch["QueryExecutions"][0]["Query"], "SELECT 2");
    assert_eq!(
        batch["UnprocessedQueryExecutionIds"][0]["QueryExecutionId"],
        "nobody"
    );
    let refused = bench
        .refused("GetQueryExecution", json!({ "QueryExecutionId": "nobody" }))
        .await;
    assert_eq!(
        refused,
        "InvalidRequestException: QueryExecution nobody was not found"
    );
}

#[tokio::test]
async fn what_athena_or_this_cloud_does_not_take_is_refused_by_name() {
    let bench = Bench::new(None);
    let with = |member: &str, value: Value| {
        let mut asked = statement("SELECT 1");
        asked[member] = value;
        asked
    };
    for (asked, expected) in [
        (
            json!({ "QueryString": "SELECT 1" }),
            "InvalidRequestException: No output location provided.",
        ),
        (
            with("QueryString", json!("  ")),
            "InvalidRequestException: QueryString must not be empty",
        ),
        (
            with("WorkGroup", json!("nobody")),
            "InvalidRequestException: WorkGroup nobody is not found.",
        ),
        (
            with("ClientRequestToken", json!("short")),
            "InvalidRequestException: 1 validation error",
        ),
        (
            with("ResultConfiguration", json!({ "OutputLocation": "/tmp" })),
            "InvalidRequestException: outputLocation is not a valid S3 path.",
        ),
        (
            with("QueryExecutionContext", json!({ "Catalog": "lambda:mine" })),
            "ValidationException: local-aws's Athena has the catalogue",
        ),
        (
            with(
                "ResultReuseConfiguration",
                json!({ "ResultReuseByAgeConfiguration": { "Enabled": true } }),
            ),
            "ValidationException: local-aws does not honour the parameter ResultReuseConfiguration",
        ),
        (
            with("EngineConfiguration", json!({})),
            "ValidationException: local-aws does not honour the parameter EngineConfiguration",
        ),
    ] {
        let refused = bench.refused("StartQueryExecution", asked).await;
        assert!(refused.starts_with(expected), "{refused}");
    }
    let not_reused = json!({ "ResultReuseByAgeConfiguration": { "Enabled": false } });
    bench
        .call(
            "StartQueryExecution",
            with("ResultReuseConfiguration", not_reused),
        )
        .await
        .unwrap();
}
