//! Whether a body that was sent in signed chunks came to its end.
//!
//! `s3s` takes the connection's end for the body's, so a body that was cut between two chunks
//! looks whole to it. Its last chunk is empty; this page watches for that one.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use bytes::Bytes;
use futures::TryStreamExt;
use http::{Extensions, Request};

use crate::sign::CONTENT_SHA256;

/// The one kind of chunked body whose last chunk leaves no other trace: the kinds with trailers
/// cannot have these without it.
const SIGNED_CHUNKS: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

/// The empty chunk's line, but for the 64 digits of its signature.
const LAST_CHUNK: &[u8] = b"\r\n0;chunk-signature=";
const DIGITS: usize = 64;

/// The last bytes of a body that is being read.
#[derive(Clone)]
struct Tail(Arc<Mutex<Vec<u8>>>);

/// Keeps an eye on the request's body if it is of that kind.
pub(crate) fn watched(mut request: Request<Body>) -> Request<Body> {
    let kind = request.headers().get(CONTENT_SHA256);
    if kind.is_none_or(|kind| kind != SIGNED_CHUNKS) {
        return request;
    }
    // As if a line had ended before it: the empty chunk may be the only one.
    let tail = Tail(Arc::new(Mutex::new(b"\r\n".to_vec())));
    request.extensions_mut().insert(tail.clone());
    request.map(|body| {
        let frames = body.into_data_stream();
        Body::from_stream(frames.inspect_ok(move |bytes| tail.push(bytes)))
    })
}

/// Whether a body that was read to its end had one: asked of the request's extensions.
pub(crate) fn came_whole(extensions: &Extensions) -> bool {
    let tail = extensions.get::<Tail>();
    tail.is_none_or(Tail::is_last_chunk)
}

impl Tail {
    /// The last chunk's line, and the two line ends that may follow it.
    const LENGTH: usize = LAST_CHUNK.len() + DIGITS + 4;

    fn push(&self, bytes: &Bytes) {
        let mut tail = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend_from_slice(&bytes[bytes.len().saturating_sub(Self::LENGTH)..]);
        let surplus = tail.len().saturating_sub(Self::LENGTH);
        tail.drain(..surplus);
    }

    fn is_last_chunk(&self) -> bool {
        let tail = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line = tail.trim_ascii_end();
        let start = line.len().checked_sub(DIGITS);
        start.is_some_and(|start| line[..start].ends_with(LAST_CHUNK))
    }
}
