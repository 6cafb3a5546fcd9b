//! A job that was interrupted counts all of its attempts.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::{card, job, with_pretrained};
use crate::container::Container;
use crate::train::run;

/// Of the newest checkpoint.
fn state(container: &Container) -> PathBuf {
    let entries = fs::read_dir(container.checkpoints()).unwrap();
    let steps = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("state.json").is_file());
    steps.max().unwrap().join("state.json")
}

#[test]
fn the_seconds_of_a_fine_tuning_before_the_interruption_are_its_candidates_and_the_ensembles() {
    let base = tempfile::tempdir().unwrap();
    let container = job(base.path(), &[]);
    with_pretrained(&container);
    fs::create_dir_all(container.checkpoints()).unwrap();
    run(&container).unwrap();
    // As if it had been killed after a thousand seconds of fine-tuning, before the average.
    fs::remove_dir_all(container.model()).unwrap();
    let path = state(&container);
    let mut state: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(state["finished"], true);
    state["profile"]["seconds"] = 1000.into();
    fs::write(&path, state.to_string()).unwrap();
    run(&container).unwrap();

    let card = card(&container);
    let of = |name: &str| {
        let candidate = card.candidates.iter().find(|one| one.name == name);
        candidate.unwrap().seconds
    };
    assert!((1000.0..2000.0).contains(&of("bert")), "{}", of("bert"));
    assert!(of("ngrams") < 1000.0 && of("fasttext") < 1000.0);
    assert!(
        (of("bert")..2000.0).contains(&card.seconds),
        "{}",
        card.seconds
    );
}
