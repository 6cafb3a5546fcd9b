//! Operations that read objects.

use std::ops::Range;

use s3s::S3Request;
use s3s::dto::{
    GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, Range as AskedRange,
    Timestamp,
};

use super::answer::{encryption, etag, signed, with_checksums};
use super::conditions::ReadConditions;
use super::context::{Api, check_owner};
use super::parameters::{is_null, members};
use crate::body;
use crate::checksum::Checksums;
use crate::failure::Failure;
use crate::object::{Headers, Object};
use crate::permissions;
use crate::rows;
use local_core::Principal;

/// Which object, or which of its bytes, and what the answer's headers shall say of it.
struct Question {
    bucket: String,
    key: String,
    conditions: ReadConditions,
    range: Option<AskedRange>,
    with_checksums: bool,
    headers: Headers,
    expires: Option<Timestamp>,
}

/// `GetObject` and `HeadObject` have the same members.
macro_rules! question {
    ($input:expr => $type:ident) => {{
        members!($input => $type {
            read: bucket, key, checksum_mode, expected_bucket_owner, if_match, if_modified_since,
                if_none_match, if_unmodified_since, range, response_cache_control,
                response_content_disposition, response_content_encoding, response_content_language,
                response_content_type, response_expires;
            refused: part_number, sse_customer_algorithm, sse_customer_key, sse_customer_key_md5,
                version_id unless is_null;
            ignored "the bucket's owner pays": request_payer;
        });
        check_owner(expected_bucket_owner.as_ref())?;
        Question {
            bucket,
            key,
            conditions: ReadConditions {
                if_match,
                if_none_match,
                if_modified_since,
                if_unmodified_since,
            },
            range,
            with_checksums: checksum_mode.is_some(),
            headers: Headers {
                content_type: response_content_type,
                cache_control: response_cache_control,
                content_disposition: response_content_disposition,
                content_encoding: response_content_encoding,
                content_language: response_content_language,
            },
            expires: response_expires,
        }
    }};
}

/// An answer that says what was found.
macro_rules! answer {
    ($found:expr, $type:ident { $($member:ident: $value:expr),* }) => {{
        let found = $found;
        let checksum_type = found.checksums.kind();
        with_checksums!(found.checksums, $type {
            $($member: $value,)*
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some(signed(found.range.end - found.range.start)),
            content_range: found.content_range,
            e_tag: Some(etag(&found.object.etag)),
            last_modified: Some(found.object.last_modified.into()),
            cache_control: found.headers.cache_control,
            content_disposition: found.headers.content_disposition,
            content_encoding: found.headers.content_encoding,
            content_language: found.headers.content_language,
            content_type: found.headers.content_type,
            expires: found.expires,
            metadata: Some(found.object.metadata.into_iter().collect()),
            checksum_type,
            server_side_encryption: Some(encryption()),
            ..$type::default()
        })
    }};
}

pub(crate) async fn get_object(
    api: &Api,
    request: S3Request<GetObjectInput>,
) -> Result<GetObjectOutput, Failure> {
    let principal = api.principal(&request)?;
    let found = find(api, &principal, question!(request.input => GetObjectInput))?;
    let blob = api.cloud.store.blobs().reader(&found.object.sha256)?;
    let body = body::read(blob, found.range.clone()).await?;
    Ok(answer!(found, GetObjectOutput { body: Some(body) }))
}

pub(crate) async fn head_object(
    api: &Api,
    request: S3Request<HeadObjectInput>,
) -> Result<HeadObjectOutput, Failure> {
    let principal = api.principal(&request)?;
    let found = find(api, &principal, question!(request.input => HeadObjectInput))?;
    Ok(answer!(found, HeadObjectOutput {}))
}

struct Found {
    object: Object,
    /// The bytes to give, and the header that says so.
    range: Range<u64>,
    content_range: Option<String>,
    headers: Headers,
    expires: Option<Timestamp>,
    checksums: Checksums,
}

fn find(api: &Api, principal: &Principal, question: Question) -> Result<Found, Failure> {
    let store = &api.cloud.store;
    let (bucket, key) = (question.bucket.as_str(), question.key.as_str());
    let object = store.read(|tx| rows::get(tx, bucket, key));
    let mut object =
        object.map_err(|failure| permissions::missing(&api.cloud, principal, bucket, failure))?;
    question.conditions.check(&object)?;
    let (range, content_range) = range(question.range, object.size)?;
    let stored = std::mem::take(&mut object.headers);
    let asked = question.headers;
    let checksums = std::mem::take(&mut object.checksums);
    // The checksum is the whole object's; S3 leaves it out of a part.
    let whole = question.with_checksums && content_range.is_none();
    Ok(Found {
        headers: Headers {
            content_type: asked
                .content_type
                .or(stored.content_type)
                .or_else(|| Some("binary/octet-stream".to_owned())),
            cache_control: asked.cache_control.or(stored.cache_control),
            content_disposition: asked.content_disposition.or(stored.content_disposition),
            content_encoding: asked.content_encoding.or(stored.content_encoding),
            content_language: asked.content_language.or(stored.content_language),
        },
        expires: question.expires,
        checksums: if whole {
            checksums
        } else {
            Checksums::default()
        },
        object,
        range,
        content_range,
    })
}

fn range(asked: Option<AskedRange>, size: u64) -> Result<(Range<u64>, Option<String>), Failure> {
    let Some(asked) = asked else {
        return Ok((0..size, None));
    };
    let range = asked.check(size).map_err(|_| Failure::InvalidRange)?;
    let last = range.end.saturating_sub(1);
    let header = format!("bytes {}-{last}/{size}", range.start);
    Ok((range, Some(header)))
}
