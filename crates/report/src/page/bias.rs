//! Bias of the newest turn; earlier turns have theirs in their own files.

use super::cards::{figure, pairs};
use crate::bias::{draw, legend};
use crate::values::Report;

/// Nothing where nothing of it was measured.
pub fn section(report: &Report) -> String {
    let Some(turn) = report.turns.iter().rfind(|turn| !turn.bias.is_empty()) else {
        return String::new();
    };
    let metrics = || turn.bias.iter().flat_map(|section| &section.metrics);
    let figures = turn.bias.iter().zip(0..).flat_map(|(section, place)| {
        section.metrics.iter().zip(0..).map(move |(metric, at)| {
            let title = format!("{}, {}", section.title, turn.name);
            let caption = format!("{}. {}", metric.title, metric.caption);
            figure(
                &title,
                &caption,
                &draw(&format!("bias-{place}-{at}"), metric),
            )
        })
    });
    format!(
        "<h2>Bias</h2>\n{}{}",
        legend(metrics()),
        pairs(figures, false)
    )
}
