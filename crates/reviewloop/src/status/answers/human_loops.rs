//! What people are asked, and what came of it.

use super::answer::{Answer, done, waits};
use crate::status::facts::{Facts, Labelling};

pub fn answer(facts: &Facts) -> Answer {
    let loops = &facts.loops;
    let state = format!(
        "{} waiting, {} completed, {} ended without an answer{}, {} labels{}",
        loops.waiting,
        loops.completed,
        loops.ended,
        skipped(loops.skipped),
        loops.labels,
        agreement(loops.labelling.as_ref())
    );
    let suspects = loops.labelling.as_ref().map_or(0, |it| it.suspects);
    if loops.waiting > 0 {
        let reason = format!("reviewers have {} to answer", tasks(loops.waiting));
        waits(state, reason)
    } else if loops.unlabelled > 0 {
        let reason = format!(
            "{} texts have no label: an answer is not read yet, the day's cap is spent, or reviewers disagree",
            loops.unlabelled
        );
        waits(state, reason)
    } else if loops.new_labels > 0 {
        let reason = format!(
            "{} new labels; retraining starts at MinimumNewLabels",
            loops.new_labels
        );
        waits(state, reason)
    } else if suspects > 0 {
        let reviewers = facts.command("reviewloop reviewers");
        let reason = format!(
            "the answers of a reviewer do not depend on the texts: {reviewers} shows whose"
        );
        waits(state, reason)
    } else {
        done(state)
    }
}

fn skipped(tasks: usize) -> String {
    match tasks {
        0 => String::new(),
        tasks => format!(", {tasks} skipped"),
    }
}

fn agreement(labelling: Option<&Labelling>) -> String {
    let Some(Labelling {
        alpha, interval, ..
    }) = labelling
    else {
        return String::new();
    };
    format!(
        "; reviewers agree with alpha {alpha:.2} ({:.2} to {:.2})",
        interval.low, interval.high
    )
}

fn tasks(number: usize) -> String {
    if number == 1 {
        "1 task".to_owned()
    } else {
        format!("{number} tasks")
    }
}
