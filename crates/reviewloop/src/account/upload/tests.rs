use std::cell::RefCell;
use std::path::PathBuf;

use aws_sdk_s3::Client;

use super::*;
use crate::fixture::cloud::Cloud;
use crate::fixture::requests::Requests;

const KEY: &str = "incoming/a.csv";
/// S3's smallest.
const SMALL: Parts = Parts {
    single_bytes: 6 << 20,
    part_bytes: 5 << 20,
};

fn file(cloud: &Cloud, bytes: usize) -> (PathBuf, Vec<u8>) {
    let body: Vec<u8> = (0..bytes).map(|at| (at % 251) as u8).collect();
    let path = cloud.folder.path().join("a.csv");
    std::fs::write(&path, &body).expect("written");
    (path, body)
}

/// The id of an upload, which nobody is told where it fails.
fn upload_id(requests: &Requests) -> Option<String> {
    requests.heard().iter().rev().find_map(|request| {
        let (_, id) = request.uri.split_once("uploadId=")?;
        id.split('&').next().map(str::to_owned)
    })
}

async fn nothing_is_left(cloud: &Cloud, requests: &Requests) {
    assert!(cloud.account.bytes(KEY).await.expect("read").is_none());
    let id = upload_id(requests);
    let list = cloud.account.s3.list_parts();
    let list = list.bucket(&cloud.account.bucket).key(KEY);
    let listed = list.upload_id(id.expect("it had begun")).send().await;
    let error = listed.expect_err("it is aborted").sentence("list parts");
    assert!(error.to_string().contains("NoSuchUpload"), "{error}");
}

#[tokio::test]
async fn a_file_in_parts_is_the_object_and_its_tag_is_s3s_own() {
    let cloud = Cloud::new().await;
    for (bytes, parts) in [(6 << 20, 0), (6 << 20 | 1, 2), (10 << 20, 2), (11 << 20, 3)] {
        let (path, body) = file(&cloud, bytes);
        let heard = RefCell::new(Vec::new());
        let sent = |sent| heard.borrow_mut().push(sent);
        let uploaded = cloud.account.put_file(KEY, &path, SMALL, sent).await;
        let uploaded = uploaded.expect("uploaded");
        assert_eq!(heard.borrow().len(), parts, "{bytes}");
        if let Some(last) = heard.borrow().last() {
            assert_eq!(*last, bytes as u64);
            assert!(uploaded.etag.ends_with(&format!("-{parts}\"")));
        }
        let stored = cloud.account.bytes(KEY).await.expect("read");
        assert!(stored.expect("there") == body, "{bytes}");
        let head = cloud.account.s3.head_object();
        let head = head.bucket(&cloud.account.bucket).key(KEY).send().await;
        let head = head.expect("there");
        // As a receipt names it.
        assert_eq!(head.e_tag, Some(uploaded.etag));
        assert_eq!(
            head.last_modified.expect("a time").secs(),
            uploaded.modified
        );
    }
}

#[tokio::test]
async fn an_upload_that_fails_leaves_neither_object_nor_parts() {
    let mut cloud = Cloud::new().await;
    let requests = Requests::default();
    let heard = cloud.account.s3.config().to_builder();
    cloud.account.s3 = Client::from_conf(heard.interceptor(requests.clone()).build());
    let (path, _) = file(&cloud, 11 << 20);
    // The file is cut short under way.
    let cut = |sent: u64| {
        let open = std::fs::OpenOptions::new().write(true).open(&path);
        open.and_then(|file| file.set_len(sent)).expect("cut");
    };
    let failed = cloud.account.put_file(KEY, &path, SMALL, cut).await;
    let error = failed.err().expect("it fails").to_string();
    assert!(error.ends_with("changed while it was uploaded"), "{error}");
    nothing_is_left(&cloud, &requests).await;

    // S3 refuses: a part below its minimum.
    let (path, _) = file(&cloud, 11 << 20);
    let tiny = Parts {
        part_bytes: 4 << 20,
        ..SMALL
    };
    let refused = cloud.account.put_file(KEY, &path, tiny, |_| ()).await;
    let error = refused.err().expect("refused").to_string();
    assert!(error.contains("EntityTooSmall"), "{error}");
    nothing_is_left(&cloud, &requests).await;
}
