//! The answers as sentences and tables for a terminal.

use std::fmt::Write;

use policy::answers::{Explanation, Suspicion};
use policy::survey::{Reviewer, Survey};
use report::format;

use super::found::{Disputed, Found};
use super::invited;
use super::skips::Skip;
use crate::numbers;

pub fn of(survey: &Survey, found: &Found) -> String {
    let mut text = format!("{:<12}{}\n", "queue", queue(survey, found));
    let _ = writeln!(text, "{:<12}{}", "agreement", agreed(survey));
    if !survey.reviewers.is_empty() {
        let _ = writeln!(
            text,
            "{:<12}{:<28}{:>7}  {:<26}{:>11}",
            "reviewers", "", "answers", "right", "median time"
        );
    }
    for reviewer in &survey.reviewers {
        let quality = &reviewer.quality;
        let _ = writeln!(
            text,
            "{:<12}{:<28}{:>7}  {:<26}{:>9.0} s  {}",
            "",
            found.name(quality.reviewer),
            quality.answers,
            right(reviewer),
            reviewer.pace.median,
            quality.suspicion.map(suspicion).unwrap_or_default()
        );
    }
    if !survey.confusions.is_empty() {
        let _ = writeln!(text, "{:<12}{}", "confused", confused(survey));
    }
    for (place, disputed) in found.disputed.iter().enumerate() {
        let head = if place == 0 { "disputed" } else { "" };
        let _ = writeln!(text, "{head:<12}{}", dispute(disputed));
    }
    for (place, skip) in found.skips.iter().enumerate() {
        let head = if place == 0 { "skipped" } else { "" };
        let _ = writeln!(text, "{head:<12}{}", skipped(skip, found));
    }
    for (place, invited) in found.invited.iter().enumerate() {
        let head = if place == 0 { "invited" } else { "" };
        let _ = writeln!(text, "{head:<12}{}", invited::sentence(invited));
        let _ = writeln!(text, "{:<12}  again: {}", "", invited.command);
    }
    text
}

pub fn queue(survey: &Survey, found: &Found) -> String {
    let answers: usize = survey.reviewers.iter().map(|it| it.quality.answers).sum();
    let skipped = match found.loops.skipped {
        0 => String::new(),
        skipped => format!("; {skipped} tasks skipped in 30 days"),
    };
    format!(
        "{} open tasks; {answers} answers to {} texts{skipped}",
        found.loops.waiting, survey.texts
    )
}

pub fn agreed(survey: &Survey) -> String {
    match survey.agreement {
        Some(it) => format!(
            "Krippendorff's alpha {:.2} (95 % {:.2} to {:.2}) over {} texts that several reviewers answered",
            it.alpha, it.interval.low, it.interval.high, it.texts
        ),
        None if survey.compared > 0 => format!(
            "all gave the same label to all {} texts that several reviewers answered",
            survey.compared
        ),
        None => "no text has answers of two reviewers yet".to_owned(),
    }
}

/// The probable share of right answers.
pub fn right(reviewer: &Reviewer) -> String {
    numbers::scored(reviewer.quality.accuracy, &reviewer.quality.interval)
}

/// A sentence about a reviewer whose answers do not depend on the texts.
pub fn suspicion(suspicion: Suspicion) -> String {
    match suspicion.explanation {
        Explanation::Always(label) => format!("answers {label} whatever the text says"),
        Explanation::Uniform => "answers as dice would, whatever the text says".to_owned(),
        Explanation::AsOthers => {
            "answers each label as often as the others do, whatever the text says".to_owned()
        }
    }
}

pub fn confused(survey: &Survey) -> String {
    let pairs = survey.confusions.iter().map(|it| {
        let [one, other] = it.labels;
        format!("{one} and {other} in {} texts", it.texts)
    });
    pairs.collect::<Vec<_>>().join(", ")
}

fn dispute(disputed: &Disputed) -> String {
    let answers = disputed.answers.iter();
    let answers: Vec<String> = answers
        .map(|(who, label)| format!("{who} {label}"))
        .collect();
    format!(
        "{} → {}: {}",
        answers.join(", "),
        decided(disputed),
        beginning(&disputed.text)
    )
}

fn skipped(skip: &Skip, found: &Found) -> String {
    format!(
        "{} ({}), {}: {}",
        skip.reason,
        found.name(&skip.worker),
        skip.task,
        beginning(&skip.text)
    )
}

/// The label, with its probability where that is known.
pub fn decided(disputed: &Disputed) -> String {
    let posterior = disputed.posterior.map(format::percent);
    let posterior = posterior.map(|it| format!(" ({it})")).unwrap_or_default();
    let label = disputed.label.as_deref().unwrap_or("no label yet");
    format!("{label}{posterior}")
}

fn beginning(text: &str) -> String {
    const MOST: usize = 70;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests;
