//! HTTP: a ping, a statement, and the end of one that runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use tokio::task::AbortHandle;

use crate::error::AthenaError;
use crate::request::Request;
use crate::statement;
use crate::storage::Storage;

#[derive(Clone)]
struct Server {
    storage: Storage,
    running: Arc<Mutex<HashMap<String, AbortHandle>>>,
}

pub async fn serve(port: u16, storage: Storage) -> anyhow::Result<()> {
    let server = Server {
        storage,
        running: Arc::default(),
    };
    let routes = Router::new()
        .route("/ping", get(|| async { "" }))
        .route("/statements", post(run))
        .route("/statements/{id}", delete(stop))
        // A catalogue of many partitions is longer than axum's two megabytes.
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(server);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    // PORT 0 lets the system choose; a test reads the choice here.
    println!("{}", listener.local_addr()?.port());
    axum::serve(listener, routes).await?;
    Ok(())
}

/// Runs as a task of its own, so that it can be aborted and a panic ends nothing else.
async fn run(State(server): State<Server>, Json(request): Json<Request>) -> Response {
    let id = request.id.clone();
    let storage = server.storage.counted();
    let task = tokio::spawn(async move { statement::run(request, storage).await });
    server.lock().insert(id.clone(), task.abort_handle());
    let outcome = task.await;
    server.lock().remove(&id);
    match outcome {
        Ok(Ok(answer)) => Json(answer).into_response(),
        Ok(Err(error)) => (StatusCode::BAD_REQUEST, Json(error)).into_response(),
        Err(stopped) if stopped.is_cancelled() => {
            let error = AthenaError::user("Query cancelled");
            (StatusCode::BAD_REQUEST, Json(error)).into_response()
        }
        Err(panic) => {
            let error = AthenaError::system(format!("GENERIC_INTERNAL_ERROR: {panic}"));
            (StatusCode::BAD_REQUEST, Json(error)).into_response()
        }
    }
}

async fn stop(State(server): State<Server>, Path(id): Path<String>) -> StatusCode {
    match server.lock().remove(&id) {
        Some(task) => {
            task.abort();
            StatusCode::NO_CONTENT
        }
        None => StatusCode::NOT_FOUND,
    }
}

impl Server {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, AbortHandle>> {
        // A map of handles is whole after any panic.
        self.running
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
