//! What an AutoML training tried: each candidate and their average on the same test rows, and how each was trained.

use super::table::plain;
use super::training;
use crate::format::{count, interval, percent, points, seconds};
use crate::markup::escape;
use crate::plot::Epochs;
use crate::values::{Candidate, Report, Turn};
use crate::whiskers::{Unit, Whisker, Whiskers, figures};

/// Of the newest such turn; nothing where there is none.
pub fn section(report: &Report) -> String {
    let Some(turn) = report
        .turns
        .iter()
        .rfind(|turn| !turn.candidates.is_empty())
    else {
        return String::new();
    };
    format!(
        "<h2>The candidates</h2>\n<div class=\"card\">\n<h3>Leaderboard of {}</h3>\n\
         <p class=\"sub\">On the test rows, none of which had a say in the training or in the shares.</p>\n{}{}</div>\n{}",
        escape(&turn.name),
        table(turn),
        trainings(turn),
        figures(&[picture(turn)])
    )
}

/// Each folded, as a training alone is shown.
fn trainings(turn: &Turn) -> String {
    let recorded = turn.candidates.iter().enumerate();
    let recorded = recorded.filter(|(_, one)| !one.hyperparameters.is_empty());
    recorded
        .map(|(place, one)| {
            let pair = |(name, value): &(String, String)| {
                vec![format!("<code>{}</code>", escape(name)), escape(value)]
            };
            let rows: Vec<Vec<String>> = one.hyperparameters.iter().map(pair).collect();
            let epochs = Epochs {
                name: &one.name,
                epochs: &one.epochs,
            };
            format!(
                "<details>\n<summary>How {} was trained</summary>\n{}{}{}</details>\n",
                escape(&one.name),
                kept(one),
                plain(&["hyperparameter", "value"], &rows),
                training::curves(&format!("candidate-{}-", place + 1), &[epochs])
            )
        })
        .collect()
}

fn kept(one: &Candidate) -> String {
    let epochs = Some(&one.epochs).filter(|epochs| epochs.len() > 1);
    let kept = epochs.and_then(|epochs| epochs.iter().find(|epoch| epoch.kept));
    kept.map_or_else(String::new, |epoch| {
        let (number, all) = (epoch.epoch, one.epochs.len());
        format!("<p class=\"sub\">Epoch {number:.0} of {all} was kept.</p>\n")
    })
}

fn picture(turn: &Turn) -> Whiskers {
    let row = |name: &str, note: String, score: &crate::values::Interval| Whisker {
        name: name.to_owned(),
        note,
        low: score.low,
        value: score.value,
        high: score.high,
        is_marked: false,
    };
    let average = row(
        "the average",
        String::new(),
        &turn.evaluation.balanced_accuracy,
    );
    let candidates = turn.candidates.iter().filter_map(|one| {
        let score = one.balanced_accuracy.as_ref()?;
        Some(row(&one.name, share(one) + " of the answer", score))
    });
    Whiskers {
        title: "Balanced accuracy".to_owned(),
        caption: "Each candidate alone, and the average of their answers; 95 %.".to_owned(),
        unit: Unit::Share,
        rows: std::iter::once(average).chain(candidates).collect(),
    }
}

fn table(turn: &Turn) -> String {
    let average = vec![
        "<b>the average</b>".to_owned(),
        "100 %".to_owned(),
        interval(&turn.evaluation.balanced_accuracy),
        String::new(),
        String::new(),
        String::new(),
    ];
    let candidate = |one: &Candidate| {
        let score = one.balanced_accuracy.as_ref();
        let none = one.failure.as_deref().unwrap_or("not scored");
        vec![
            escape(&one.name),
            share(one),
            score.map_or_else(|| escape(none), interval),
            one.gain.as_ref().map_or_else(String::new, points),
            seconds(one.seconds),
            count(one.parameters),
        ]
    };
    let rows: Vec<Vec<String>> = std::iter::once(average)
        .chain(turn.candidates.iter().map(candidate))
        .collect();
    plain(
        &[
            "candidate",
            "share of the answer",
            "balanced accuracy",
            "the average minus it, paired",
            "training time",
            "parameters",
        ],
        &rows,
    )
}

fn share(one: &Candidate) -> String {
    percent(one.weight)
}
