//! The data and the answers class by class.

use super::cards::{figure_with, pairs};
use super::table;
use crate::format::{count, interval, percent_range};
use crate::markup::escape;
use crate::plot;
use crate::values::{Class, Report, Series, Turn};

/// So many classes are drawn legibly in half of the page.
const HALF_A_PAGE: usize = 6;

pub fn section(report: &Report) -> String {
    if report.turns.is_empty() {
        return String::new();
    }
    let data = report.turns.iter().enumerate();
    let data = data.map(|(index, turn)| {
        figure_with(
            &format!("Class balance, {}", turn.name),
            "Rows per class. Balancing takes rows from the training part only: validation and test keep the classes as they come.",
            &plot::balance(&format!("balance-{}", index + 1), &turn.balance, &report.classes),
            &counts(turn, &report.classes),
        )
    });
    let answers = report.turns.iter().enumerate();
    let answers = answers.map(|(index, turn)| {
        let score = interval(&turn.evaluation.balanced_accuracy);
        figure_with(
            &format!("Confusion matrix, {}", turn.name),
            &format!("Rows are the truth, columns the prediction; shares are of the row. The mean of the diagonal is the balanced accuracy, {score}."),
            &plot::confusion(&format!("confusion-{}", index + 1), &turn.evaluation.confusion, &report.classes),
            &scores(turn, &report.classes),
        )
    });
    let wide = report.classes.len() > HALF_A_PAGE;
    format!(
        "<h2>The data</h2>\n{}<h2>The answers by class</h2>\n{}",
        pairs(data, false),
        pairs(answers, wide)
    )
}

/// Stages in the order of the loop.
fn counts(turn: &Turn, classes: &[Class]) -> String {
    let series = || turn.balance.series.iter().chain(&turn.balance.held_out);
    let names: Vec<String> = series().map(|series| escape(&series.name)).collect();
    let mut head = vec!["class"];
    head.extend(names.iter().map(String::as_str));
    let cell =
        |series: &Series, index: usize| count(series.counts.get(index).copied().unwrap_or(0));
    let rows: Vec<Vec<String>> = classes
        .iter()
        .enumerate()
        .map(|(index, class)| {
            let cells = series().map(|series| cell(series, index));
            [escape(&class.name)].into_iter().chain(cells).collect()
        })
        .collect();
    table::plain(&head, &rows)
}

fn scores(turn: &Turn, classes: &[Class]) -> String {
    let scores = turn.evaluation.classes.iter();
    let rows: Vec<Vec<String>> = classes
        .iter()
        .zip(scores)
        .map(|(class, scores)| {
            vec![
                escape(&class.name),
                count(scores.support),
                percent_range(scores.precision, scores.precision_interval),
                interval(&scores.recall),
                percent_range(scores.f1, scores.f1_interval),
            ]
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let head = ["class", "test rows", "precision", "recall", "F1"];
    table::plain(&head, &rows)
}
