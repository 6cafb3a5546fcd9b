mod agreement;
mod consensus;
mod invariance;
mod peers;
mod read;
mod reviewers;

use contracts::dataset::Origin;

use super::*;

const LABELS: [&str; 3] = ["-1", "0", "1"];

fn task<'a>(answers: &[(&'a str, &'a str)]) -> Task<'a> {
    Task {
        answers: answers.to_vec(),
        origin: Origin::Uncertain,
        probabilities: None,
    }
}

fn read<'a>(tasks: &[Task<'a>]) -> Answers<'a> {
    Answers::new(&LABELS, tasks).unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-12,
        "{found} is not {expected}"
    );
}
