//! Bodies that came whole, and bodies that did not.

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use data_encoding::HEXLOWER;
use local_core::Principal;
use sha2::{Digest, Sha256};

use super::client::{Answer, Client, REGION, request};

const PATH: &str = "/reviews/chunked";
const SIGNED: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
const TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Sends chunks, each with its signature, and says that so many bytes come.
async fn send_signed(client: &Client, chunks: &[&[u8]], length: &str) -> Answer {
    let headers = [
        ("x-amz-content-sha256", SIGNED),
        ("x-amz-decoded-content-length", length),
        ("content-length", "1"),
    ];
    let mut request = request("PUT", PATH, &headers, "");
    let mut signature = client.sign(&mut request, REGION);
    let time = request.headers()["x-amz-date"].to_str().unwrap().to_owned();
    let scope = format!("{}/{REGION}/s3/aws4_request", &time[..8]);
    let secret = client.cloud.credentials_for(&Principal::user());
    let moment = client.cloud.world.now().into();
    let key = generate_signing_key(&secret.secret_access_key, moment, REGION, "s3");
    let mut body = Vec::new();
    for chunk in chunks {
        let text = format!(
            "AWS4-HMAC-SHA256-PAYLOAD\n{time}\n{scope}\n{signature}\n{}\n{}",
            sha256(b""),
            sha256(chunk)
        );
        signature = calculate_signature(&key, text.as_bytes());
        body.extend(format!("{:x};chunk-signature={signature}\r\n", chunk.len()).bytes());
        body.extend([chunk, &b"\r\n"[..]].concat());
    }
    client.send(request.map(|_| body.into())).await
}

#[tokio::test]
async fn a_body_in_signed_chunks_is_an_object_only_with_its_last_chunk_and_its_length() {
    let client = Client::new().await;
    let (half, none) = ([b'a'; 65_536], []);
    for cut in [&[&half[..]][..], &[&half, &half], &[]] {
        let cut = send_signed(&client, cut, "131072").await;
        cut.assert_refused(400, "IncompleteBody");
    }
    for wrong in ["5", "1000000000", "65535"] {
        let wrong = send_signed(&client, &[&half, &none], wrong).await;
        wrong.assert_refused(400, "IncompleteBody");
    }
    // Data that ends like the last chunk's line is no last chunk, if its own line is not there.
    let absent = client.call("HEAD", PATH, &[], "").await;
    assert_eq!(absent.status, 404);

    let whole = send_signed(&client, &[&half, &half, &none], "131072").await;
    assert_eq!(whole.status, 200, "{whole:?}");
    let empty = send_signed(&client, &[&none], "0").await;
    assert_eq!(empty.status, 200, "{empty:?}");
}

/// Sends a body whose lengths stand before its chunks, with a trailer announced.
async fn send_with_trailer(client: &Client, body: &'static str, length: &str) -> Answer {
    let headers = [
        ("x-amz-content-sha256", TRAILER),
        ("x-amz-decoded-content-length", length),
        ("x-amz-trailer", "x-amz-checksum-crc32"),
    ];
    client.call("PUT", PATH, &headers, body).await
}

#[tokio::test]
async fn an_announced_trailer_must_follow_the_body() {
    let client = Client::new().await;
    for cut in ["5\r\nhello\r\n", "5\r\nhello\r\n0\r\n\r\n"] {
        let cut = send_with_trailer(&client, cut, "5").await;
        cut.assert_refused(400, "IncompleteBody");
    }
    // Of "hello".
    let whole = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    send_with_trailer(&client, whole, "4")
        .await
        .assert_refused(400, "IncompleteBody");
    let stored = send_with_trailer(&client, whole, "5").await;
    assert_eq!(stored.status, 200, "{stored:?}");
    let wrong = "5\r\nhallo\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    send_with_trailer(&client, wrong, "5")
        .await
        .assert_refused(400, "BadDigest");
    assert_eq!(client.call("GET", PATH, &[], "").await.text, "hello");
}

#[tokio::test]
async fn a_body_that_is_not_the_signed_one_is_told_by_its_hash() {
    let client = Client::new().await;
    let hash = sha256(b"hello");
    let headers = [("x-amz-content-sha256", hash.as_str())];
    let other = client.call("PUT", PATH, &headers, "hallo").await;
    other.assert_refused(400, "XAmzContentSHA256Mismatch");
    let same = client.call("PUT", PATH, &headers, "hello").await;
    assert_eq!(same.status, 200, "{same:?}");
}

#[tokio::test]
async fn a_body_of_more_than_five_gigabytes_is_refused_before_it_is_read() {
    let client = Client::new().await;
    let length = [("content-length", "5368709121")];
    let large = client.call("PUT", PATH, &length, "").await;
    large.assert_refused(400, "EntityTooLarge");
}
