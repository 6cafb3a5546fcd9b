//! The candidates in lines of text: while they are trained, and on the test rows.

use contracts::evaluation::CandidateScores;

use super::look::Seen;
use crate::evidence::Evidence;
use crate::numbers::{points, scored};

/// Columns of a bar from 0 to 1.
const BAR: f64 = 40.0;

/// One line about how far it is.
pub fn line(seen: &Seen) -> String {
    let last = seen.steps.last();
    let step = last.map_or("the execution begins".to_owned(), |step| {
        format!("{} {}", step.name, step.status)
    });
    let candidates = seen.candidates.iter();
    let candidates = candidates.map(|(name, score)| format!(", {name} {:.1} %", score * 100.0));
    step + &candidates.collect::<String>()
}

/// The same in several.
pub fn live(seen: &Seen) -> String {
    let mut text = format!("execution    {}\n", seen.execution.id());
    for step in &seen.steps {
        text += &format!("  {:<22} {}\n", step.name, step.status);
    }
    if seen.candidates.is_empty() {
        return text;
    }
    text += "\nbalanced accuracy on the validation rows\n";
    for (name, score) in &seen.candidates {
        text += &format!("  {name:<12} {} {:.1} %\n", bar(*score), score * 100.0);
    }
    text
}

/// On the test rows.
pub fn leaderboard(run: &Evidence) -> String {
    let answer = &run.evaluation.challenger;
    let mut text = format!(
        "leaderboard on {} test rows, balanced accuracy with its 95 % interval\n",
        answer.rows
    );
    let score = scored(answer.balanced_accuracy, &answer.balanced_accuracy_interval);
    text += &format!("  {:<12} {score}\n", "the average");
    for candidate in &run.evaluation.candidates {
        text += &alone(candidate);
    }
    let card = run.evaluation.training.iter();
    for candidate in card.flat_map(|card| &card.candidates) {
        if let Some(reason) = &candidate.failure {
            text += &format!("  {:<12} has no model: {reason}\n", candidate.name);
        }
    }
    text
}

fn alone(candidate: &CandidateScores) -> String {
    let (scores, difference) = (&candidate.scores, &candidate.difference);
    let score = scored(scores.balanced_accuracy, &scores.balanced_accuracy_interval);
    let share = candidate.weight * 100.0;
    let mut text = format!(
        "  {:<12} {score:<24} {share:>3.0} % of the answer",
        candidate.name
    );
    // One that is the whole answer is the average itself.
    if candidate.weight < 1.0 {
        let gain = points(difference.value, &difference.interval);
        text += &format!("; the average minus it: {gain}");
    }
    text + "\n"
}

fn bar(score: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of 40"
    )]
    let filled = (score.clamp(0.0, 1.0) * BAR).round() as usize;
    "█".repeat(filled)
}
