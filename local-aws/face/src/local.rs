//! What is ours and not AWS's: `/_local/health` and `/_local/reset`.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::json;

use local_core::Cloud;
use local_core::wire::sigv4;

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
    let by_token = parts
        .headers
        .get("x-local-token")
        .is_some_and(|token| token == cloud.local_token.as_str());
    if !by_token {
        let Some(scope) = sigv4::Scope::of(&parts.uri, &parts.headers) else {
            return (
                StatusCode::FORBIDDEN,
                "sign the request, or send the printed token as x-local-token",
            )
                .into_response();
        };
        let body = axum::body::to_bytes(body, 64 * 1024)
            .await
            .unwrap_or_default();
        if let Err(error) = sigv4::verify(&cloud, &scope, &parts, &body) {
            return (StatusCode::FORBIDDEN, error.message).into_response();
        }
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
