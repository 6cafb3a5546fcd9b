//! What the last model's confidence means, what it leaves to people, and what it goes by.

use crate::format::{count, interval, points};
use crate::markup::escape;
use crate::plot;
use crate::values::{Report, Slice, TellingWords};

use super::figure;

/// Nothing where nothing of it was measured.
pub fn section(report: &Report) -> String {
    let Some(turn) = report.turns.last() else {
        return String::new();
    };
    let evaluation = &turn.evaluation;
    let mut html = String::new();
    let mut plots = String::new();
    if let Some(reliability) = &evaluation.reliability {
        plots.push_str(&figure(
            "Reliability",
            "Predictions in bins of equal width; a circle's area is its bin's share of the rows. One temperature was fitted on the validation rows; these are test rows.",
            &plot::reliability("reliability", reliability),
        ));
    }
    if !evaluation.coverage.is_empty() {
        let threshold = report
            .confidences
            .as_ref()
            .map(|confidences| confidences.threshold);
        plots.push_str(&figure(
            "Coverage and accuracy",
            "One point per review threshold, with its 95 % interval: what lies below the threshold goes to people.",
            &plot::coverage("coverage", &evaluation.coverage, threshold),
        ));
    }
    if !plots.is_empty() {
        html.push_str(&format!("<div class=\"pair\">\n{plots}</div>\n"));
    }
    if let Some(telling) = &evaluation.telling_words {
        html.push_str(&words(report, telling));
    }
    if !evaluation.slices.is_empty() {
        html.push_str(&slices(&evaluation.slices));
    }
    if html.is_empty() {
        return html;
    }
    let number = report.turns.len();
    format!("<h2>What the model of turn {number} says, and why</h2>\n{html}")
}

fn words(report: &Report, telling: &TellingWords) -> String {
    let drawing = plot::words("telling-words", &telling.labels, &report.classes);
    format!(
        "<div class=\"card stack\">\n<h3>Telling words</h3>\n\
         <p class=\"sub\">What each word added to the logit of the predicted class ({}), summed over {} \
         of {} test rows drawn by hash; beside each bar the mean per row and the rows. Words in fewer than \
         {} rows are left out.</p>\n<div class=\"scroll wide\">{drawing}</div>\n</div>\n",
        escape(&telling.method),
        count(telling.rows),
        count(telling.of_rows),
        count(telling.minimum_rows)
    )
}

fn slices(slices: &[Slice]) -> String {
    let rows: String = slices
        .iter()
        .map(|slice| {
            let note = if slice.small { ", too few to tell" } else { "" };
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}{note}</td><td>{}</td><td>{}</td></tr>\n",
                escape(&slice.name),
                count(slice.rows),
                interval(&slice.accuracy),
                points(&slice.difference)
            )
        })
        .collect();
    format!(
        "<div class=\"card stack\">\n<h3>Accuracy by category</h3>\n\
         <p class=\"sub\">Each category against all other test rows. With so many comparisons one in \
         twenty intervals misses by chance.</p>\n<div class=\"scroll\"><table>\n<thead><tr>\
         <th scope=\"col\">category</th><th scope=\"col\">test rows</th><th scope=\"col\">accuracy</th>\
         <th scope=\"col\">difference to all others</th></tr></thead>\n<tbody>\n{rows}</tbody>\n\
         </table></div>\n</div>\n"
    )
}
