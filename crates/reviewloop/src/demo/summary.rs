//! The end of a demo as text.

use std::fmt::Write;

use rollout::sentence;

use super::done::Done;
use super::ending::ending;
use super::reviewers::ERROR_RATE;
use super::turn::Turn;
use crate::arguments::Reviewers;
use crate::numbers::scored;

pub fn text(done: &Done) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut text, done);
    text
}

/// What a row of the table says of a turn.
type Cell = fn(&Turn) -> String;

fn write(text: &mut String, done: &Done) -> std::fmt::Result {
    writeln!(text, "\n{}\n", ending(done))?;
    let data = if done.source.synthetic {
        " (synthetic data)"
    } else {
        ""
    };
    writeln!(
        text,
        "{:<28}{}",
        format!("models{data}"),
        columns(done, |index, _| format!("turn {}", index + 1))
    )?;
    let rows: [(&str, Cell); 10] = [
        ("algorithm", |turn| {
            let card = turn.evidence.evaluation.training.as_ref();
            card.map_or_else(|| "-".to_owned(), |card| card.algorithm.clone())
        }),
        ("dataset rows", |turn| turn.manifest.rows().to_string()),
        ("of them labelled by people", |turn| {
            let dataset = turn.evidence.dataset.as_ref();
            dataset.map_or(0, |dataset| dataset.human_rows).to_string()
        }),
        ("test rows", |turn| {
            turn.evidence.evaluation.challenger.rows.to_string()
        }),
        ("balanced accuracy", |turn| {
            let scores = &turn.evidence.evaluation.challenger;
            scored(scores.balanced_accuracy, &scores.balanced_accuracy_interval)
        }),
        ("accuracy", |turn| {
            let scores = &turn.evidence.evaluation.challenger;
            scored(scores.accuracy, &scores.accuracy_interval)
        }),
        ("macro F1", |turn| {
            format!("{:.3}", turn.evidence.evaluation.challenger.macro_f1)
        }),
        ("champion on the same rows", |turn| {
            match &turn.evidence.evaluation.champion {
                Some(champion) => scored(
                    champion.scores.balanced_accuracy,
                    &champion.scores.balanced_accuracy_interval,
                ),
                None => "there was none".to_owned(),
            }
        }),
        ("the gate", |turn| format!("{:?}", turn.verdict.decision)),
        ("the rollout", |turn| {
            let rollout = turn.evidence.rollout.as_ref();
            rollout.map_or("-", sentence::stands).to_owned()
        }),
    ];
    for (name, cell) in rows {
        writeln!(text, "{name:<28}{}", columns(done, |_, turn| cell(turn)))?;
    }
    for (index, turn) in done.turns.iter().enumerate() {
        writeln!(
            text,
            "\nthe gate in turn {}: {:?}",
            index + 1,
            turn.verdict.decision
        )?;
        for check in &turn.verdict.checks {
            writeln!(text, "  {}: {}", check.name, check.reason)?;
        }
    }
    writeln!(text)?;
    if let Some(traffic) = &done.traffic {
        let (p50, p99) = (traffic.percentile(0.50), traffic.percentile(0.99));
        let (texts, requests) = (traffic.predictions.len(), traffic.milliseconds.len());
        writeln!(
            text,
            "{:<28}{texts} texts in {requests} requests, median {p50:.0} ms, 99th percentile {p99:.0} ms",
            "predictions"
        )?;
    }
    if let Some(review) = &done.review {
        let who = reviewers(review.reviewers);
        writeln!(
            text,
            "{:<28}{} put to {who}: {} for low confidence, {} drawn at random; {} answers, {} labels",
            "human review",
            review.texts,
            review.uncertain,
            review.audited,
            review.answers,
            review.labels
        )?;
    }
    writeln!(
        text,
        "{:<28}{:.0} s without the build",
        "time", done.seconds
    )?;
    writeln!(text, "{:<28}{}", "report", done.report.display())
}

/// Who answered; simulated workers are always called so.
pub fn reviewers(reviewers: Reviewers) -> String {
    match reviewers {
        Reviewers::Simulated => format!(
            "simulated workers, who answer wrongly {:.0} % of the time",
            ERROR_RATE * 100.0
        ),
        Reviewers::Browser => "a person in a browser".to_owned(),
    }
}

fn columns(done: &Done, cell: impl Fn(usize, &Turn) -> String) -> String {
    let cells = done
        .turns
        .iter()
        .enumerate()
        .map(|(index, turn)| format!("{:<26}", cell(index, turn)));
    cells.collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::fixture;

    #[test]
    fn the_text_names_synthetic_data_and_simulated_workers() {
        let text = text(&fixture::done());
        for part in [
            "synthetic data",
            "simulated workers, who answer wrongly",
            "81.2 % (78.0 to 84.0)",
            "recall: fine",
            "report.html",
            "there was none",
            "median",
        ] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }
}
