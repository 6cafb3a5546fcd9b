//! S3 as its clients see it.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketLocationConstraint, ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart,
    CreateBucketConfiguration, EventBridgeConfiguration, NotificationConfiguration,
};
use local_aws::LocalAws;

use crate::support::{cloud, config, reopen, s3};

const BUCKET: &str = "reviews";

async fn bucket(aws: &LocalAws) -> Client {
    let client = s3(&config(aws));
    let location = CreateBucketConfiguration::builder()
        .location_constraint(BucketLocationConstraint::EuWest1)
        .build();
    client
        .create_bucket()
        .bucket(BUCKET)
        .create_bucket_configuration(location)
        .send()
        .await
        .unwrap();
    client
}

async fn put(client: &Client, key: &str, body: &str) -> String {
    let body = ByteStream::from(body.as_bytes().to_vec());
    let put = client.put_object().bucket(BUCKET).key(key).body(body);
    put.send().await.unwrap().e_tag.unwrap()
}

async fn text(client: &Client, key: &str) -> String {
    let got = client
        .get_object()
        .bucket(BUCKET)
        .key(key)
        .send()
        .await
        .unwrap();
    let bytes = got.body.collect().await.unwrap().into_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Status and code of a refusal.
fn refusal<E, T>(result: Result<T, SdkError<E>>) -> (u16, String)
where
    E: ProvideErrorMetadata,
    T: std::fmt::Debug,
{
    let error = result.map(|_| ()).err().expect("the call is refused");
    let status = error
        .raw_response()
        .map_or(0, |response| response.status().as_u16());
    (status, error.code().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn what_is_put_is_got_with_its_headers_and_survives_a_restart() {
    let (aws, folder) = cloud().await;
    let client = bucket(&aws).await;
    client
        .put_object()
        .bucket(BUCKET)
        .key("incoming/a b+c.csv")
        .body(ByteStream::from_static(b"text,rating\n"))
        .content_type("text/csv")
        .metadata("source", "shop")
        .send()
        .await
        .unwrap();
    drop(client);
    aws.stop().await;

    let aws = reopen(&folder).await;
    let client = s3(&config(&aws));
    let got = client.get_object().bucket(BUCKET).key("incoming/a b+c.csv");
    let got = got.send().await.unwrap();
    assert_eq!(got.content_type(), Some("text/csv"));
    assert_eq!(got.metadata().unwrap()["source"], "shop");
    // MD5 of the twelve bytes.
    assert_eq!(got.e_tag(), Some("\"a258e6416c60d9d041b804f4527bbb99\""));
    assert_eq!(
        got.body.collect().await.unwrap().into_bytes(),
        "text,rating\n"
    );
    let part = client
        .get_object()
        .bucket(BUCKET)
        .key("incoming/a b+c.csv")
        .range("bytes=5-10");
    let part = part.send().await.unwrap();
    assert_eq!(part.content_range(), Some("bytes 5-10/12"));
    assert_eq!(part.body.collect().await.unwrap().into_bytes(), "rating");
}

#[tokio::test]
async fn a_missing_key_is_not_found_in_each_form() {
    let (aws, _folder) = cloud().await;
    let client = bucket(&aws).await;
    let get = client.get_object().bucket(BUCKET).key("none").send().await;
    assert!(
        get.as_ref()
            .unwrap_err()
            .as_service_error()
            .unwrap()
            .is_no_such_key()
    );
    let head = client.head_object().bucket(BUCKET).key("none").send().await;
    assert!(head.unwrap_err().as_service_error().unwrap().is_not_found());
    let other = client
        .get_object()
        .bucket("elsewhere")
        .key("none")
        .send()
        .await;
    assert_eq!(refusal(other), (404, "NoSuchBucket".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_concurrent_conditional_puts_one_wins() {
    let (aws, _folder) = cloud().await;
    let client = bucket(&aws).await;
    let puts = (0..100).map(|number: u32| {
        let client = client.clone();
        tokio::spawn(async move {
            let body = ByteStream::from(number.to_string().into_bytes());
            let put = client.put_object().bucket(BUCKET).key("versions/1.json");
            let put = put.if_none_match("*").body(body).send().await;
            put.map(|_| number)
                .map_err(|error| refusal::<_, ()>(Err(error)))
        })
    });
    let mut winners = Vec::new();
    for put in puts.collect::<Vec<_>>() {
        match put.await.unwrap() {
            Ok(number) => winners.push(number),
            Err(refused) => assert_eq!(refused, (412, "PreconditionFailed".into())),
        }
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(
        text(&client, "versions/1.json").await,
        winners[0].to_string()
    );
}

#[tokio::test]
async fn if_match_replaces_only_what_was_read() {
    let (aws, _folder) = cloud().await;
    let client = bucket(&aws).await;
    let first = put(&client, "state/run.json", "1").await;
    let swap = |etag: &str, body: &'static str| {
        let put = client.put_object().bucket(BUCKET).key("state/run.json");
        put.if_match(etag)
            .body(ByteStream::from_static(body.as_bytes()))
            .send()
    };
    swap(&first, "2").await.unwrap();
    assert_eq!(
        refusal(swap(&first, "3").await),
        (412, "PreconditionFailed".into())
    );
    assert_eq!(text(&client, "state/run.json").await, "2");
    let absent = client
        .put_object()
        .bucket(BUCKET)
        .key("none")
        .if_match(&first)
        .send();
    assert_eq!(refusal(absent.await), (404, "NoSuchKey".into()));
    let unchanged = client
        .get_object()
        .bucket(BUCKET)
        .key("state/run.json")
        .if_none_match("\"other\"");
    unchanged.send().await.unwrap();
}

#[tokio::test]
async fn listings_page_in_key_order_and_fold_common_prefixes() {
    let (aws, _folder) = cloud().await;
    let client = bucket(&aws).await;
    for key in [
        "a.txt",
        "parts/1",
        "parts/2",
        "parts/deep/3",
        "parts.txt",
        "z",
    ] {
        put(&client, key, key).await;
    }
    let mut keys = Vec::new();
    let mut pages = client
        .list_objects_v2()
        .bucket(BUCKET)
        .max_keys(2)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        assert!(page.contents().len() <= 2);
        keys.extend(
            page.contents()
                .iter()
                .map(|object| object.key().unwrap().to_owned()),
        );
    }
    assert_eq!(
        keys,
        [
            "a.txt",
            "parts.txt",
            "parts/1",
            "parts/2",
            "parts/deep/3",
            "z"
        ]
    );

    let mut entries = Vec::new();
    let folded = client
        .list_objects_v2()
        .bucket(BUCKET)
        .delimiter("/")
        .max_keys(1);
    let mut pages = folded.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        entries.extend(
            page.contents()
                .iter()
                .map(|object| object.key().unwrap().to_owned()),
        );
        entries.extend(
            page.common_prefixes()
                .iter()
                .map(|it| it.prefix().unwrap().to_owned()),
        );
    }
    assert_eq!(entries, ["a.txt", "parts.txt", "parts/", "z"]);

    let below = client
        .list_objects()
        .bucket(BUCKET)
        .prefix("parts/")
        .delimiter("/");
    let below = below.send().await.unwrap();
    assert_eq!(below.contents().len(), 2);
    assert_eq!(below.common_prefixes()[0].prefix(), Some("parts/deep/"));
}

#[tokio::test]
async fn a_multipart_upload_becomes_one_object_with_s3s_etag() {
    let (aws, _folder) = cloud().await;
    let client = bucket(&aws).await;
    let created = client
        .create_multipart_upload()
        .bucket(BUCKET)
        .key("big")
        .checksum_algorithm(ChecksumAlgorithm::Crc32)
        .send()
        .await
        .unwrap();
    let id = created.upload_id().unwrap();
    let mut parts = Vec::new();
    for (number, size) in [(1, 5 * 1024 * 1024), (2, 7)] {
        let body = ByteStream::from(vec![b'x'; size]);
        let part = client
            .upload_part()
            .bucket(BUCKET)
            .key("big")
            .upload_id(id)
            .part_number(number);
        let part = part.checksum_algorithm(ChecksumAlgorithm::Crc32).body(body);
        let part = part.send().await.unwrap();
        parts.push(
            CompletedPart::builder()
                .part_number(number)
                .set_e_tag(part.e_tag)
                .set_checksum_crc32(part.checksum_crc32)
                .build(),
        );
    }
    let parts = CompletedMultipartUpload::builder()
        .set_parts(Some(parts))
        .build();
    let complete = client
        .complete_multipart_upload()
        .bucket(BUCKET)
        .key("big")
        .upload_id(id);
    let complete = complete.multipart_upload(parts).send().await.unwrap();
    assert!(complete.e_tag().unwrap().ends_with("-2\""));
    assert!(complete.checksum_crc32().unwrap().ends_with("-2"));
    let head = client
        .head_object()
        .bucket(BUCKET)
        .key("big")
        .send()
        .await
        .unwrap();
    assert_eq!(head.content_length(), Some(5 * 1024 * 1024 + 7));
    let again = client
        .list_parts()
        .bucket(BUCKET)
        .key("big")
        .upload_id(id)
        .send()
        .await;
    assert_eq!(refusal(again), (404, "NoSuchUpload".into()));
}

#[tokio::test]
async fn a_bucket_with_event_bridge_emits_in_the_same_commit() {
    let (aws, _folder) = cloud().await;
    let client = bucket(&aws).await;
    put(&client, "before", "no event").await;
    let notification = NotificationConfiguration::builder()
        .event_bridge_configuration(EventBridgeConfiguration::builder().build())
        .build();
    let configure = client
        .put_bucket_notification_configuration()
        .bucket(BUCKET);
    configure
        .notification_configuration(notification)
        .send()
        .await
        .unwrap();
    put(&client, "incoming/women clothing+reviews 2026.csv", "text").await;
    let lost = client
        .put_object()
        .bucket(BUCKET)
        .key("before")
        .if_none_match("*");
    lost.send().await.unwrap_err();
    client
        .copy_object()
        .bucket(BUCKET)
        .key("copy")
        .copy_source("reviews/before")
        .send()
        .await
        .unwrap();
    client
        .delete_object()
        .bucket(BUCKET)
        .key("copy")
        .send()
        .await
        .unwrap();
    client
        .delete_object()
        .bucket(BUCKET)
        .key("copy")
        .send()
        .await
        .unwrap();

    let events: Vec<_> = aws.cloud.store.read(|tx| tx.pending_events(10));
    let told: Vec<_> = events
        .iter()
        .map(|pending| {
            let event = &pending.event;
            let text = |pointer| {
                event
                    .detail
                    .pointer(pointer)
                    .and_then(|it| it.as_str())
                    .unwrap()
            };
            (
                event.detail_type.as_str(),
                text("/object/key"),
                text("/reason"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "Object Created",
                "incoming/women clothing+reviews 2026.csv",
                "PutObject"
            ),
            ("Object Created", "copy", "CopyObject"),
            ("Object Deleted", "copy", "DeleteObject"),
        ]
    );
    let first = events[0].event.envelope("id", "123456789012");
    assert_eq!(first["detail"]["object"]["size"], 4);
    assert_eq!(first["resources"][0], "arn:aws:s3:::reviews");
    assert_eq!(first["region"], "eu-west-1");
    let sequencers: Vec<_> = events
        .iter()
        .map(|it| it.event.detail["object"]["sequencer"].to_string())
        .collect();
    assert!(sequencers.is_sorted());
}

#[tokio::test]
async fn what_is_not_supported_is_refused_by_name() {
    let (aws, _folder) = cloud().await;
    let client = bucket(&aws).await;
    let tagged = client
        .put_object()
        .bucket(BUCKET)
        .key("a")
        .tagging("team=ml")
        .send()
        .await;
    let message = tagged.as_ref().unwrap_err().message().unwrap().to_owned();
    assert!(message.contains("Tagging"), "{message}");
    assert_eq!(refusal(tagged), (501, "NotImplemented".into()));
    let acl = client.get_bucket_acl().bucket(BUCKET).send().await;
    let message = acl.as_ref().unwrap_err().message().unwrap().to_owned();
    assert!(message.contains("GetBucketAcl"), "{message}");
    assert_eq!(refusal(acl), (501, "NotImplemented".into()));
}

#[tokio::test]
async fn a_bucket_is_deleted_only_when_it_is_empty() {
    let (aws, _folder) = cloud().await;
    let client = bucket(&aws).await;
    put(&client, "a", "a").await;
    let full = client.delete_bucket().bucket(BUCKET).send().await;
    assert_eq!(refusal(full), (409, "BucketNotEmpty".into()));
    client
        .delete_object()
        .bucket(BUCKET)
        .key("a")
        .send()
        .await
        .unwrap();
    client.delete_bucket().bucket(BUCKET).send().await.unwrap();
}
