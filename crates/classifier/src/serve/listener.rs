//! Where the endpoint listens, and for whom.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::serve::{Listener, ListenerExt};
use tokio::net::{TcpListener, TcpStream};

use super::refusal::refuse;

/// Sends every answer at once: a small one would wait for the caller to acknowledge the one before.
pub async fn listen(
    address: SocketAddr,
) -> Result<impl Listener<Io = TcpStream, Addr = SocketAddr>> {
    let listener = TcpListener::bind(address).await;
    let listener = listener.with_context(|| format!("listen on {address}"))?;
    Ok(listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::warn!("answers may be late: {error}");
        }
    }))
}

/// Answers only who calls the endpoint by this name and port. A web page can have its own name lead here,
/// and would read predictions; its browser says the name in `Host`, and where the page is from in `Origin`.
pub fn only_as(router: Router, host: &str, port: u16) -> Router {
    let host = format!("{host}:{port}");
    router.layer(middleware::from_fn(move |request: Request, next: Next| {
        let refusal = check(&host, &request);
        async move {
            match refusal {
                Some(refusal) => refusal,
                None => next.run(request).await,
            }
        }
    }))
}

fn check(host: &str, request: &Request) -> Option<Response> {
    let value = |name| request.headers().get(name).map(|value| value.as_bytes());
    let called = request.uri().authority();
    let called = called.map_or(value(header::HOST), |name| Some(name.as_str().as_bytes()));
    let forbidden = |reason: &str| Some(refuse(StatusCode::FORBIDDEN, reason));
    if called != Some(host.as_bytes()) {
        forbidden(&format!(
            "this endpoint is called {host}, and answers to no other name"
        ))
    } else if value(header::ORIGIN).is_some() {
        forbidden("web pages are not answered")
    } else {
        None
    }
}
