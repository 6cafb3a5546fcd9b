//! `grant_read_access`: a presigned address for an object that a task shows.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use local_core::{Cloud, Principal};
use local_s3 as s3;
use worker_portal::template::GrantReadAccess;

/// As long as a worker's session may show a task's file.
const LIFETIME: Duration = Duration::from_secs(3600);

/// Grants as this principal.
pub fn grant_read_access(cloud: &Arc<Cloud>, principal: &Principal) -> GrantReadAccess {
    let (cloud, principal) = (cloud.clone(), principal.clone());
    GrantReadAccess::new(move |uri| {
        let (bucket, key) = s3::parse_uri(uri)
            .filter(|(_, key)| !key.is_empty())
            .ok_or_else(|| format!("grant_read_access wants s3://BUCKET/KEY, not {uri}"))?;
        s3::presign(&cloud, &principal, &Method::GET, (bucket, key), LIFETIME)
            .map_err(|error| error.to_string())
    })
}
