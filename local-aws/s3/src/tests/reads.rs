//! Answers that say what the question asked them to say.

use super::client::Client;

#[tokio::test]
async fn a_read_answers_with_the_headers_that_it_asks_for() {
    let client = Client::new().await;
    client.put("a", "text").await;
    let path = "/reviews/a?response-content-type=text%2Fcsv&response-content-disposition=attachment\
        &response-cache-control=no-store&response-content-encoding=identity&response-content-language=de\
        &response-expires=Sun%2C%2001%20Dec%202030%2016%3A00%3A00%20GMT";
    for method in ["GET", "HEAD"] {
        let answer = client.call(method, path, &[], "").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        for (name, value) in [
            ("content-type", "text/csv"),
            ("content-disposition", "attachment"),
            ("cache-control", "no-store"),
            ("content-encoding", "identity"),
            ("content-language", "de"),
            ("expires", "Sun, 01 Dec 2030 16:00:00 GMT"),
        ] {
            assert_eq!(answer.header(name), value, "{method} {name}");
        }
    }
    let plain = client.call("HEAD", "/reviews/a", &[], "").await;
    assert_eq!(plain.header("content-type"), "binary/octet-stream");
    assert_eq!(plain.header("cache-control"), "");
}

#[tokio::test]
async fn a_copy_holds_its_source_to_every_condition_and_changes_something() {
    let client = Client::new().await;
    client.put("a", "text").await;
    let source = ("x-amz-copy-source", "/reviews/a");
    let (old, new) = (
        "Thu, 01 Dec 2005 16:00:00 GMT",
        "Thu, 01 Dec 2050 16:00:00 GMT",
    );
    for condition in [
        ("x-amz-copy-source-if-unmodified-since", old),
        ("x-amz-copy-source-if-modified-since", new),
        ("x-amz-copy-source-if-none-match", "*"),
    ] {
        let copy = client
            .call("PUT", "/reviews/b", &[source, condition], "")
            .await;
        copy.assert_refused(412, "PreconditionFailed");
    }
    let held = [source, ("x-amz-copy-source-if-modified-since", old)];
    assert_eq!(
        client.call("PUT", "/reviews/b", &held, "").await.status,
        200
    );
    let itself = client.call("PUT", "/reviews/a", &[source], "").await;
    itself.assert_refused(400, "InvalidRequest");
    let replaced = [source, ("x-amz-metadata-directive", "REPLACE")];
    assert_eq!(
        client.call("PUT", "/reviews/a", &replaced, "").await.status,
        200
    );
}
