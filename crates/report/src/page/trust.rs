//! What the models' confidence means, what it leaves to people, and what they go by; turns side by side.

use super::cards::{figure, pairs};
use crate::format::{count, interval, points};
use crate::markup::escape;
use crate::plot;
use crate::values::{Report, Slice, TellingWords, Turn};

/// Nothing where nothing of it was measured.
pub fn section(report: &Report) -> String {
    let html = confidence(report) + &words(report) + &slices(&report.turns);
    if html.is_empty() {
        return html;
    }
    format!("<h2>What the models say, and why</h2>\n{html}")
}

fn confidence(report: &Report) -> String {
    let turns = || report.turns.iter().enumerate();
    let reliability = turns().filter_map(|(index, turn)| {
        let drawing = plot::reliability(
            &format!("reliability-{}", index + 1),
            turn.evaluation.reliability.as_ref()?,
        );
        Some(figure(
            &format!("Reliability, {}", turn.name),
            "Predictions in bins of equal width; a circle's area is its bin's share of the rows. Each circle of a calibrated model lies in the band 95 times in 100. One temperature was fitted on the validation rows; these are test rows.",
            &drawing,
        ))
    });
    let threshold = report.confidences.as_ref().map(|set| set.threshold);
    let coverage = turns().filter_map(|(index, turn)| {
        let points = &turn.evaluation.coverage;
        let drawing = plot::coverage(&format!("coverage-{}", index + 1), points, threshold);
        (!points.is_empty()).then(|| {
            figure(
                &format!("Coverage and accuracy, {}", turn.name),
                "One point per review threshold, with its 95 % interval: what lies below the threshold goes to people.",
                &drawing,
            )
        })
    });
    // One turn: its two plots side by side; two: the turns, so that like stands beside like.
    if report.turns.len() == 1 {
        return pairs(reliability.chain(coverage), false);
    }
    pairs(reliability, false) + &pairs(coverage, false)
}

fn words(report: &Report) -> String {
    let turns = report.turns.iter().enumerate();
    let cards = turns.filter_map(|(index, turn)| {
        let telling = turn.evaluation.telling_words.as_ref()?;
        Some(words_of(report, index + 1, turn, telling))
    });
    cards.collect()
}

fn words_of(report: &Report, number: usize, turn: &Turn, telling: &TellingWords) -> String {
    let id = format!("telling-words-{number}");
    let drawing = plot::words(&id, &telling.labels, &report.classes);
    format!(
        "<div class=\"card stack\">\n<h3>Telling words, {}</h3>\n\
         <p class=\"sub\">What each word added to the logit of the predicted class ({}), summed over {} \
         of {} test rows drawn by hash; beside each bar the mean per row and the rows. Words in fewer than \
         {} rows are left out.</p>\n<div class=\"scroll wide\">{drawing}</div>\n</div>\n",
        escape(&turn.name),
        escape(&telling.method),
        count(telling.rows),
        count(telling.of_rows),
        count(telling.minimum_rows)
    )
}

/// One row per category, and three columns per turn.
fn slices(turns: &[Turn]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for slice in turns.iter().flat_map(|turn| &turn.evaluation.slices) {
        if !names.contains(&slice.name.as_str()) {
            names.push(&slice.name);
        }
    }
    if names.is_empty() {
        return String::new();
    }
    let head: String = turns
        .iter()
        .map(|turn| {
            let name = escape(&turn.name);
            format!(
                "<th scope=\"col\">{name}: test rows</th><th scope=\"col\">accuracy</th>\
                 <th scope=\"col\">difference to all others</th>"
            )
        })
        .collect();
    let rows: String = names
        .iter()
        .map(|name| {
            let cells = turns.iter().map(|turn| {
                let slice = turn
                    .evaluation
                    .slices
                    .iter()
                    .find(|slice| slice.name == *name);
                slice.map_or_else(|| "<td>–</td>".repeat(3), cells)
            });
            format!(
                "<tr><th scope=\"row\">{}</th>{}</tr>\n",
                escape(name),
                cells.collect::<String>()
            )
        })
        .collect();
    format!(
        "<div class=\"card stack\">\n<h3>Accuracy by category</h3>\n\
         <p class=\"sub\">Each category against all other test rows of the turn. With so many comparisons one in \
         twenty intervals misses by chance.</p>\n<div class=\"scroll\"><table class=\"numbers\">\n<thead><tr>\
         <th scope=\"col\">category</th>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n\
         </table></div>\n</div>\n"
    )
}

fn cells(slice: &Slice) -> String {
    let note = if slice.small { ", too few to tell" } else { "" };
    format!(
        "<td>{}{note}</td><td>{}</td><td>{}</td>",
        count(slice.rows),
        interval(&slice.accuracy),
        points(&slice.difference)
    )
}
