use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::{Bounds, serve};

/// Long enough for a machine that does much else; a healthy test waits milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

const LAST_REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

struct Port {
    address: std::net::SocketAddr,
    stopping: watch::Sender<bool>,
    server: JoinHandle<()>,
}

async fn port(app: Router, connections: usize, header: Duration) -> Port {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let stopping = watch::Sender::new(false);
    let bounds = Bounds {
        connections,
        header,
    };
    let server = tokio::spawn(serve(listener, app, bounds, stopping.subscribe()));
    Port {
        address,
        stopping,
        server,
    }
}

impl Port {
    async fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }
}

/// What comes until the server closes the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = String::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_string(&mut text));
    read.await.expect("the server ends it").unwrap();
    text
}

#[tokio::test]
async fn half_a_header_ends_in_time_and_gives_its_place_to_the_next_client() {
    let app = Router::new().route("/", get(|| async { "answer" }));
    let port = port(app, 1, Duration::from_millis(50)).await;
    let slow = port.send(b"GET / HTTP/1.1\r\nHost: h\r\nX-Half").await;
    let next = port.send(LAST_REQUEST).await;
    assert!(rest(next).await.ends_with("answer"));
    assert_eq!(rest(slow).await, "");
}

#[tokio::test]
async fn a_port_bears_no_more_connections_than_its_bound() {
    #[derive(Default)]
    struct Seen {
        now: AtomicUsize,
        most: AtomicUsize,
        go_on: Notify,
    }
    let seen = Arc::new(Seen::default());
    let handler = {
        let seen = seen.clone();
        move || async move {
            let now = seen.now.fetch_add(1, Ordering::SeqCst) + 1;
            seen.most.fetch_max(now, Ordering::SeqCst);
            seen.go_on.notified().await;
            seen.now.fetch_sub(1, Ordering::SeqCst);
            "answer"
        }
    };
    let app = Router::new().route("/", get(handler));
    let port = port(app, 2, PATIENCE).await;
    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(tokio::spawn(rest(port.send(LAST_REQUEST).await)));
    }
    for answer in answers {
        seen.go_on.notify_one();
        assert!(answer.await.unwrap().ends_with("answer"));
    }
    assert!(seen.most.load(Ordering::SeqCst) <= 2);
}

#[tokio::test]
async fn a_server_that_stops_lets_its_answers_end_and_closes_idle_connections() {
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (entered, go_on) = (entered.clone(), go_on.clone());
        move || async move {
            entered.notify_one();
            go_on.notified().await;
            "answer"
        }
    };
    let app = Router::new().route("/", get(handler));
    let port = port(app, 8, PATIENCE).await;
    let idle = port.send(b"").await;
    let busy = port.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await;
    entered.notified().await;
    port.stopping.send(true).unwrap();
    assert_eq!(rest(idle).await, "");
    go_on.notify_one();
    assert!(rest(busy).await.ends_with("answer"));
    port.server.await.unwrap();
}

#[tokio::test]
async fn a_server_that_stops_ends_an_answer_that_does_not_come() {
    let entered = Arc::new(Notify::new());
    let handler = {
        let entered = entered.clone();
        move || async move {
            entered.notify_one();
            std::future::pending::<()>().await;
        }
    };
    let app = Router::new().route("/", get(handler));
    let port = port(app, 8, PATIENCE).await;
    let hanging = port.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await;
    entered.notified().await;
    port.stopping.send(true).unwrap();
    port.server.await.unwrap();
    assert_eq!(rest(hanging).await, "");
}
