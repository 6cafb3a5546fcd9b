//! The comparison with the champion.

use super::cards::figure;
use crate::curves::render_curves;
use crate::markup::escape;
use crate::values::{Report, Rollout};

/// Nothing where no turn was compared.
pub fn section(report: &Report) -> String {
    let compared = report.turns.iter().filter_map(|turn| turn.rollout.as_ref());
    compared.map(rollout).collect()
}

fn rollout(rollout: &Rollout) -> String {
    let (title, summary) = (escape(&rollout.title), escape(&rollout.summary));
    let pictures = rollout.pictures.iter().map(|picture| {
        figure(
            &picture.title,
            &picture.description,
            &render_curves(picture),
        )
    });
    let pictures: String = pictures.collect();
    format!("<h2>{title}</h2>\n<p>{summary}</p>\n{pictures}")
}
