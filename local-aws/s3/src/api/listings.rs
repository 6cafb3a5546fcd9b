//! Listings of objects.

use s3s::S3Request;
use s3s::dto::{
    CommonPrefix, EncodingType, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input,
    ListObjectsV2Output, Object as ObjectEntry, ObjectStorageClass,
};

use super::{Api, check_owner, etag, signed};
use crate::Failure;
use crate::listing::{self, Page, Query};
use crate::object::Object;
use crate::presign::encode;

pub(super) async fn list_objects(
    api: &Api,
    request: S3Request<ListObjectsInput>,
) -> Result<ListObjectsOutput, Failure> {
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    let max_keys = max_keys(input.max_keys)?;
    let page = list(
        api,
        &input.bucket,
        &Query {
            prefix: input.prefix.as_deref().unwrap_or_default(),
            delimiter: input.delimiter.as_deref().unwrap_or_default(),
            after: input.marker.as_deref().unwrap_or_default(),
            max_keys,
        },
    )?;
    let text = Text::new(input.encoding_type.as_ref());
    Ok(ListObjectsOutput {
        is_truncated: Some(page.next.is_some()),
        next_marker: page.next.as_deref().map(|next| text.of(next)),
        contents: Some(text.objects(page.objects)),
        common_prefixes: Some(text.prefixes(page.common_prefixes)),
        prefix: Some(text.of(&input.prefix.unwrap_or_default())),
        marker: Some(text.of(&input.marker.unwrap_or_default())),
        delimiter: input.delimiter.as_deref().map(|it| text.of(it)),
        encoding_type: input.encoding_type,
        max_keys: i32::try_from(max_keys).ok(),
        name: Some(input.bucket),
        request_charged: None,
    })
}

pub(super) async fn list_objects_v2(
    api: &Api,
    request: S3Request<ListObjectsV2Input>,
) -> Result<ListObjectsV2Output, Failure> {
    let input = request.input;
    check_owner(input.expected_bucket_owner.as_ref())?;
    let max_keys = max_keys(input.max_keys)?;
    let token = input
        .continuation_token
        .as_deref()
        .map(decode_token)
        .transpose()?;
    let after = token.as_deref().or(input.start_after.as_deref());
    let page = list(
        api,
        &input.bucket,
        &Query {
            prefix: input.prefix.as_deref().unwrap_or_default(),
            delimiter: input.delimiter.as_deref().unwrap_or_default(),
            after: after.unwrap_or_default(),
            max_keys,
        },
    )?;
    let text = Text::new(input.encoding_type.as_ref());
    let key_count = page.objects.len() + page.common_prefixes.len();
    Ok(ListObjectsV2Output {
        is_truncated: Some(page.next.is_some()),
        next_continuation_token: page.next.as_deref().map(encode_token),
        contents: Some(text.objects(page.objects)),
        common_prefixes: Some(text.prefixes(page.common_prefixes)),
        key_count: i32::try_from(key_count).ok(),
        prefix: Some(text.of(&input.prefix.unwrap_or_default())),
        delimiter: input.delimiter.as_deref().map(|it| text.of(it)),
        start_after: input.start_after.as_deref().map(|it| text.of(it)),
        continuation_token: input.continuation_token,
        encoding_type: input.encoding_type,
        max_keys: i32::try_from(max_keys).ok(),
        name: Some(input.bucket),
        request_charged: None,
    })
}

fn list(api: &Api, bucket: &str, query: &Query) -> Result<Page, Failure> {
    api.cloud.store.read(|tx| listing::page(tx, bucket, query))
}

/// S3's pages hold at most a thousand.
fn max_keys(asked: Option<i32>) -> Result<usize, Failure> {
    let asked = asked.unwrap_or(1000);
    let asked = usize::try_from(asked).map_err(|_| {
        Failure::InvalidArgument(
            "Argument max-keys must be an integer between 0 and 2147483647".to_owned(),
        )
    })?;
    Ok(asked.min(1000))
}

/// Opaque to clients, so that none builds its own.
fn encode_token(last: &str) -> String {
    data_encoding::BASE64URL_NOPAD.encode(last.as_bytes())
}

fn decode_token(token: &str) -> Result<String, Failure> {
    let bytes = data_encoding::BASE64URL_NOPAD.decode(token.as_bytes()).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| {
            Failure::InvalidArgument("The continuation token provided is incorrect".to_owned())
        })
}

/// Keys as the listing was asked to write them: XML cannot hold every key.
struct Text {
    url: bool,
}

impl Text {
    fn new(encoding: Option<&EncodingType>) -> Self {
        Self {
            url: encoding.is_some_and(|it| it.as_str() == EncodingType::URL),
        }
    }

    fn of(&self, key: &str) -> String {
        if self.url {
            encode(key)
        } else {
            key.to_owned()
        }
    }

    fn objects(&self, objects: Vec<(String, Object)>) -> Vec<ObjectEntry> {
        let entries = objects.into_iter().map(|(key, object)| ObjectEntry {
            key: Some(self.of(&key)),
            e_tag: Some(etag(&object.etag)),
            size: Some(signed(object.size)),
            last_modified: Some(object.last_modified.into()),
            storage_class: Some(ObjectStorageClass::from_static(
                ObjectStorageClass::STANDARD,
            )),
            ..ObjectEntry::default()
        });
        entries.collect()
    }

    fn prefixes(&self, prefixes: Vec<String>) -> Vec<CommonPrefix> {
        let entries = prefixes.into_iter().map(|prefix| CommonPrefix {
            prefix: Some(self.of(&prefix)),
        });
        entries.collect()
    }
}
