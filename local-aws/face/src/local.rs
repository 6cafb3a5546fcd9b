//! What is ours and not AWS's: `/_local/health` and `/_local/reset`.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
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
    let (parts, body) = request.into_parts();
    if !has_token(&cloud, &parts.headers)
        && let Err(reason) = check_signature(&cloud, &parts, body).await
    {
        return (StatusCode::FORBIDDEN, reason).into_response();
    }
    cloud.store.reset();
    tracing::info!("the store was emptied");
    match local_stack::deploy(&cloud).await {
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

/// The body, which means nothing here, has 64 KiB at most.
async fn check_signature(cloud: &Cloud, parts: &Parts, body: Body) -> Result<(), String> {
    let scope = Scope::of(&parts.uri, &parts.headers)
        .ok_or("sign the request, or send the printed token as x-local-token")?;
    let signer = Signer::of(cloud, scope, &parts.headers).map_err(|error| error.message)?;
    let body = axum::body::to_bytes(body, 64 * 1024).await;
    let body = body.map_err(|_| "the body is larger than 64 KiB")?;
    signer.verify(parts, &body).map_err(|error| error.message)?;
    Ok(())
}
