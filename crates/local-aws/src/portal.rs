//! The worker portal, on an origin of its own: `worker-portal` over Cognito, work teams and loops.

mod desk;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{Method, StatusCode};
use worker_portal::PortalSettings;
use worker_portal::template::GrantReadAccess;

use crate::cloud::{Cloud, Principal};
use crate::s3;
use crate::workforce::task_uis;
use desk::PortalDesk;

/// As long as a worker's session may show a task's file.
const GRANT: Duration = Duration::from_secs(3600);

/// Every page of the portal.
pub fn router(cloud: &Arc<Cloud>) -> Router {
    let settings = PortalSettings {
        hosts: vec!["127.0.0.1".to_owned(), "localhost".to_owned()],
        file_origins: vec![cloud.endpoint_url().to_owned()],
    };
    let templates = {
        let cloud = cloud.clone();
        move |Path(sha256): Path<String>| async move { template(&cloud, &sha256) }
    };
    let others = Router::new().route("/templates/{sha256}", get(templates));
    worker_portal::router(Arc::new(PortalDesk::new(cloud)), settings, others)
}

/// `grant_read_access`: a presigned address for an object, as this principal.
pub(crate) fn grant_read_access(cloud: &Arc<Cloud>, principal: &Principal) -> GrantReadAccess {
    let (cloud, principal) = (cloud.clone(), principal.clone());
    GrantReadAccess::new(move |uri| {
        let (bucket, key) = s3::parse_uri(uri)
            .filter(|(_, key)| !key.is_empty())
            .ok_or_else(|| format!("grant_read_access wants s3://BUCKET/KEY, not {uri}"))?;
        s3::presign(&cloud, &principal, &Method::GET, (bucket, key), GRANT)
            .map_err(|error| error.to_string())
    })
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
