//! The endpoint as a process: what SageMaker starts, asks and stops.

#![allow(clippy::unwrap_used, reason = "the helpers of tests, too")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

struct Endpoint {
    process: Child,
    address: String,
    _folder: tempfile::TempDir,
}

/// Serves a recorded checkpoint on a port of the system's choice.
fn endpoint() -> Endpoint {
    let folder = tempfile::tempdir().unwrap();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
    let recorded = crates.join("../bert/tests/data/models/bert");
    fs::create_dir(folder.path().join("model")).unwrap();
    for file in fs::read_dir(recorded).unwrap() {
        let file = file.unwrap();
        fs::copy(
            file.path(),
            folder.path().join("model").join(file.file_name()),
        )
        .unwrap();
    }
    let mut process = Command::new(env!("CARGO_BIN_EXE_classifier"))
        .arg("serve")
        .env("SAGEMAKER_BASE_DIR", folder.path())
        .env("SAGEMAKER_BIND_TO_PORT", "0")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(process.stdout.take().unwrap());
    let mut lines = said.lines().map(Result::unwrap);
    let address = lines.find_map(|line| Some(line.split_once("listening on ")?.1.to_owned()));
    Endpoint {
        process,
        address: address.expect("the endpoint says where it listens"),
        _folder: folder,
    }
}

impl Endpoint {
    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.process.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        // It may have ended as the test wanted it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn answer(mut connection: TcpStream) -> String {
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

const BODY: &str = "{\"features\":[\"lovely dress\"]}";

#[test]
fn a_term_signal_lets_the_request_in_flight_finish_and_ends_the_process_well() {
    let mut endpoint = endpoint();
    let mut connection = endpoint.connect();
    let head = format!(
        "POST /invocations HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\
         expect: 100-continue\r\ncontent-type: application/jsonlines\r\ncontent-length: {}\r\n\r\n",
        BODY.len()
    );
    connection.write_all(head.as_bytes()).unwrap();
    // The endpoint asks for the body once the request is in its hands.
    let go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    let mut asked = vec![0; go_on.len()];
    connection.read_exact(&mut asked).unwrap();
    assert_eq!(asked, go_on.as_bytes());
    endpoint.signal(Signal::TERM);
    connection.write_all(BODY.as_bytes()).unwrap();
    let answer = answer(connection);
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("predicted_label"),
        "{answer}"
    );
    assert!(endpoint.process.wait().unwrap().success());
}

#[test]
fn an_endpoint_without_a_model_fails_with_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_classifier"))
        .arg("serve")
        .env("SAGEMAKER_BASE_DIR", folder.path())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let failure = fs::read_to_string(folder.path().join("output/failure")).unwrap();
    assert!(failure.contains("config.json"), "{failure}");
}
