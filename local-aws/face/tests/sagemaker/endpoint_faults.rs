//! Endpoints where something goes wrong.

use std::io::{Read, Write};
use std::net::TcpStream;

use aws_sdk_sagemakerruntime::error::ProvideErrorMetadata;
use aws_sdk_sagemakerruntime::primitives::Blob;
use local_core::store::Table;
use serde_json::Value;

use crate::endpoints::{
    config, create, create_and_settle, eventually, invoke_once, model, serverless, settled, update,
};
use crate::setup::Setup;

#[tokio::test(flavor = "multi_thread")]
async fn an_invocation_beyond_the_max_concurrency_is_throttled() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    serverless(&setup).await;
    create_and_settle(&setup, "serverless").await;
    let body = format!("wait {}", setup.gate.display());
    let invoke = || setup.runtime.invoke_endpoint().endpoint_name("e");
    let first = tokio::spawn(invoke().body(Blob::new(body)).send());
    while !setup.gate.with_extension("waits").exists() {
        tokio::task::yield_now().await;
    }
    let error = invoke().body(Blob::new("x")).send().await.unwrap_err();
    assert_eq!(error.code(), Some("ThrottlingException"), "{error:?}");
    setup.open_gate();
    first.await.unwrap().unwrap();
    assert_eq!(invoke_once(&setup, "again").await, "one again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invocation_is_refused_what_the_service_refuses_and_what_is_not_honoured() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    serverless(&setup).await;
    create_and_settle(&setup, "serverless").await;
    let invoke = || setup.runtime.invoke_endpoint().endpoint_name("e");
    let (body, long) = (|| Blob::new("x"), "x".repeat(1025));
    let refused = [
        invoke().body(Blob::new(vec![b'x'; 4 * 1024 * 1024 + 1])),
        invoke().body(body()).custom_attributes(&long),
        invoke().body(body()).inference_id("two\twords"),
        invoke().body(body()).target_variant("no_name"),
    ];
    for request in refused {
        let error = request.send().await.unwrap_err();
        assert_eq!(error.code(), Some("ValidationError"), "{error:?}");
    }
    let not_honoured = [
        ("TargetModel", invoke().target_model("a.tar.gz")),
        (
            "TargetContainerHostname",
            invoke().target_container_hostname("a"),
        ),
        ("EnableExplanations", invoke().enable_explanations("`true`")),
        (
            "InferenceComponentName",
            invoke().inference_component_name("a"),
        ),
        ("SessionId", invoke().session_id("NEW_SESSION")),
    ];
    for (member, request) in not_honoured {
        let error = request.body(body()).send().await.unwrap_err();
        let message = error.message().unwrap_or_default();
        assert!(
            message.contains(&format!("the parameter {member} ")),
            "{message}"
        );
    }
    assert_eq!(invoke_once(&setup, "again").await, "one again");
}

/// A server that was listed and never got traffic: its attempt broke off.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_an_attempt_that_broke_off_is_started_anew() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    config(&setup, "config-1", &[("one", 1.0)]).await;
    create_and_settle(&setup, "config-1").await;
    let servers = Table::<Value>::new("sagemaker/endpoint-servers");
    let store = &setup.aws.cloud.store;
    store.update(|tx| {
        let mut listed = servers.get(tx, "us-east-1", "e").unwrap();
        listed[0]["serving"] = false.into();
        servers.put(tx, "us-east-1", "e", &listed);
    });
    assert_eq!(eventually(&setup, "back").await, "one back");
}

/// Each with an endpoint config of its own: `config-1` and `config-2`.
async fn two_models(setup: &Setup) {
    model(setup, "one", false).await;
    model(setup, "two", false).await;
    config(setup, "config-1", &[("one", 1.0)]).await;
    config(setup, "config-2", &[("two", 1.0)]).await;
}

