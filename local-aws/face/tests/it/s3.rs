//! S3 as its clients see it.

mod writes;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
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
    let error = result.map(|_| ()).expect_err("the call is refused");
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
