//! The smallest program that keeps the container contract, in place of the classifier: what is
//! tried here is the loop around it. A job writes a file into each of its outputs.
//!
//! `serve` is this test's own executable, which knows by `SAGEMAKER_BIND_TO_PORT` that it is a
//! container and not a test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use classifier::container::Container;
use contracts::keys;
use contracts::rollout::{LabelledRow, ScoredRow};

/// Links the program into a folder, and beside it the executable that it starts. Nothing is written:
/// a file that another thread's child still has open for writing cannot be executed.
pub fn link(folder: &Path) -> PathBuf {
    let program = folder.join("image");
    // A restart finds them.
    if !program.exists() {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/handlers/image.sh");
        symlink(script, &program).unwrap();
        symlink(std::env::current_exe().unwrap(), folder.join("test")).unwrap();
    }
    program
}

/// The classifier's own code: what is tried with it is the upload's way through a job.
#[test]
fn takes_in_where_it_is_a_container() {
    if std::env::var("SAGEMAKER_BASE_DIR").is_err() {
        return;
    }
    let container = Container::from_env();
    if let Err(error) = classifier::intake::run(&container) {
        container.explain_failure(&error);
        std::process::exit(1);
    }
}

/// In the place of two models: a text says which of them it is too hard for.
#[test]
fn compares_where_it_is_a_container() {
    if std::env::var("SAGEMAKER_BASE_DIR").is_err() {
        return;
    }
    let container = Container::from_env();
    let rows = std::fs::read_dir(container.input("rows")).unwrap();
    let rows = rows.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let rows: String = rows.collect();
    if rows.contains("unscorable") {
        container.explain_failure(&anyhow::anyhow!("a text is unscorable"));
        std::process::exit(1);
    }
    let scores = rows.lines().map(|line| {
        let row: LabelledRow = serde_json::from_str(line).unwrap();
        let answer = |model: &str| {
            let is_hard = row.text.contains(&format!("hard for the {model}"));
            if is_hard { "another" } else { &row.label }.to_owned()
        };
        let scored = ScoredRow {
            champion: answer("champion"),
            challenger: answer("challenger"),
            text_hash: row.text_hash.clone(),
            label: row.label.clone(),
            inclusion_probability: row.inclusion_probability,
        };
        serde_json::to_string(&scored).unwrap() + "\n"
    });
    let folder = container.output("scores");
    let scores: String = scores.collect();
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(keys::ROLLOUT_SCORES), scores).unwrap();
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
        let fails = base.join("model/fails").exists();
        std::thread::spawn(move || answer(connection.unwrap(), fails));
    }
}

/// A text with one of these words is answered after so many milliseconds.
const SLOW: [(&str, u64); 2] = [("SLOWLY", 60), ("FOR-AGES", 600)];

/// One JSON line per line: sure of everything but what says "unsure". Two texts make a container that
/// quotes its request: in an error, or in an answer of another shape. A third is refused in its line, as the
/// classifier refuses columns that it was not trained with, and a fourth with its whole request. A model that fails does so
/// with everything but its health.
fn answer(mut connection: TcpStream, fails: bool) {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request).unwrap_or(0) == 0 {
            return;
        }
        let mut length = 0;
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
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        if body.contains("NEVER") {
            std::thread::park();
        }
        if let Some((_, milliseconds)) = SLOW.iter().find(|(word, _)| body.contains(word)) {
            let (asked, time) = (Instant::now(), Duration::from_millis(*milliseconds));
            while let Some(left) = time.checked_sub(asked.elapsed()) {
                std::thread::park_timeout(left);
            }
        }
        let lines = (1..).zip(body.lines()).map(|(number, line)| {
            let probability = if line.to_lowercase().contains("unsure") {
                0.4
            } else {
                0.99
            };
            if line.contains("ODD-ANSWER") {
                return "{\"probability\":\"ODD-ANSWER\"}\n".to_owned();
            }
            if line.contains("OTHER-COLUMNS") {
                return format!("{{\"error\":\"line {number}: no such column\"}}\n");
            }
            format!("{{\"probability\":{probability},\"predicted_label\":\"1\"}}\n")
        });
        let is_broken = fails && !request.contains("/ping");
        let (status, answer) = if is_broken || body.contains("OUT-OF-ORDER") {
            ("500 Internal Server Error", body.clone())
        } else if body.contains("TOO-MANY-ROWS") {
            ("413 Payload Too Large", "too many rows".to_owned())
        } else {
            ("200 OK", lines.collect())
        };
        // In one piece: the receiver acknowledges a part only after 40 ms.
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/jsonlines\r\nContent-Length: {}\r\n\r\n{answer}",
            answer.len()
        );
        connection.write_all(answer.as_bytes()).unwrap();
    }
}
