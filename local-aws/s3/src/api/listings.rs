//! Listings of objects.

use s3s::S3Request;
use s3s::dto::{
    CommonPrefix, EncodingType, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input,
    ListObjectsV2Output, Object as ObjectEntry, ObjectStorageClass,
};

use super::answer::{etag, owner, signed};
use super::context::{Api, check_owner};
use super::parameters::{count, members};
use crate::failure::Failure;
use crate::key::encode;
use crate::listing::{self, Page, Query};
use crate::object::Object;

pub(crate) async fn list_objects(
    api: &Api,
    request: S3Request<ListObjectsInput>,
) -> Result<ListObjectsOutput, Failure> {
    members!(request.input => ListObjectsInput {
        read: bucket, delimiter, encoding_type, expected_bucket_owner, marker, max_keys, prefix;
        ignored "objects of the standard class have no such attributes": optional_object_attributes;
        ignored "the bucket's owner pays": request_payer;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    let max_keys = count("max-keys", max_keys)?;
    let page = list(
        api,
        &bucket,
        &Query {
            prefix: prefix.as_deref().unwrap_or_default(),
            delimiter: delimiter.as_deref().unwrap_or_default(),
            after: marker.as_deref().unwrap_or_default(),
            max_keys,
        },
    )?;
    let text = Text::new(encoding_type.as_ref(), true);
    Ok(ListObjectsOutput {
        is_truncated: Some(page.next.is_some()),
        next_marker: page.next.as_deref().map(|next| text.of(next)),
        contents: Some(text.objects(page.objects)),
        common_prefixes: Some(text.prefixes(page.common_prefixes)),
        prefix: Some(text.of(&prefix.unwrap_or_default())),
        marker: Some(text.of(&marker.unwrap_or_default())),
        delimiter: delimiter.as_deref().map(|it| text.of(it)),
        encoding_type,
        max_keys: i32::try_from(max_keys).ok(),
        name: Some(bucket),
        request_charged: None,
    })
}

pub(crate) async fn list_objects_v2(
    api: &Api,
    request: S3Request<ListObjectsV2Input>,
) -> Result<ListObjectsV2Output, Failure> {
    members!(request.input => ListObjectsV2Input {
        read: bucket, continuation_token, delimiter, encoding_type, expected_bucket_owner,
            fetch_owner, max_keys, prefix, start_after;
        ignored "objects of the standard class have no such attributes": optional_object_attributes;
        ignored "the bucket's owner pays": request_payer;
    });
    check_owner(expected_bucket_owner.as_ref())?;
    let max_keys = count("max-keys", max_keys)?;
    let token = continuation_token
        .as_deref()
        .map(decode_token)
        .transpose()?;
    let after = token.as_deref().or(start_after.as_deref());
    let page = list(
        api,
        &bucket,
        &Query {
            prefix: prefix.as_deref().unwrap_or_default(),
            delimiter: delimiter.as_deref().unwrap_or_default(),
            after: after.unwrap_or_default(),
            max_keys,
        },
    )?;
    let text = Text::new(encoding_type.as_ref(), fetch_owner == Some(true));
    let key_count = page.objects.len() + page.common_prefixes.len();
    Ok(ListObjectsV2Output {
        is_truncated: Some(page.next.is_some()),
        next_continuation_token: page.next.as_deref().map(encode_token),
        contents: Some(text.objects(page.objects)),
        common_prefixes: Some(text.prefixes(page.common_prefixes)),
        key_count: i32::try_from(key_count).ok(),
        prefix: Some(text.of(&prefix.unwrap_or_default())),
        delimiter: delimiter.as_deref().map(|it| text.of(it)),
        start_after: start_after.as_deref().map(|it| text.of(it)),
        continuation_token,
        encoding_type,
        max_keys: i32::try_from(max_keys).ok(),
        name: Some(bucket),
        request_charged: None,
    })
}

fn list(api: &Api, bucket: &str, query: &Query) -> Result<Page, Failure> {
    api.cloud.store.read(|tx| listing::page(tx, bucket, query))
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

/// How the listing was asked to write its entries: some clients read keys only as a URL spells them.
struct Text {
    url: bool,
    with_owner: bool,
}

impl Text {
    fn new(encoding: Option<&EncodingType>, with_owner: bool) -> Self {
        Self {
            url: encoding.is_some_and(|it| it.as_str() == EncodingType::URL),
            with_owner,
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
            owner: self.with_owner.then(owner),
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
