//! Reading a request's body, of which its sender chooses size and speed.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;

use super::error::AwsError;
use crate::world::World;

/// For a whole body: 25 MiB need less than a second of it.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// Reads a body of at most this many bytes for this operation.
pub(super) async fn read(
    world: &World,
    (operation, most): (&str, usize),
    headers: &HeaderMap,
    body: Body,
    limit: Duration,
) -> Result<Bytes, AwsError> {
    let announced = headers.get(CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(too_large(operation, most));
    }
    tokio::select! {
        biased;
        body = axum::body::to_bytes(body, most) => body.map_err(|_| too_large(operation, most)),
        () = world.sleep(limit) => Err(AwsError::new(
            408,
            "RequestTimeout",
            "The request's body was not read within the timeout period.",
        )),
    }
}

/// In Lambda's words. A client that broke its body off does not read them.
fn too_large(operation: &str, most: usize) -> AwsError {
    AwsError::new(
        413,
        "RequestTooLargeException",
        format!("Request must be smaller than {most} bytes for the {operation} operation"),
    )
}

#[cfg(test)]
mod tests;
