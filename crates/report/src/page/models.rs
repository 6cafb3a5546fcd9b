//! The models side by side, and the gate's verdict on each.

use super::cards;
use super::table::Comparison;
use crate::format::{count, interval, p_value, percent, points, range};
use crate::markup::escape;
use crate::plot;
use crate::values::{Gate, Report, Turn, Verdict};

pub fn section(report: &Report) -> String {
    if report.turns.is_empty() {
        return "<h2>The models</h2>\n<p>No turn of the loop was completed.</p>\n".to_owned();
    }
    let guess = guess(&report.turns);
    let drawing = plot::intervals("intervals", &report.turns, guess);
    let gates: String = report.turns.iter().map(gate).collect();
    format!(
        "<h2>The models</h2>\n<div class=\"card\">\n<h3>Balanced accuracy</h3>\n\
         <p class=\"sub\">The mean of the recalls: always giving the same answer scores {}.</p>\n\
         <div class=\"scroll wide\">{drawing}</div>\n{}</div>\n\
         <h2>The gate</h2>\n<div class=\"pair\">\n{gates}</div>\n",
        percent(guess),
        table(&report.turns)
    )
}

/// The balanced accuracy of always giving the same answer: labels without test rows have no part in it.
fn guess(turns: &[Turn]) -> f64 {
    let classes = turns.iter().map(|turn| &turn.evaluation.classes);
    let tested = classes.map(|classes| classes.iter().filter(|class| class.support > 0).count());
    1.0 / tested.max().unwrap_or_default().max(1) as f64
}

fn table(turns: &[Turn]) -> String {
    let mut table = Comparison::of(turns);
    table.row("rows in the dataset", |turn| count(turn.rows));
    table.row("of them labelled by people", |turn| count(turn.human_rows));
    table.row("put into quarantine", |turn| count(turn.quarantined));
    table.row("test rows", |turn| count(turn.evaluation.test_rows));
    table.row("balanced accuracy", |turn| {
        interval(&turn.evaluation.balanced_accuracy)
    });
    table.row("accuracy", |turn| interval(&turn.evaluation.accuracy));
    table.row("macro F1, interval by bootstrap", |turn| {
        let evaluation = &turn.evaluation;
        match evaluation.macro_f1_interval {
            Some(bounds) => format!("{:.3} {}", evaluation.macro_f1, range(bounds)),
            None => format!("{:.3}", evaluation.macro_f1),
        }
    });
    if turns.iter().any(|turn| turn.evaluation.champion.is_some()) {
        comparison(&mut table);
    }
    table.row("model package", |turn| {
        format!("<code>{}</code>", escape(&turn.model_package))
    });
    table.row("endpoint when this was read", |turn| escape(&turn.endpoint));
    table.finish()
}

/// Against the champion, on the same rows.
fn comparison(table: &mut Comparison) {
    table.row("champion on the same rows, balanced accuracy", |turn| {
        let champion = turn.evaluation.champion.as_ref();
        champion.map_or_else(|| "there was none".to_owned(), interval)
    });
    table.known("difference to the champion, paired", |turn| {
        turn.evaluation.difference.as_ref().map(points)
    });
    table.known("smallest difference these rows show (80 % power)", |turn| {
        let difference = turn.evaluation.detectable?;
        Some(format!("{:.1} points", difference * 100.0))
    });
    table.known(
        "rows that only this model, only the champion got right",
        |turn| {
            let mcnemar = turn.evaluation.mcnemar?;
            let (ours, theirs) = (mcnemar.only_challenger, mcnemar.only_champion);
            Some(format!("{}, {}", count(ours), count(theirs)))
        },
    );
    table.known("McNemar's exact test of those two (accuracy)", |turn| {
        turn.evaluation.mcnemar?.p.map(p_value)
    });
    table.known(
        "difference to the anchor (the last version shown to be better), paired",
        |turn| turn.evaluation.anchor_difference.as_ref().map(points),
    );
}

fn gate(turn: &Turn) -> String {
    let name = escape(&cards::capital(&turn.name));
    let Some(Gate {
        verdict, checks, ..
    }) = &turn.gate
    else {
        return format!(
            "<div class=\"card\">\n<h3>{name}</h3>\n<p class=\"sub\">No model was registered, so there was nothing to judge.</p>\n</div>\n"
        );
    };
    let meaning = match verdict {
        Verdict::Approved => "The evidence is good enough to serve this model.",
        Verdict::Rejected => "The evidence speaks against this model; it is not served.",
        Verdict::Inconclusive => "The evidence does not decide; a person may.",
    };
    let checks: String = checks
        .iter()
        .map(|check| {
            let (mark, verdict) = (mark(check.verdict), word(check.verdict));
            let reason = escape(&check.reason);
            format!("<li class=\"{verdict}\" data-mark=\"{mark}\"><span>{reason}</span></li>\n")
        })
        .collect();
    let verdict = word(*verdict);
    format!(
        "<div class=\"card\">\n<h3>{name} <span class=\"pill {verdict}\">{verdict}</span></h3>\n\
         <p class=\"sub\">{meaning}</p>\n<ul class=\"checks\">\n{checks}</ul>\n</div>\n"
    )
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approved => "Approved",
        Verdict::Rejected => "Rejected",
        Verdict::Inconclusive => "Inconclusive",
    }
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approved => "✓",
        Verdict::Rejected => "✗",
        Verdict::Inconclusive => "?",
    }
}
