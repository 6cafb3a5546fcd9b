//! The worker portal, on an origin of its own: `worker-portal` over Cognito, work teams and loops.

mod desk;

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use worker_portal::PortalSettings;

use crate::workforce::task_uis;
use desk::PortalDesk;
use local_core::Cloud;

/// Every page of the portal.
pub fn router(cloud: &Arc<Cloud>) -> Router {
    let settings = PortalSettings {
        hosts: Some(vec!["127.0.0.1".to_owned(), "localhost".to_owned()]),
        file_origins: vec![cloud.endpoint_url().to_owned()],
        hashing: cloud.memory(),
    };
    let templates = {
        let cloud = cloud.clone();
        move |Path(sha256): Path<String>| async move { template(&cloud, &sha256) }
    };
    let others = Router::new().route("/templates/{sha256}", get(templates));
    worker_portal::router(Arc::new(PortalDesk::new(cloud)), settings, others)
}

/// A task UI's template as plain text: the `Url` of `DescribeHumanTaskUi`.
fn template(cloud: &Cloud, sha256: &str) -> Response {
    cloud
        .store
        .read(|tx| task_uis::template(tx, sha256))
        .map_or_else(
            || StatusCode::NOT_FOUND.into_response(),
            IntoResponse::into_response,
        )
}
