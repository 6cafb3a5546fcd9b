//! provision-stack: where its answers go.

use provision_stack::{Config, Deps, Outcome, handle, respond};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::deployment::{deploy, settled};
use super::gate::evaluation;
use super::provisioning::{SAMPLE_URL, received};
use super::setup::{Setup, event};

#[tokio::test]
async fn an_answer_to_another_address_is_refused_and_nothing_is_done() {
    let setup = Setup::new().await;
    let arn = setup.register(&evaluation(140, None), false).await;
    setup.approve(&arn).await;
    deploy(&setup, "model-package-approved").await;
    settled(&setup).await;
    let deps = Deps::new(&setup.of("provision-stack"), Config {});
    let elsewhere = [(SAMPLE_URL, "http://169.254.169.254/latest/meta-data")];
    let request = event("custom-resource-models-delete", &elsewhere);
    let outcome = handle(&deps, request).await.unwrap();
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    let endpoint = setup.sagemaker.describe_endpoint();
    let there = endpoint.endpoint_name("reviewloop").send().await;
    assert!(there.is_ok(), "nothing was done: {there:?}");
}

#[test]
fn an_answer_goes_to_s3_or_to_where_the_sdk_finds_it() {
    let local = Some("http://127.0.0.1:4566");
    let table = [
        (SAMPLE_URL, None, true),
        ("https://s3.cn-north-1.amazonaws.com.cn/key", None, true),
        ("https://a.s3.cn-north-1.amazonaws.com.cn/key", None, true),
        ("https://s3.eusc-de-east-1.amazonaws.eu/key", None, true),
        ("https://a.s3.eusc-de-east-1.amazonaws.eu/key", None, true),
        ("https://s3.amazonaws.com/answers/key", None, true),
        ("https://s3-eu-west-1.amazonaws.com/answers/key", None, true),
        (
            "https://answers.s3-us-gov-west-1.amazonaws.com/key",
            None,
            true,
        ),
        (
            "https://answers.s3.eu-central-1.amazonaws.com/key",
            None,
            true,
        ),
        (
            "https://an.swers.s3.eu-central-1.amazonaws.com/key",
            None,
            true,
        ),
        (
            "https://a.s3.dualstack.eu-west-1.amazonaws.com/k",
            None,
            true,
        ),
        (
            "https://api.execute-api.us-east-1.amazonaws.com/k",
            None,
            false,
        ),
        (
            "https://s3.execute-api.us-east-1.amazonaws.com/k",
            None,
            false,
        ),
        ("https://it.us-east-1.elb.amazonaws.com/key", None, false),
        ("https://s3.us-east-1.elb.amazonaws.com/key", None, false),
        ("https://s3-it.us-east-1.elb.amazonaws.com/key", None, false),
        ("https://s3-website.amazonaws.com/key", None, false),
        (
            "https://a.s3-website-us-east-1.amazonaws.com/k",
            None,
            false,
        ),
        ("https://s3.elb.amazonaws.com/key", None, false),
        ("https://nots3.amazonaws.com/key", None, false),
        ("https://s3.elb.amazonaws.eu/key", None, false),
        ("https://amazonaws.com/key", None, false),
        (SAMPLE_URL, local, true),
        ("http://127.0.0.1:4566/answers/key", local, true),
        ("http://127.0.0.1:4566/answers/key", None, false),
        ("http://127.0.0.1:4567/internal", local, false),
        ("https://127.0.0.1:4566/internal", local, false),
        ("http://localhost:4566/internal", local, false),
        ("http://169.254.169.254/latest/meta-data", local, false),
        ("http://answers.s3.amazonaws.com/key", local, false),
        ("https://answers.s3.amazonaws.com:8443/key", local, false),
        ("https://amazonaws.com.example.org/key", local, false),
        ("https://s3.amazonaws.com@example.org/key", local, false),
        ("https://example.org/?.amazonaws.com", local, false),
        ("https://notamazonaws.com/key", local, false),
        ("file:///etc/passwd", local, false),
        ("nowhere", local, false),
    ];
    for (url, endpoint_url, accepted) in table {
        let checked = respond::check(url, endpoint_url);
        assert_eq!(checked.is_ok(), accepted, "{url}: {checked:?}");
    }
    let told = respond::check("https://example.org/key?X-Amz-Signature=secret", None);
    assert!(
        !told.unwrap_err().contains("secret"),
        "no signature is logged"
    );
}

#[tokio::test]
async fn a_redirect_of_the_answer_is_not_followed() {
    let setup = Setup::new().await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    // Whoever follows is answered well.
    let server = tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            let request = received(&mut connection).await;
            let first = request.starts_with(b"PUT /answer ");
            let status = if first { "307 Elsewhere" } else { "200 OK" };
            let answer = format!(
                "HTTP/1.1 {status}\r\nLocation: /internal\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            connection.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let mut deps = Deps::new(&setup.of("provision-stack"), Config {});
    deps.endpoint_url = Some(origin.clone());
    let url = format!("{origin}/answer");
    let request = event("custom-resource-models-create", &[(SAMPLE_URL, &url)]);
    let error = handle(&deps, request).await.unwrap_err();
    assert!(format!("{error:#}").contains("307"), "{error:#}");
    server.abort();
}
