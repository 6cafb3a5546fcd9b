//! Against crowd-kit's Dawid-Skene and krippendorff's alpha; `peers/answers/record` makes the file again.

use serde_json::{Value, from_value};

use super::super::estimate::{expectation, maximisation};
use super::super::smoothing::Smoothing;
use super::*;

struct Recorded {
    name: String,
    tasks: Vec<Vec<(String, String)>>,
    /// Iterations, and the posteriors after them.
    dawid_skene: Vec<(usize, Vec<Vec<f64>>)>,
    alpha: f64,
}

fn recorded() -> Vec<Recorded> {
    let file: Value =
        serde_json::from_str(include_str!("../../../tests/data/answers.json")).unwrap();
    assert_eq!(file["labels"], serde_json::json!(LABELS));
    let tables = file["tables"].as_array().unwrap().iter();
    let after = |run: &Value| {
        (
            from_value(run["iterations"].clone()).unwrap(),
            from_value(run["posteriors"].clone()).unwrap(),
        )
    };
    let tables = tables.map(|table| Recorded {
        name: table["name"].to_string(),
        tasks: from_value(table["tasks"].clone()).unwrap(),
        dawid_skene: table["dawid_skene"]
            .as_array()
            .unwrap()
            .iter()
            .map(after)
            .collect(),
        alpha: table["alpha"].as_f64().unwrap(),
    });
    tables.collect()
}

fn tasks(recorded: &Recorded) -> Vec<Task<'_>> {
    let mut tasks = Vec::new();
    for answers in &recorded.tasks {
        let answers = answers.iter();
        let given: Vec<(&str, &str)> = answers.map(|(who, label)| (&**who, &**label)).collect();
        tasks.push(task(&given));
    }
    tasks
}

/// crowd-kit's way: counts as they are but for a clip, over the labels that the reviewer has given.
fn clipped(counts: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let given = |row: &Vec<f64>| row.iter().any(|count| *count > 0.0);
    let clip = |row: &Vec<f64>| -> Vec<f64> {
        let least = if given(row) { LEAST } else { 0.0 };
        row.iter().map(|count| count.max(least)).collect()
    };
    let counts: Vec<Vec<f64>> = counts.iter().map(clip).collect();
    let share = |row: &Vec<f64>| {
        let sum = |truth: usize| counts.iter().map(|row| row[truth]).sum::<f64>();
        (0..row.len())
            .map(|truth| row[truth] / sum(truth))
            .collect()
    };
    counts.iter().map(share).collect()
}

const LEAST: f64 = 1e-10;

/// The product's two steps without its smoothing, from the shares of the votes.
#[test]
fn unsmoothed_the_posteriors_are_crowd_kits() {
    let unsmoothed = Smoothing {
        confusion: clipped,
        texts_by_label: LEAST,
    };
    for recorded in recorded() {
        let tasks = tasks(&recorded);
        let answers = read(&tasks);
        let votes = |task: &Task| -> Vec<f64> {
            let share = |label: &&str| {
                let given = task.answers.iter().filter(|(_, answer)| answer == label);
                given.count() as f64 / task.answers.len() as f64
            };
            LABELS.iter().map(share).collect()
        };
        for (iterations, expected) in &recorded.dawid_skene {
            let mut found: Vec<Vec<f64>> = tasks.iter().map(votes).collect();
            for _ in 0..*iterations {
                found = expectation(&answers, &maximisation(&answers, &found, 1.0, &unsmoothed));
            }
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
                let name = &recorded.name;
                assert!(
                    (found - expected).abs() < 1e-6,
                    "{name}, {iterations}: {found} {expected}"
                );
            }
        }
    }
}

#[test]
fn alpha_is_krippendorffs() {
    for recorded in recorded() {
        let tasks = tasks(&recorded);
        let found = agreement(&read(&tasks), 7).unwrap();
        close(found.alpha, recorded.alpha);
        assert!(found.interval.low < found.alpha && found.alpha < found.interval.high);
    }
}
