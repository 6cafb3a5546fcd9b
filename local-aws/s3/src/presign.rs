//! Presigned URLs: what a custom resource gets as its `ResponseURL`.

use std::time::Duration;

use crate::bucket;
use crate::key::encode;
use crate::sign::{Signer, sign};
use local_core::{Cloud, Principal};

/// A URL with which whoever holds it may do this to this object, as `principal`, until it expires.
pub fn presign(
    cloud: &Cloud,
    principal: &Principal,
    method: &http::Method,
    (bucket, key): (&str, &str),
    expires_in: Duration,
) -> anyhow::Result<String> {
    let stored = cloud.store.read(|tx| bucket::get(tx, bucket).ok());
    let signer = Signer {
        principal,
        region: stored
            .as_ref()
            .map_or(&cloud.settings.region, |bucket| &bucket.region),
        expires_in: Some(expires_in),
    };
    let url = format!("{}/{bucket}/{}", cloud.endpoint_url(), encode(key));
    let mut request = http::Request::builder().method(method).uri(url).body(())?;
    sign(cloud, &signer, &mut request)?;
    Ok(request.uri().to_string())
}
