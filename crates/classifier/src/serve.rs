//! `classifier serve`: the endpoint's side of SageMaker's container contract.
//!
//! `GET /ping` says that the model is loaded and its thread computes; `POST /invocations` takes JSON Lines,
//! JSON or CSV (without a header) and answers in the request's format or the one that `Accept` names; `GET
//! /execution-parameters` tells a batch transform job how to ask. A bad row is answered by an error in its own
//! place, and the others by their labels. A request of too many rows gets 413 with the limit. When too many
//! requests wait, the next one gets 503 and `Retry-After`. A long request lets others go first after every 64
//! texts, and is dropped when its caller has disconnected. Where `AUTOML_TRANSFORM_MODE` is set, the endpoint is one of
//! the two beside an AutoML job's model and has no model itself (see [`transform`]). SIGTERM lets the requests in flight finish. Where
//! `ALLOWED_HOST` is set, as on a developer's machine, callers by other names and web pages are refused.

pub mod answer;
pub mod batcher;
pub mod format;
mod listener;
mod refusal;
pub mod request;
pub mod settings;
pub mod transform;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::Listener;
use axum::{Json, Router};
use policy::text::TextColumns;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::automl::features;
use crate::container::Container;
use crate::trained_model::TrainedModel;
use batcher::{Batcher, Refused};
use format::Format;
use refusal::{busy, fail, refuse, refuse_body, refuse_rows};
use request::{Reading, Row};
use settings::Settings;
use transform::Role;

/// Serves until SIGTERM or SIGINT, then finishes the requests in flight.
pub fn run(container: &Container) -> Result<()> {
    let settings = Settings::from_env()?;
    let (address, host) = (
        SocketAddr::new(container.bind_address(), settings.port),
        settings.host.clone(),
    );
    let app = match Role::from_env()? {
        Some(role) => {
            let features = features::load(&container.model()).context("load the features")?;
            with_limits(transform::routes(role, features, &settings), &settings)
        }
        None => {
            let model = TrainedModel::load(&container.model()).context("load the model")?;
            router(model, settings)
        }
    };
    serve(app, address, host)
}

fn serve(app: Router, address: SocketAddr, host: Option<String>) -> Result<()> {
    tokio::runtime::Runtime::new()
        .context("start the runtime")?
        .block_on(async {
            let listener = listener::listen(address).await?;
            let address = listener.local_addr()?;
            tracing::info!("listening on {address}");
            let app = match host {
                Some(host) => listener::only_as(app, &host, address.port()),
                None => app,
            };
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

/// The routes over one model.
pub fn router(model: TrainedModel, settings: Settings) -> Router {
    routes(Server {
        labels: model.labels().into(),
        columns: model.text_columns().cloned().map(Arc::new),
        batcher: Batcher::new(settings.requests, settings.queued_mb << 10, move |texts| {
            model.probabilities(texts)
        }),
        settings,
    })
}

#[derive(Clone)]
struct Server {
    labels: Arc<[String]>,
    columns: Option<Arc<TextColumns>>,
    batcher: Batcher,
    settings: Settings,
}

fn routes(server: Server) -> Router {
    let settings = server.settings.clone();
    let routes = Router::new()
        .route("/ping", get(ping))
        .route("/invocations", post(invocations))
        .with_state(server);
    with_limits(routes, &settings)
}

/// What a transform job asks of any endpoint, and the largest request.
fn with_limits(routes: Router, settings: &Settings) -> Router {
    let max_payload_in_mb = settings.max_payload_in_mb;
    let parameters = json!({
        // One request already uses every core; a second one fills the time between two.
        "MaxConcurrentTransforms": 2,
        "BatchStrategy": "MULTI_RECORD",
        // Some thousand reviews: larger requests are no faster, and a smaller one is repeated
        // sooner.
        "MaxPayloadInMB": max_payload_in_mb.min(1),
    });
    routes
        .route("/execution-parameters", get(|| async { Json(parameters) }))
        .layer(DefaultBodyLimit::max(max_payload_in_mb << 20))
}

/// SageMaker replaces a container whose ping fails.
async fn ping(State(server): State<Server>) -> Response {
    if server.batcher.is_running() {
        StatusCode::OK.into_response()
    } else {
        let reason = "the computing thread has ended: this container must be replaced";
        refuse(StatusCode::SERVICE_UNAVAILABLE, reason)
    }
}

async fn invocations(
    State(server): State<Server>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    respond(&server, &headers, body)
        .await
        .unwrap_or_else(|refusal| refusal)
}

/// `Err` is the response to a request that gets no answer.
async fn respond(
    server: &Server,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Response> {
    let (content_type, accept) = (
        format::said(headers, &header::CONTENT_TYPE),
        format::said(headers, &header::ACCEPT),
    );
    let format = Format::of(content_type).ok_or_else(|| {
        let reason = format!("content type \"{content_type}\" is not {}", format::KNOWN);
        refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, &reason)
    })?;
    let answer_format = format.accepted(accept).ok_or_else(|| {
        let reason = format!("none of \"{accept}\" is {}", format::KNOWN);
        refuse(StatusCode::NOT_ACCEPTABLE, &reason)
    })?;
    let body =
        body.map_err(|rejection| refuse_body(&rejection, server.settings.max_payload_in_mb))?;
    let reading = Reading {
        limit: server.settings.max_rows,
        columns: server.columns.as_deref(),
    };
    let rows = reading.rows(format, &body);
    // While the request waits for its turn, only what was read of it is kept.
    drop(body);
    let (rows, texts) = apart(rows.map_err(|refusal| refuse_rows(&refusal))?);
    let computed = if texts.is_empty() {
        Vec::new()
    } else {
        let computed = server
            .batcher
            .submit(texts)
            .map_err(|refused| match refused {
                Refused::Full => busy(),
                Refused::Ended => fail(&anyhow!("the computing thread has ended")),
            })?;
        computed.await.map_err(|error| fail(&error))?
    };
    let answers = answer::answers(&server.labels, rows, computed);
    let content_type = [(header::CONTENT_TYPE, answer_format.content_type())];
    Ok((content_type, answer::write(answer_format, &answers)).into_response())
}

/// The good rows' texts, and the rows without them.
fn apart(mut rows: Vec<Row>) -> (Vec<Row>, Vec<String>) {
    let texts = rows.iter_mut().filter_map(|row| row.text.as_mut().ok());
    let texts = texts.map(std::mem::take).collect();
    (rows, texts)
}
