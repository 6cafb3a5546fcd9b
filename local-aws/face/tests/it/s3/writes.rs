//! What writes promise: one winner, whole objects, an event in the same commit.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart, EventBridgeConfiguration,
    NotificationConfiguration,
};

use super::{BUCKET, bucket, put, refusal, text};
use crate::support::cloud;

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
async fn an_unchanged_object_is_not_sent_again_and_its_answer_announces_no_body() {
    let (aws, _folder) = cloud().await;
    let client = bucket(&aws).await;
    let etag = put(&client, "key", "text").await;
    let get = client.get_object().bucket(BUCKET).key("key");
    let error = get.if_none_match(&etag).send().await.unwrap_err();
    let answer = error.raw_response().unwrap();
    assert_eq!(answer.status().as_u16(), 304);
    assert_eq!(answer.headers().get("etag"), Some(etag.as_str()));
    // A length without a body is a broken connection to the SDK, which tries again.
    let length = answer.headers().get("content-length");
    assert!(matches!(length, None | Some("0")), "{length:?}");
}
