//! What ends with a cloud.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

use crate::world::{Served, serve};

/// Long enough for a machine that does much else; a healthy test waits milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Idle:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: idle, CodeUri: f, Timeout: 600 }
  Busy:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: busy, CodeUri: f, Timeout: 600 }
";

/// A cloud with a sandbox that is idle, one that works on a queued event and one whose caller
/// waits; each process keeps its connection open for as long as it lives.
async fn busy() -> (Served, Vec<TcpStream>) {
    let served = serve(TEMPLATE).await;
    let told = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = told.local_addr().unwrap().port();
    let hang = json!({ "do": "hang", "tell": port });
    let idle = json!({ "tell": port });
    served.invoke("idle", "RequestResponse", &idle).await;
    served.invoke("busy", "Event", &hang).await;
    let url = format!(
        "{}/2015-03-31/functions/busy/invocations",
        served.aws.endpoint_url
    );
    tokio::spawn(served.lambda(&url).body(hang.to_string()).send());
    let mut connections = Vec::new();
    for _ in 0..3 {
        connections.push(told.accept().await.unwrap().0);
    }
    (served, connections)
}

async fn all_end(connections: Vec<TcpStream>) {
    for mut connection in connections {
        let end = tokio::time::timeout(PATIENCE, connection.read_u8()).await;
        assert!(end.expect("the process ends").is_err());
    }
}

#[tokio::test]
async fn a_cloud_that_stops_ends_every_process_and_task() {
    let (served, connections) = busy().await;
    let cloud = Arc::downgrade(&served.aws.cloud);
    served.stop().await;
    assert_eq!(cloud.strong_count(), 0, "a task still has the cloud");
    all_end(connections).await;
}

#[tokio::test]
async fn a_cloud_that_is_dropped_ends_every_process_and_task() {
    let (served, connections) = busy().await;
    let cloud = Arc::downgrade(&served.aws.cloud);
    drop(served);
    all_end(connections).await;
    let ended = async {
        while cloud.strong_count() > 0 {
            tokio::task::yield_now().await;
        }
    };
    let ended = tokio::time::timeout(PATIENCE, ended).await;
    assert!(ended.is_ok(), "a task still has the cloud");
}