/// Puts an archive that does not unpack in the place of a model's own.
async fn damage(setup: &Setup, model: &str) {
    let archive = format!("{model}/model.tar.gz");
    setup.put(&archive, "no archive").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_whose_old_server_cannot_come_back_can_be_updated() {
    let setup = Setup::new().await;
    two_models(&setup).await;
    create_and_settle(&setup, "config-1").await;
    damage(&setup, "one").await;
    let setup = setup.restart().await;
    update(&setup, "config-2").await;
    let endpoint = settled(&setup).await;
    assert_eq!(endpoint.endpoint_config_name(), Some("config-2"));
    assert_eq!(invoke_once(&setup, "x").await, "two x");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variant_comes_back_where_another_cannot() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    model(&setup, "two", false).await;
    config(&setup, "both", &[("one", 0.0), ("two", 1.0)]).await;
    create_and_settle(&setup, "both").await;
    damage(&setup, "one").await;
    let setup = setup.restart().await;
    assert_eq!(eventually(&setup, "back").await, "two back");
}

/// A web page whose name leads to this machine sends its own name.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_an_endpoints_port_by_another_name_is_refused() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    config(&setup, "config-1", &[("one", 1.0)]).await;
    create_and_settle(&setup, "config-1").await;
    let servers = Table::<Value>::new("sagemaker/endpoint-servers");
    let listed = setup
        .aws
        .cloud
        .store
        .read(|tx| servers.get(tx, "us-east-1", "e"));
    let port = listed.unwrap()[0]["ports"][0].as_u64().unwrap();
    let ask = |host: &str| {
        let mut connection = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        write!(
            connection,
            "GET /ping HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n"
        )
        .unwrap();
        let mut status = [0; 12];
        connection.read_exact(&mut status).unwrap();
        String::from_utf8(status.to_vec()).unwrap()
    };
    assert_eq!(ask("127.0.0.1"), "HTTP/1.1 200");
    assert_eq!(ask("attacker.example"), "HTTP/1.1 421");
}

/// An archive that does not unpack leaves nothing below the endpoint's folder.
#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_does_not_unpack_fails_the_endpoint_and_leaves_no_folder() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    damage(&setup, "one").await;
    config(&setup, "config-1", &[("one", 1.0)]).await;
    create(&setup, "config-1").await;
    let endpoint = settled(&setup).await;
    let reason = endpoint.failure_reason().unwrap();
    assert!(
        reason.starts_with("Failed to extract model data archive from URL \"s3://data/one/"),
        "{reason}"
    );
    let folder = setup.aws.cloud.store.folder().join("endpoints");
    let left = std::fs::read_dir(folder).map_or(0, Iterator::count);
    assert_eq!(left, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_come_back_after_a_kill_and_after_their_process_ended() {
    let setup = Setup::new().await;
    two_models(&setup).await;
    create(&setup, "config-1").await;
    settled(&setup).await;
    let setup = setup.restart().await;
    // Until the process is there again the SDK is told to retry.
    assert_eq!(eventually(&setup, "back").await, "one back");

    // In the middle of a deployment.
    update(&setup, "config-2").await;
    let setup = setup.restart().await;
    let endpoint = settled(&setup).await;
    assert_eq!(endpoint.endpoint_config_name(), Some("config-2"));
    assert_eq!(eventually(&setup, "x").await, "two x");

    let die = setup
        .runtime
        .invoke_endpoint()
        .endpoint_name("e")
        .body(Blob::new("die"));
    die.send().await.unwrap_err();
    assert_eq!(eventually(&setup, "alive").await, "two alive");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_under_way_is_answered_by_the_fleet_that_got_it() {
    let setup = Setup::new().await;
    two_models(&setup).await;
    create_and_settle(&setup, "config-1").await;
    let body = format!("wait {}", setup.gate.display());
    let invoke = setup.runtime.invoke_endpoint().endpoint_name("e");
    let first = tokio::spawn(invoke.body(Blob::new(body)).send());
    while !setup.gate.with_extension("waits").exists() {
        tokio::task::yield_now().await;
    }
    update(&setup, "config-2").await;
    settled(&setup).await;
    assert_eq!(invoke_once(&setup, "x").await, "two x");
    setup.open_gate();
    let answer = first.await.unwrap().unwrap().body.unwrap();
    let answer = String::from_utf8(answer.into_inner()).unwrap();
    assert!(answer.starts_with("one "), "{answer}");
}
