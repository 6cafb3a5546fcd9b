//! What is ours and not AWS's: `/_local/health` and `/_local/reset`.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use serde_json::json;
use subtle::ConstantTimeEq;

use local_core::Cloud;
use local_core::wire::sigv4::{Scope, Signer};

pub fn router(cloud: &Arc<Cloud>) -> Router {
    Router::new()
        .route("/_local/health", get(health))
        .route("/_local/reset", post(reset))
        .with_state(cloud.clone())
}

async fn health(State(cloud): State<Arc<Cloud>>) -> Response {
    let body =
        json!({ "status": "ok", "endpoint": cloud.endpoint_url(), "portal": cloud.portal_url() });
    Body::from(body.to_string()).into_response()
}

/// Empties the store in one transaction and deploys the template again.
async fn reset(State(cloud): State<Arc<Cloud>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if !has_token(&cloud, &parts.headers)
        && let Err(reason) = check_signature(&cloud, &parts)
    {
        return (StatusCode::FORBIDDEN, reason).into_response();
    }
    cloud.store.reset();
    tracing::info!("the store was emptied");
    match local_stack::start(&cloud).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => {
            tracing::error!(
                error = format!("{error:#}"),
                "the template was not deployed again"
            );
            (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response()
        }
    }
}

fn has_token(cloud: &Cloud, headers: &HeaderMap) -> bool {
    let token = headers.get("x-local-token");
    token.is_some_and(|token| token.as_bytes().ct_eq(cloud.local_token.as_bytes()).into())
}

/// A body means nothing here: it is not read, and the signature is one of a request without any.
fn check_signature(cloud: &Cloud, parts: &Parts) -> Result<(), String> {
    let scope = Scope::of(&parts.uri, &parts.headers)
        .ok_or("sign the request, or send the printed token as x-local-token")?;
    let signer = Signer::of(cloud, scope, &parts.headers).map_err(|error| error.message)?;
    let verified = signer.verify(parts, &Bytes::new());
    verified.map(drop).map_err(|error| error.message)
}
