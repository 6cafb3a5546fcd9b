//! The smallest program that keeps the container contract.
//!
//! `prepare`, `train` and `evaluate` are shell (tiny_image.sh); `serve` is this test's own executable, which knows
//! by `SAGEMAKER_BIND_TO_PORT` that it is a container and not a test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Links the program into a folder, and beside it the executable that it starts. Nothing is written:
/// a file that another thread's child still has open for writing cannot be executed.
pub fn link(folder: &Path) -> PathBuf {
    let program = folder.join("tiny");
    // A restart finds them.
    if !program.exists() {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sagemaker/tiny_image.sh");
        symlink(script, &program).unwrap();
        symlink(std::env::current_exe().unwrap(), folder.join("serve")).unwrap();
    }
    program
}

#[test]
fn serves_where_it_is_a_container() {
    let Ok(port) = std::env::var("SAGEMAKER_BIND_TO_PORT") else {
        return;
    };
    let base = PathBuf::from(std::env::var("SAGEMAKER_BASE_DIR").unwrap());
    if base.join("model/refuses-ping").exists() {
        return;
    }
    let listener = TcpListener::bind(("127.0.0.1", port.parse().unwrap())).unwrap();
    for connection in listener.incoming() {
        let base = base.clone();
        std::thread::spawn(move || answer(connection.unwrap(), &base));
    }
}

/// `GET /ping` is 200; `POST /invocations` answers what the model was trained with, and the body;
/// the body `refuse` is 400, `die` ends the process, `wait FILE` makes
/// FILE.waits and is answered when there is FILE. In a line the model NAME refuses what ends with `NAME refuses`, dies of
/// `NAME dies`, and tells the types it got in the answer to what ends with `headers`. Another host than `ALLOWED_HOST` is 421. Where there is `WAITS_FOR`,
/// every invocation waits for that file.
fn answer(mut connection: TcpStream, base: &Path) {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request).unwrap_or(0) == 0 {
            return;
        }
        let (mut length, mut host) = (0, String::new());
        let (mut content_type, mut accept) = (String::new(), String::new());
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).unwrap();
            let header = header.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if let Some(value) = header.strip_prefix("host:") {
                host = value.trim().to_owned();
            }
            if let Some(value) = header.strip_prefix("content-type:") {
                content_type = value.trim().to_owned();
            }
            if let Some(value) = header.strip_prefix("accept:") {
                accept = value.trim().to_owned();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        let is_ping = request.starts_with("GET /ping");
        if let Some(file) = body.strip_prefix("wait ") {
            std::fs::write(format!("{file}.waits"), "").unwrap();
            wait_for(file);
        }
        if let Ok(file) = std::env::var("WAITS_FOR")
            && !is_ping
        {
            wait_for(&file);
        }
        let model = std::fs::read_to_string(base.join("model/hyperparameters.json"));
        let model = model.unwrap_or_default();
        let port = connection.local_addr().unwrap().port();
        let allowed = std::env::var("ALLOWED_HOST").map(|host| format!("{host}:{port}"));
        let (status, answer) = match (is_ping, body.as_str()) {
            _ if allowed.is_ok_and(|allowed| allowed != host) => {
                ("421 Misdirected Request", String::new())
            }
            (true, _) => ("200 OK", String::new()),
            (false, "die") => std::process::exit(1),
            (false, "refuse") => ("400 Bad Request", "no such row".to_owned()),
            (false, body) if body.ends_with(&format!("{model} refuses")) => {
                ("400 Bad Request", "no such row".to_owned())
            }
            (false, body) if body.ends_with(&format!("{model} dies")) => std::process::exit(1),
            (false, body) if body.ends_with("headers") => (
                "200 OK",
                format!("{model} [{content_type}, {accept}] {body}"),
            ),
            (false, body) => ("200 OK", format!("{model} {body}")),
        };
        write!(
            connection,
            "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{answer}",
            answer.len()
        )
        .unwrap();
    }
}

fn wait_for(file: &str) {
    while !Path::new(file).exists() {
        // Dozens wait at a time, and leave the processor to the tests.
        std::thread::park_timeout(Duration::from_millis(5));
    }
}
