//! A job that is killed goes on, in a new process, to the weights it would have had.

#![allow(clippy::unwrap_used, reason = "the helpers of tests, too")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const HYPERPARAMETERS: &str = r#"{
    "vocab_size": "150", "hidden_size": "16", "num_hidden_layers": "2", "num_attention_heads": "2",
    "intermediate_size": "32", "max_seq_length": "16", "train_batch_size": "8", "epochs": "20",
    "patience": "20", "learning_rate": "0.005", "checkpoint_steps": "1"
}"#;

fn lay_out(base: &Path, hyperparameters: &str) {
    let texts = [
        "a lovely dress",
        "an awful skirt",
        "plain fabric in store",
        "it fits",
    ];
    for (channel, rows) in [("train", 96), ("validation", 12)] {
        let folder = base.join("input/data").join(channel);
        fs::create_dir_all(&folder).unwrap();
        let lines = (0..rows).map(|n| {
            let text = format!("{} {}", texts[n % 4], texts[n / 4 % 4]);
            format!(
                "{{\"review_body\": \"{text} {n}\", \"sentiment\": {}}}\n",
                n % 3
            )
        });
        fs::write(folder.join("rows.jsonl"), lines.collect::<String>()).unwrap();
    }
    fs::create_dir_all(base.join("input/config")).unwrap();
    fs::write(
        base.join("input/config/hyperparameters.json"),
        hyperparameters,
    )
    .unwrap();
    fs::create_dir_all(base.join("checkpoints")).unwrap();
}

fn start(base: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_classifier"))
        .arg("train")
        .env("SAGEMAKER_BASE_DIR", base)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Its output.
fn finish(base: &Path) -> String {
    let output = start(base).wait_with_output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    assert!(base.join("model/config.json").is_file(), "{output}");
    output
}

fn checkpoints(base: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(base.join("checkpoints")).unwrap();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| {
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("step-")
    });
    found.sort();
    found
}

/// The step of the checkpoint that a line says is written.
fn step_of(line: &str) -> Option<u32> {
    let (_, rest) = line.split_once("checkpoint step-")?;
    rest.strip_suffix(" is written")?.parse().ok()
}

#[test]
fn a_killed_job_goes_on_to_the_same_weights() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, killed) = (folder.path().join("whole"), folder.path().join("killed"));
    // How often it is saved changes no weight.
    let seldom =
        HYPERPARAMETERS.replace(r#""checkpoint_steps": "1""#, r#""checkpoint_steps": "0""#);
    lay_out(&whole, &seldom);
    lay_out(&killed, HYPERPARAMETERS);
    finish(&whole);

    let mut job = start(&killed);
    // 12 steps are one epoch: in the second or later.
    let said = BufReader::new(job.stdout.take().unwrap());
    let mut written = said.lines().filter_map(|line| step_of(&line.unwrap()));
    assert!(written.any(|step| step >= 17), "no seventeenth checkpoint");
    job.kill().unwrap();
    job.wait().unwrap();
    let done = checkpoints(&killed).pop().unwrap();
    assert!(
        !killed.join("model/config.json").exists(),
        "it was killed before its end, at {done:?}"
    );
    // The newest was being copied away when the machine went.
    fs::write(done.join("weights.safetensors"), "").unwrap();
    let output = finish(&killed);
    assert!(
        output.contains("is tried instead") && output.contains("resuming from"),
        "{output}"
    );

    let weights = |base: &Path| fs::read(base.join("model/model.safetensors")).unwrap();
    assert!(weights(&whole) == weights(&killed));
    // The model is the best epoch's, which may lie before the kill; these are the last step's.
    for file in ["weights", "first_moment", "second_moment"] {
        let last = |base: &Path| {
            let checkpoint = checkpoints(base).pop().unwrap();
            assert!(checkpoint.ends_with("step-000000240"), "{checkpoint:?}");
            fs::read(checkpoint.join(format!("{file}.safetensors"))).unwrap()
        };
        assert!(last(&whole) == last(&killed), "{file}");
    }
    assert!(checkpoints(&killed).len() <= 2);

    // Where none can be read it begins anew, with nothing of theirs.
    for checkpoint in checkpoints(&whole) {
        fs::write(checkpoint.join("weights.safetensors"), "").unwrap();
    }
    let output = finish(&whole);
    assert!(output.contains("training begins anew"), "{output}");
    assert!(weights(&whole) == weights(&killed));

    let other = HYPERPARAMETERS.replace("0.005", "0.004");
    fs::write(killed.join("input/config/hyperparameters.json"), other).unwrap();
    let refused = start(&killed).wait_with_output().unwrap();
    assert!(!refused.status.success());
    let failure = fs::read_to_string(killed.join("output/failure")).unwrap();
    assert!(
        failure.contains("learning_rate 0.005") && failure.contains("this job has 0.004"),
        "{failure}"
    );
}
