//! What AWS refuses, and what is answered when a fault is ours.

use std::time::Duration;

use axum::body::Body;
use http::{Method, Request};
use local_core::Principal;
use local_core::store::Table;
use serde_json::{Value, json};

use super::client::{BUCKET, Client, REGION, request};
use crate::presign;

#[tokio::test]
async fn a_bucket_asked_in_another_region_says_where_it_is() {
    let client = Client::new().await;
    client.put("a", "a").await;
    for (method, path) in [
        ("GET", "/reviews/a"),
        ("PUT", "/reviews/b"),
        ("GET", "/reviews"),
    ] {
        let mut elsewhere = request(method, path, &[], "");
        client.sign(&mut elsewhere, "eu-west-1");
        let answer = client.send(elsewhere).await;
        answer.assert_refused(301, "PermanentRedirect");
        assert_eq!(answer.header("x-amz-bucket-region"), REGION);
    }
    let mut head = request("HEAD", "/reviews", &[], "");
    client.sign(&mut head, "eu-west-1");
    let head = client.send(head).await;
    assert_eq!(
        (head.status, head.header("x-amz-bucket-region")),
        (301, REGION)
    );
    let mut location = request("GET", "/reviews?location", &[], "");
    client.sign(&mut location, "eu-west-1");
    assert_eq!(client.send(location).await.status, 200);
}

#[tokio::test]
async fn a_presigned_url_lasts_a_week_at_most() {
    for any in [false, true] {
        let client = Client::with(|settings| settings.accept_any_credentials = any).await;
        client.put("a", "a").await;
        let week = 604_800;
        for (seconds, status) in [(week, 200), (week + 1, 400)] {
            let url = presign(
                &client.cloud,
                &Principal::user(),
                &Method::GET,
                (BUCKET, "a"),
                Duration::from_secs(seconds),
            );
            // Clients send the path alone.
            let url = url.unwrap().replace("http://127.0.0.1", "");
            let get = Request::get(url).header("host", "127.0.0.1");
            let answer = client.send(get.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, status, "{answer:?}");
            if status == 400 {
                answer.assert_refused(400, "AuthorizationQueryParametersError");
            }
        }
    }
}

#[tokio::test]
async fn the_holder_of_a_presigned_url_adds_no_header_to_it() {
    let client = Client::new().await;
    client.put("secret", "the secret").await;
    let url = presign(
        &client.cloud,
        &Principal::user(),
        &Method::PUT,
        (BUCKET, "answer"),
        Duration::from_secs(60),
    );
    let url = url.unwrap().replace("http://127.0.0.1", "");
    let put = |source: Option<&str>| {
        let mut put = Request::put(&url).header("host", "127.0.0.1");
        put = put.header("content-length", "0");
        if let Some(source) = source {
            put = put.header("x-amz-copy-source", source);
        }
        client.send(put.body(Body::empty()).unwrap())
    };
    let copied = put(Some("/reviews/secret")).await;
    copied.assert_refused(403, "AccessDenied");
    let forged = "AWS4-HMAC-SHA256 Credential=x/d/us-east-1/s3/aws4_request, \
                  SignedHeaders=host;x-amz-date;x-amz-copy-source, Signature=0";
    let with_both = Request::put(&url)
        .header("host", "127.0.0.1")
        .header("content-length", "0")
        .header("authorization", forged)
        .header("x-amz-date", "x")
        .header("x-amz-copy-source", "/reviews/secret");
    let with_both = client.send(with_both.body(Body::empty()).unwrap()).await;
    with_both.assert_refused(400, "InvalidArgument");
    assert_eq!(
        client.call("HEAD", "/reviews/answer", &[], "").await.status,
        404
    );
    assert_eq!(put(None).await.status, 200);
}

