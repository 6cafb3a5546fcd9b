//! Multipart uploads whose lists are not what S3 takes.

use super::client::{Answer, Client};

/// An upload of one part, whose checksum is stated.
async fn upload(client: &Client) -> String {
    let algorithm = [("x-amz-checksum-algorithm", "CRC32")];
    let created = client
        .call("POST", "/reviews/big?uploads", &algorithm, "")
        .await;
    let (_, rest) = created.text.split_once("<UploadId>").unwrap();
    let id = rest.split_once('<').unwrap().0.to_owned();
    let part = [("x-amz-checksum-crc32", "NhCmhg==")];
    let path = format!("/reviews/big?partNumber=1&uploadId={id}");
    let part = client.call("PUT", &path, &part, "hello").await;
    assert_eq!(part.status, 200, "{part:?}");
    id
}

async fn complete(client: &Client, id: &str, headers: &[(&str, &str)], parts: &str) -> Answer {
    let list = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    client
        .call(
            "POST",
            &format!("/reviews/big?uploadId={id}"),
            headers,
            list,
        )
        .await
}

#[tokio::test]
async fn the_list_of_parts_is_held_to_what_was_uploaded() {
    let client = Client::new().await;
    let id = upload(&client).await;
    let part = |members: &str| format!("<Part>{members}</Part>");
    for (parts, code) in [
        (String::new(), "MalformedXML"),
        (
            part("<ETag>5d41402abc4b2a76b9719d911017c592</ETag>"),
            "MalformedXML",
        ),
        (part("<PartNumber>0</PartNumber>"), "InvalidArgument"),
        (part("<PartNumber>10001</PartNumber>"), "InvalidArgument"),
        (part("<PartNumber>2</PartNumber>"), "InvalidPart"),
        (
            part("<PartNumber>1</PartNumber><ChecksumCRC32>AAAAAA==</ChecksumCRC32>"),
            "InvalidPart",
        ),
    ] {
        complete(&client, &id, &[], &parts)
            .await
            .assert_refused(400, code);
    }
    let whole = part("<PartNumber>1</PartNumber><ChecksumCRC32>NhCmhg==</ChecksumCRC32>");
    for headers in [
        [("x-amz-checksum-type", "FULL_OBJECT")],
        [("x-amz-mp-object-size", "6")],
    ] {
        let refused = complete(&client, &id, &headers, &whole).await;
        refused.assert_refused(400, "InvalidRequest");
    }
    let done = complete(&client, &id, &[], &whole).await;
    assert!(
        done.text.contains("CompleteMultipartUploadResult"),
        "{done:?}"
    );
}

#[tokio::test]
async fn a_part_has_a_number_from_1_to_10000() {
    let client = Client::new().await;
    let id = upload(&client).await;
    for number in ["0", "10001", "-1", "one"] {
        let path = format!("/reviews/big?partNumber={number}&uploadId={id}");
        let part = client.call("PUT", &path, &[], "hello").await;
        part.assert_refused(400, "InvalidArgument");
    }
    for argument in ["max-parts=-1", "part-number-marker=-1"] {
        let path = format!("/reviews/big?uploadId={id}&{argument}");
        let list = client.call("GET", &path, &[], "").await;
        list.assert_refused(400, "InvalidArgument");
    }
}
