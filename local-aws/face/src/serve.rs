//! Serving one port with bounds, so that no client can keep the others out.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// Long enough for an answer under way; a client that keeps its connection open does not hold us.
const GRACE: Duration = Duration::from_secs(2);

/// What one port bears.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Connections at a time. Further ones wait in the system's queue.
    pub connections: usize,
    /// For the header of a request, from the end of the one before it: an idle connection ends
    /// then, too.
    pub header: Duration,
}

impl Bounds {
    /// `open_files` is what the process may open: a quarter of it serves one port, so that half is
    /// left for the store, the jobs and what the requests themselves open.
    pub fn of_port(open_files: u64) -> Self {
        let quarter = usize::try_from(open_files / 4).unwrap_or(usize::MAX);
        Self {
            connections: quarter.clamp(64, 4096),
            header: Duration::from_secs(10),
        }
    }
}

/// Answers until `stopping` is true. Then it lets answers under way end, and ends the others.
pub(crate) async fn serve(
    mut listener: TcpListener,
    app: Router,
    bounds: Bounds,
    mut stopping: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut stopping) => break,
            Some(_) = connections.join_next() => {}
            (stream, place) = accept(&mut listener, &places) => {
                connections.spawn(answer(stream, app.clone(), bounds, stopping.clone(), place));
            }
        }
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, ended).await.is_err() {
        connections.shutdown().await;
    }
}

/// Completes when the cloud stops.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that the cloud is gone, which is also the end.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &mut TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, OwnedSemaphorePermit) {
    let place = places.clone().acquire_owned().await;
    let place = place.expect("the semaphore is never closed");
    // Axum's accept waits a second where the process may open no further file.
    let (stream, _) = Listener::accept(listener).await;
    (stream, place)
}

async fn answer(
    stream: TcpStream,
    app: Router,
    bounds: Bounds,
    mut stopping: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    // Header and body leave in two writes. With Nagle's algorithm the second waits for the client's
    // acknowledgement of the first, which the client delays by 40 ms.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps Nagle's algorithm");
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.header)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app));
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        () = stopped(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // The client broke it off, or sent no header in time.
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}

#[cfg(test)]
mod tests;
