//! The answers as sentences and tables for a terminal.

use std::fmt::Write;

use policy::answers::{Explanation, Suspicion};
use policy::survey::{Reviewer, Survey};
use report::format;

use super::found::{Disputed, Found};
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
            reviewer.median_seconds,
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
    text
}

pub fn queue(survey: &Survey, found: &Found) -> String {
    let answers: usize = survey.reviewers.iter().map(|it| it.quality.answers).sum();
    format!(
        "{} open tasks; {answers} answers to {} texts",
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

/// The label, with its probability where that is known.
pub fn decided(disputed: &Disputed) -> String {
    let posterior = disputed.posterior.map(format::percent);
    let posterior = posterior.map(|it| format!(" ({it})")).unwrap_or_default();
    format!("{}{posterior}", disputed.label)
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
mod tests {
    use contracts::answers::{AnsweredText, AnsweredTexts, GivenAnswer};
    use contracts::dataset::Origin;
    use contracts::task::Moment;
    use policy::survey::survey;

    use super::super::page;
    use super::*;
    use crate::status::facts::Loops;

    fn known() -> AnsweredTexts {
        let given = |worker: &str, label: &str| GivenAnswer {
            worker: worker.to_owned(),
            label: label.to_owned(),
            seconds: 4.0,
            submitted_at: String::new(),
        };
        let text = |number: usize| AnsweredText {
            text_hash: number.to_string(),
            origin: Origin::Audit,
            answers: vec![
                given("w1", if number.is_multiple_of(5) { "0" } else { "1" }),
                given("w2", if number.is_multiple_of(2) { "0" } else { "1" }),
            ],
            probabilities: [].into(),
            answered_at: Moment(0),
        };
        AnsweredTexts {
            texts: (0..10).map(text).collect(),
        }
    }

    fn found() -> Found {
        Found {
            names: [("w1".to_owned(), "ana@example.com".to_owned())].into(),
            disputed: vec![Disputed {
                text: "It is <b>fine</b>.\nI returned it.".to_owned(),
                label: "0".to_owned(),
                posterior: Some(0.62),
                answers: vec![("ana@example.com".to_owned(), "1".to_owned())],
            }],
            loops: Loops {
                waiting: 3,
                ..Loops::default()
            },
        }
    }

    #[test]
    fn the_terminal_and_the_page_tell_the_same() {
        let (known, labels) = (known(), ["0", "1"].map(str::to_owned));
        let survey = survey(&known, &labels).expect("counted");
        let text = of(&survey, &found());
        let html = ::report::render_charts(&page::of(&survey, &found()));
        for told in [
            "3 open tasks; 20 answers to 10 texts",
            "over 10 texts that several reviewers answered",
            "ana@example.com",
            // Whoever is no user any more keeps the id.
            "w2",
        ] {
            assert!(text.contains(told) && html.contains(told), "{told}: {text}");
        }
        assert!(text.contains("0 and 1 in 5 texts"), "{text}");
        let dispute = "ana@example.com 1 → 0 (62.0 %): It is <b>fine</b>. I returned it.";
        assert!(text.contains(dispute), "{text}");
        assert!(html.contains("&lt;b&gt;fine"), "texts are no markup");
    }

    #[test]
    fn before_anybody_has_answered_it_says_so() {
        let (known, labels) = (AnsweredTexts::default(), Vec::new());
        let survey = survey(&known, &labels).expect("counted");
        let nothing = Found {
            names: [].into(),
            disputed: Vec::new(),
            loops: Loops::default(),
        };
        let text = of(&survey, &nothing);
        assert!(text.contains("0 answers to 0 texts"), "{text}");
        assert!(
            text.contains("no text has answers of two reviewers yet"),
            "{text}"
        );
    }
}
