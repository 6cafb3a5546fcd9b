//! Bodies on their way into a blob and out of one.

use std::io::SeekFrom;
use std::ops::Range;
use std::path::PathBuf;

use base64::Engine;
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::HeaderMap;
use s3s::TrailingHeaders;
use s3s::dto::StreamingBlob;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::Failure;
use super::checksum::{Algorithm, Checksums, hasher};
use local_core::Cloud;
use local_core::store::Blob;

/// What a client says about the body that it sends.
pub(super) struct Claims<'a> {
    pub headers: &'a HeaderMap,
    pub trailers: Option<&'a TrailingHeaders>,
    /// Base64.
    pub content_md5: Option<&'a str>,
    pub asked: Option<Algorithm>,
}

/// Stores a body, verifies every checksum that came with it, and gives those it has.
pub(super) async fn store(
    cloud: &Cloud,
    body: Option<StreamingBlob>,
    claims: Claims<'_>,
) -> Result<(Blob, Checksums), Failure> {
    let stated = Checksums::stated(claims.headers);
    let announced = claims
        .headers
        .get("x-amz-trailer")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut hasher = hasher(&stated.algorithms(announced, claims.asked));
    let mut writer = cloud.store.blobs().writer()?;
    if let Some(mut body) = body {
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| Failure::IncompleteBody(error.to_string()))?;
            hasher.update(&chunk);
            writer.write(&chunk)?;
        }
    }
    let computed = Checksums::from(hasher.finalize());
    stated.verify(&computed)?;
    if let Some(trailers) = claims.trailers.and_then(TrailingHeaders::take) {
        Checksums::stated(&trailers).verify(&computed)?;
    }
    // The sync waits for the disk; other requests need not wait with it.
    let blob = tokio::task::spawn_blocking(move || writer.finish())
        .await
        .map_err(std::io::Error::other)??;
    if let Some(stated) = claims.content_md5 {
        let md5 = data_encoding::HEXLOWER
            .decode(blob.md5.as_bytes())
            .unwrap_or_default();
        if base64::engine::general_purpose::STANDARD.encode(md5) != stated {
            return Err(Failure::BadDigest("Content-MD5"));
        }
    }
    Ok((blob, computed))
}

/// The bytes of a file, piece by piece.
pub(super) async fn read(path: PathBuf, range: Range<u64>) -> Result<StreamingBlob, Failure> {
    const PIECE: u64 = 256 * 1024;
    let mut file = tokio::fs::File::open(path).await?;
    file.seek(SeekFrom::Start(range.start)).await?;
    let left = range.end - range.start;
    let pieces = stream::try_unfold((file, left), |(mut file, left)| async move {
        if left == 0 {
            return Ok::<_, std::io::Error>(None);
        }
        let length = left.min(PIECE);
        let mut piece = vec![0; usize::try_from(length).expect("a piece fits into memory")];
        file.read_exact(&mut piece).await?;
        Ok(Some((Bytes::from(piece), (file, left - length))))
    });
    Ok(StreamingBlob::wrap(Box::pin(pieces)))
}
