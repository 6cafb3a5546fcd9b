//! `classifier serve`: the endpoint's side of SageMaker's container contract.
//!
//! `GET /ping` says that the model is loaded; `POST /invocations` takes JSON Lines, JSON or CSV.
//! A bad row is answered by an error in its own place and takes no neighbour down with it.

pub mod rows;

#[cfg(test)]
mod tests;

use std::env;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use contracts::prediction::PredictionLine;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;

use crate::container::Container;
use crate::model::predict::most_likely;
use crate::trained_model::TrainedModel;
use rows::{Format, Row};

/// What SageMaker's real-time endpoints let through; batch transform says its own limit.
const MAX_BODY_MEGABYTES: usize = 25;

/// Requests that compute at once. One already uses every core; the second hides its gaps.
const CONCURRENT_REQUESTS: usize = 2;

/// Serves until SIGTERM or SIGINT, then finishes the requests in flight.
pub fn run(container: &Container) -> Result<()> {
    let model = TrainedModel::load(&container.model()).context("load the model")?;
    let port = match env::var("SAGEMAKER_BIND_TO_PORT") {
        Ok(port) => port
            .parse()
            .with_context(|| format!("SAGEMAKER_BIND_TO_PORT is \"{port}\", not a port"))?,
        Err(_) => 8080,
    };
    let megabytes = match env::var("SAGEMAKER_MAX_PAYLOAD_IN_MB") {
        Ok(limit) => limit
            .parse()
            .with_context(|| format!("SAGEMAKER_MAX_PAYLOAD_IN_MB is \"{limit}\""))?,
        Err(_) => MAX_BODY_MEGABYTES,
    };
    let address = SocketAddr::new(container.bind_address(), port);
    let app = router(model, megabytes * 1024 * 1024);
    tokio::runtime::Runtime::new()
        .context("start the runtime")?
        .block_on(async {
            let listener = TcpListener::bind(address)
                .await
                .with_context(|| format!("listen on {address}"))?;
            tracing::info!("listening on {}", listener.local_addr()?);
            let (mut terminate, mut interrupt) = (
                signal(SignalKind::terminate())?,
                signal(SignalKind::interrupt())?,
            );
            let stop = async move {
                tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
                tracing::info!("stopping: finishing the requests in flight");
            };
            axum::serve(listener, app)
                .with_graceful_shutdown(stop)
                .await
                .context("serve")
        })
}

/// The two routes over one model.
pub fn router(model: TrainedModel, max_body_bytes: usize) -> Router {
    let server = Server {
        model: Arc::new(model),
        permits: Arc::new(Semaphore::new(CONCURRENT_REQUESTS)),
    };
    Router::new()
        .route("/ping", get(|| async { StatusCode::OK }))
        .route("/invocations", post(invocations))
        .layer(DefaultBodyLimit::max(max_body_bytes))
        .with_state(server)
}

#[derive(Clone)]
struct Server {
    model: Arc<TrainedModel>,
    permits: Arc<Semaphore>,
}

async fn invocations(State(server): State<Server>, headers: HeaderMap, body: Bytes) -> Response {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Some(format) = Format::of(content_type) else {
        let known = "application/jsonlines, application/json or text/csv";
        return refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            &format!("content type \"{content_type}\" is not {known}"),
        );
    };
    let rows = match format.read(&body) {
        Ok(rows) => rows,
        Err(reason) => return refuse(StatusCode::BAD_REQUEST, &reason),
    };
    let permit = server
        .permits
        .acquire_owned()
        .await
        .expect("the semaphore is never closed");
    let model = server.model;
    let answered = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        answer(&model, rows)
    });
    match answered.await {
        Ok(Ok(lines)) => (
            [(header::CONTENT_TYPE, format.content_type())],
            format.write(&lines),
        )
            .into_response(),
        Ok(Err(error)) => fail(&error),
        Err(error) => fail(&error.into()),
    }
}

/// One line per row, in order; only good rows reach the model.
fn answer(model: &TrainedModel, rows: Vec<Row>) -> Result<Vec<PredictionLine>> {
    let texts: Vec<&str> = rows.iter().filter_map(|row| row.as_deref().ok()).collect();
    let mut answers = model.probabilities(&texts)?.into_iter();
    let lines = rows.into_iter().map(|row| match row {
        Ok(_) => line(
            model.labels(),
            &answers.next().expect("one answer per text"),
        ),
        Err(reason) => PredictionLine {
            error: Some(reason),
            ..PredictionLine::default()
        },
    });
    Ok(lines.collect())
}

fn line(labels: &[String], probabilities: &[f32]) -> PredictionLine {
    let best = most_likely(probabilities);
    PredictionLine {
        probability: Some(f64::from(probabilities[best])),
        predicted_label: Some(labels[best].clone()),
        probabilities: labels
            .iter()
            .cloned()
            .zip(probabilities.iter().copied().map(f64::from))
            .collect(),
        error: None,
    }
}

fn refuse(status: StatusCode, reason: &str) -> Response {
    (status, axum::Json(serde_json::json!({ "error": reason }))).into_response()
}

/// What the caller did not cause: logged here, and no inner cause is sent.
fn fail(error: &anyhow::Error) -> Response {
    tracing::error!("{error:#}");
    refuse(
        StatusCode::INTERNAL_SERVER_ERROR,
        "the model could not answer",
    )
}