#[tokio::test]
async fn bytes_of_objects_that_another_version_wrote_outlive_a_start() {
    let client = Client::new().await;
    client.put("a", "kept").await;
    let raw: Table<Value> = Table::new("s3/object");
    let document = client.cloud.store.read(|tx| raw.get(tx, BUCKET, "a"));
    let sha256 = document.unwrap()["sha256"].clone();
    let others = json!({ "sha256": sha256, "of": "another version" });
    client
        .cloud
        .store
        .update(|tx| raw.put(tx, BUCKET, "a", &others));
    crate::recovery::sweep(&client.cloud.store);
    let blobs = client.cloud.store.blobs();
    let kept = std::io::read_to_string(blobs.reader(sha256.as_str().unwrap()).unwrap());
    assert_eq!(kept.unwrap(), "kept");
    let removed = client.call("DELETE", "/reviews", &[], "").await;
    removed.assert_refused(409, "BucketNotEmpty");
}

#[tokio::test]
async fn names_that_xml_cannot_carry_are_refused_wherever_they_are_sent() {
    let client = Client::new().await;
    for (method, path) in [
        ("PUT", "/reviews/a%00b"),
        ("GET", "/reviews/a%1Bb"),
        ("GET", "/reviews?prefix=a%00"),
        ("GET", "/reviews?list-type=2&start-after=%EF%BF%BF"),
    ] {
        let answer = client.call(method, path, &[], "").await;
        answer.assert_refused(501, "NotImplemented");
    }
    let put = crate::put_bytes(&client.cloud, BUCKET, "a\0b", b"from a job");
    assert!(put.is_err());
    let copy = [("x-amz-copy-source", "/reviews/a%00b")];
    let copy = client.call("PUT", "/reviews/copy", &copy, "").await;
    copy.assert_refused(501, "NotImplemented");
}

#[tokio::test]
async fn a_request_deletes_a_thousand_keys_at_most_and_at_least_one() {
    let client = Client::new().await;
    client.put("k1", "a").await;
    let delete = |count: usize| {
        let objects = (0..count).map(|n| format!("<Object><Key>k{n}</Key></Object>"));
        format!("<Delete>{}</Delete>", objects.collect::<String>())
    };
    for count in [0, 1001] {
        let refused = client
            .call("POST", "/reviews?delete", &[], delete(count))
            .await;
        refused.assert_refused(400, "MalformedXML");
    }
    let done = client
        .call("POST", "/reviews?delete", &[], delete(1000))
        .await;
    assert_eq!(done.text.matches("<Deleted>").count(), 1000);
    assert_eq!(
        client.call("HEAD", "/reviews/k1", &[], "").await.status,
        404
    );
}

#[tokio::test]
async fn a_bucket_with_a_reserved_name_is_not_created() {
    let client = Client::new().await;
    for name in ["amzn-s3-demo-mine", "mine--x-s3", "Mine", "my"] {
        let created = client.call("PUT", &format!("/{name}"), &[], "").await;
        created.assert_refused(400, "InvalidBucketName");
    }
}

#[tokio::test]
async fn a_panic_inside_is_answered_as_an_internal_error() {
    const OBJECTS: Table<Value> = Table::new("s3/object");
    let client = Client::new().await;
    let store = &client.cloud.store;
    store.update(|tx| OBJECTS.put(tx, BUCKET, "damaged", &json!("no object")));
    let answer = client.call("GET", "/reviews/damaged", &[], "").await;
    answer.assert_refused(500, "InternalError");
    let head = client.call("HEAD", "/reviews/damaged", &[], "").await;
    assert_eq!((head.status, head.text.as_str()), (500, ""));
    client.put("sound", "goes on").await;
}

#[tokio::test]
async fn a_read_with_any_credentials_writes_nothing() {
    let client = Client::with(|settings| settings.accept_any_credentials = true).await;
    client.put("a", "a").await;
    let log = client.folder.path().join("state.db-wal");
    let before = std::fs::read(&log).unwrap();
    for method in ["GET", "HEAD"] {
        let mut read = request(method, "/reviews/a", &[], "");
        client.sign(&mut read, REGION);
        let signed = read.headers()["authorization"].to_str().unwrap();
        let foreign = signed.replace("AKIA", "ASIA").parse().unwrap();
        read.headers_mut().insert("authorization", foreign);
        assert_eq!(client.send(read).await.status, 200);
    }
    assert_eq!(std::fs::read(&log).unwrap(), before);
}
