//! Both models side by side, and the gate's verdict on each.

use crate::format::{count, interval, percent, points};
use crate::markup::escape;
use crate::plot;
use crate::values::{Report, Turn, Verdict};

pub fn section(report: &Report) -> String {
    if report.turns.is_empty() {
        return "<h2>The models</h2>\n<p>No turn of the loop was completed.</p>\n".to_owned();
    }
    let drawing = plot::intervals("intervals", &report.turns, report.classes.len());
    let gates: String = report
        .turns
        .iter()
        .enumerate()
        .map(|(index, turn)| gate(index + 1, turn))
        .collect();
    format!(
        "<h2>The models</h2>\n<div class=\"card\">\n<h3>Balanced accuracy</h3>\n\
         <p class=\"sub\">The mean of the recalls: always giving the same answer scores {}.</p>\n\
         <div class=\"scroll wide\">{drawing}</div>\n<div class=\"scroll\">{}</div>\n</div>\n\
         <h2>The gate</h2>\n<div class=\"pair\">\n{gates}</div>\n",
        percent(1.0 / report.classes.len().max(1) as f64),
        table(&report.turns)
    )
}

fn table(turns: &[Turn]) -> String {
    let mut html = String::from("<table>\n<thead><tr><th></th>");
    for number in 1..=turns.len() {
        html.push_str(&format!("<th scope=\"col\">turn {number}</th>"));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    row(&mut html, "rows in the dataset", turns, |turn| {
        count(turn.rows)
    });
    row(&mut html, "of them labelled by people", turns, |turn| {
        count(turn.human_rows)
    });
    row(&mut html, "put into quarantine", turns, |turn| {
        count(turn.quarantined)
    });
    row(&mut html, "test rows", turns, |turn| {
        count(turn.evaluation.test_rows)
    });
    row(&mut html, "balanced accuracy", turns, |turn| {
        interval(&turn.evaluation.balanced_accuracy)
    });
    row(&mut html, "accuracy", turns, |turn| {
        interval(&turn.evaluation.accuracy)
    });
    row(&mut html, "macro F1", turns, |turn| {
        format!("{:.3}", turn.evaluation.macro_f1)
    });
    if turns.iter().any(|turn| turn.evaluation.champion.is_some()) {
        row(
            &mut html,
            "champion on the same rows, balanced accuracy",
            turns,
            |turn| {
                turn.evaluation
                    .champion
                    .as_ref()
                    .map_or_else(|| "there was none".to_owned(), interval)
            },
        );
        row(
            &mut html,
            "difference to the champion, paired",
            turns,
            |turn| {
                turn.evaluation
                    .difference
                    .as_ref()
                    .map_or_else(|| "–".to_owned(), points)
            },
        );
        row(
            &mut html,
            "smallest difference these rows show (80 % power)",
            turns,
            |turn| match turn.evaluation.detectable {
                Some(difference) => format!("{:.1} points", difference * 100.0),
                None => "–".to_owned(),
            },
        );
    }
    row(&mut html, "model package", turns, |turn| {
        format!("<code>{}</code>", escape(&turn.model_package))
    });
    row(&mut html, "endpoint afterwards", turns, |turn| {
        escape(&turn.endpoint)
    });
    html.push_str("</tbody>\n</table>\n");
    html
}

/// `cell` returns markup.
fn row(html: &mut String, name: &str, turns: &[Turn], cell: impl Fn(&Turn) -> String) {
    html.push_str(&format!("<tr><th scope=\"row\">{name}</th>"));
    for turn in turns {
        html.push_str(&format!("<td>{}</td>", cell(turn)));
    }
    html.push_str("</tr>\n");
}

fn gate(number: usize, turn: &Turn) -> String {
    let (verdict, meaning) = match turn.gate.verdict {
        Verdict::Approved => (
            "Approved",
            "The evidence is good enough to serve this model.",
        ),
        Verdict::Rejected => (
            "Rejected",
            "The evidence speaks against this model; it is not served.",
        ),
        Verdict::Inconclusive => (
            "Inconclusive",
            "The evidence does not decide; a person may.",
        ),
    };
    let reasons: String = turn
        .gate
        .reasons
        .iter()
        .map(|reason| format!("<li>{}</li>\n", escape(reason)))
        .collect();
    format!(
        "<div class=\"card\">\n<h3>Turn {number} <span class=\"pill {verdict}\">{verdict}</span></h3>\n\
         <p class=\"sub\">{meaning}</p>\n<ul>\n{reasons}</ul>\n</div>\n"
    )
}
