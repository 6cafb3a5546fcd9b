//! HTTP on loopback, and who may use it: programs on one port, people's pages on another.
//!
//! A web page of somebody else that is open in the same browser reaches 127.0.0.1 too. It always
//! sends its `Origin` with what changes anything, and a name that it rebinds to 127.0.0.1 shows in
//! `Host`. So the port for programs refuses every origin, and the portal's every one but its own.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use http::header::{HOST, ORIGIN};
use http::{Method, StatusCode};

use local_core::Cloud;
use local_core::part::Part;
use local_core::store::is_fault;
use local_core::wire::{self, Table};

/// Everything that this cloud answers to programs.
pub fn app(cloud: &Arc<Cloud>, parts: &mut [Part]) -> Router {
    let mut router = crate::local::router(cloud);
    let mut rows = Vec::new();
    let mut front = None;
    for part in parts {
        rows.append(&mut part.operations);
        front = front.or(part.front);
        if let Some(routes) = part.routes {
            router = router.merge(routes(cloud));
        }
    }
    let table = Table::new(rows).set(cloud);
    let s3 = front.expect("one of the parts is Amazon S3")(cloud);
    let cloud = cloud.clone();
    let router = router.fallback(move |request: Request<Body>| {
        let (cloud, table, s3) = (cloud.clone(), table.clone(), s3.clone());
        async move { wire::answer(cloud, &table, s3.as_ref(), request).await }
    });
    router.layer(middleware::from_fn(without_panic))
}

/// A request that panics answers 500, and its connection lives on. The panic hook has printed
/// where.
async fn without_panic(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    answer.unwrap_or_else(|panic| {
        // The store has said its own fault.
        if !is_fault(&*panic) {
            tracing::error!(path, "a request failed inside");
        }
        let reason = "local-aws failed; its log says why";
        (StatusCode::INTERNAL_SERVER_ERROR, reason).into_response()
    })
}

/// Guards the port for programs: no page of any origin. A public function URL is the function's to guard.
pub fn for_programs(cloud: &Arc<Cloud>, app: Router, port: u16) -> Router {
    let cloud = cloud.clone();
    let public = move |request: Request, next: Next| {
        let cloud = cloud.clone();
        async move {
            match local_lambda::public_function(request.headers(), port).map(str::to_owned) {
                Some(function) => local_lambda::answer_public(&cloud, &function, request).await,
                None => next.run(request).await,
            }
        }
    };
    let guarded = guarded(app, port, None);
    guarded
        .layer(middleware::from_fn(public))
        .layer(middleware::from_fn(without_panic))
}

/// Guards the portal's port: only its own pages.
pub fn for_people(app: Router, port: u16) -> Router {
    let app = app.layer(middleware::from_fn(without_panic));
    guarded(app, port, Some(port))
}

fn guarded(app: Router, port: u16, origin_port: Option<u16>) -> Router {
    app.layer(middleware::from_fn(
        move |request: Request, next: Next| async move {
            match refusal(&request, port, origin_port) {
                Some(reason) => {
                    tracing::warn!(path = request.uri().path(), reason, "refused");
                    (StatusCode::FORBIDDEN, reason).into_response()
                }
                None => next.run(request).await,
            }
        },
    ))
}

fn refusal(request: &Request, port: u16, origin_port: Option<u16>) -> Option<&'static str> {
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let is_ours = |host: &[u8]| hosts.iter().any(|ours| ours.as_bytes() == host);
    // HTTP/1.1 demands a Host, and a client that leaves the port out means port 80.
    let host = request.headers().get(HOST);
    if !host.is_some_and(|host| is_ours(host.as_bytes())) {
        return Some("the Host header is not this server's: use http://127.0.0.1 and the port");
    }
    let origin = request.headers().get(ORIGIN)?.as_bytes();
    // A task's sandboxed frame has the origin "null" and loads the portal's element script. What
    // such a request reads no other page can: no answer of ours carries a CORS header.
    if origin_port.is_some() && matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let own = origin_port.is_some() && origin.strip_prefix(b"http://").is_some_and(is_ours);
    (!own).then_some("web pages of another origin may not call this server")
}

#[cfg(test)]
mod tests;
