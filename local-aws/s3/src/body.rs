//! Bodies on their way into a blob and out of one.

use std::io::SeekFrom;
use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use data_encoding::{BASE64, HEXLOWER};
use futures::{StreamExt, stream};
use http::{Extensions, HeaderMap};
use s3s::dto::StreamingBlob;
use s3s::{StdError, TrailingHeaders};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::checksum::{Algorithm, Checksums, hasher};
use crate::chunks;
use crate::failure::Failure;
use local_core::Cloud;
use local_core::store::{Blob, BlobReader};

/// What a client says about the body that it sends.
pub(crate) struct Claims<'a> {
    pub headers: &'a HeaderMap,
    pub extensions: &'a Extensions,
    pub trailers: Option<&'a TrailingHeaders>,
    /// Without the lines of chunks.
    pub content_length: Option<i64>,
    /// Base64.
    pub content_md5: Option<&'a str>,
    pub asked: Option<Algorithm>,
}

/// Stores a body that came whole, verifies every checksum that came with it, and gives those it has.
pub(crate) async fn store(
    cloud: &Cloud,
    body: Option<StreamingBlob>,
    claims: Claims<'_>,
) -> Result<(Blob, Checksums), Failure> {
    if claims.content_length > Some(MOST_BYTES) {
        return Err(Failure::EntityTooLarge);
    }
    let stated = Checksums::stated(claims.headers);
    let announced = claims.announced();
    let mut hasher = hasher(&stated.algorithms(&announced, claims.asked));
    let mut writer = cloud.store.blobs().writer();
    let mut left = MOST_BYTES.unsigned_abs();
    if let Some(mut body) = body {
        while let Some(chunk) = next(cloud, &mut body).await? {
            let chunk = chunk.map_err(|error| broken(&error))?;
            left = left
                .checked_sub(chunk.len() as u64)
                .ok_or(Failure::EntityTooLarge)?;
            hasher.update(&chunk);
            writer.write(&chunk)?;
        }
    }
    let computed = Checksums::from(hasher.finalize());
    stated.verify(&computed)?;
    claims.verify_end(&announced, &computed)?;
    // The sync waits for the disk; other requests need not wait with it.
    let blob = tokio::task::spawn_blocking(move || writer.finish())
        .await
        .map_err(std::io::Error::other)??;
    claims.verify(&blob)?;
    Ok((blob, computed))
}

/// S3's limit on one body: 5 GiB. A larger object comes in parts.
const MOST_BYTES: i64 = 5 << 30;

/// For the next bytes of a body; a client that stops sending gives its place to another.
const LIMIT: Duration = Duration::from_secs(60);

type Piece = Result<Bytes, StdError>;

async fn next(cloud: &Cloud, body: &mut StreamingBlob) -> Result<Option<Piece>, Failure> {
    tokio::select! {
        biased;
        piece = body.next() => Ok(piece),
        () = cloud.world.sleep(LIMIT) => Err(Failure::RequestTimeout),
    }
}

/// Tells apart what `s3s` says only in words.
fn broken(error: &StdError) -> Failure {
    match error.to_string() {
        error if error.ends_with("Sha256Mismatch") => Failure::ContentSha256Mismatch,
        error if error.ends_with("SignatureMismatch") => Failure::SignatureDoesNotMatch,
        error => Failure::IncompleteBody(error),
    }
}

impl<'a> Claims<'a> {
    /// The trailers that are to follow the body.
    fn announced(&self) -> Vec<&'a str> {
        let values = self.headers.get_all("x-amz-trailer").into_iter();
        let names = values.filter_map(|value| value.to_str().ok());
        names
            .flat_map(|names| names.split(','))
            .map(str::trim)
            .collect()
    }

    /// What follows the last byte, when the body has been read.
    fn verify_end(&self, announced: &[&str], computed: &Checksums) -> Result<(), Failure> {
        let trailers = self.trailers.and_then(TrailingHeaders::take);
        let trailers = trailers.unwrap_or_default();
        let missing = announced.iter().find(|name| !trailers.contains_key(**name));
        if let Some(missing) = missing {
            return Err(Failure::IncompleteBody(format!("{missing} did not follow")));
        }
        if !chunks::came_whole(self.extensions) {
            return Err(Failure::IncompleteBody(
                "its last chunk is missing".to_owned(),
            ));
        }
        Checksums::stated(&trailers).verify(computed)
    }

    fn verify(&self, blob: &Blob) -> Result<(), Failure> {
        let length = self.content_length.map(i64::unsigned_abs);
        if length.is_some_and(|length| length != blob.size) {
            return Err(Failure::IncompleteBody(format!(
                "{} bytes came, which is not what its length says",
                blob.size
            )));
        }
        let md5 = || BASE64.encode(&HEXLOWER.decode(blob.md5.as_bytes()).unwrap_or_default());
        if self.content_md5.is_some_and(|stated| stated != md5()) {
            return Err(Failure::BadDigest("Content-MD5"));
        }
        Ok(())
    }
}

/// A part of a blob, a file's piece by piece.
pub(crate) async fn read(blob: BlobReader, range: Range<u64>) -> Result<StreamingBlob, Failure> {
    const PIECE: u64 = 256 * 1024;
    let file = match blob {
        BlobReader::Row(bytes) => {
            let [from, to] = [range.start, range.end].map(|at| usize::try_from(at).unwrap_or(0));
            let part = bytes.into_inner().slice(from..to);
            return Ok(StreamingBlob::from(s3s::Body::from(part)));
        }
        BlobReader::File(file) => file,
    };
    let mut file = tokio::fs::File::from_std(file);
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
