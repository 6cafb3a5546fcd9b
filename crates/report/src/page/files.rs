//! What went in and where everything lies.

use super::cards::{capital, pairs};
use crate::markup::escape;
use crate::values::{Report, Turn};

pub fn section(report: &Report) -> String {
    if report.turns.is_empty() {
        return String::new();
    }
    let cards = report.turns.iter().map(card);
    format!("<h2>Dataset and files</h2>\n{}", pairs(cards, false))
}

fn card(turn: &Turn) -> String {
    let dataset = &turn.dataset;
    let mut rows = Vec::new();
    if !dataset.id.is_empty() {
        rows.push(("dataset", escape(&dataset.name)));
        rows.push(("version", dataset.version.to_string()));
        rows.push(("id", format!("<code>{}</code>", escape(&dataset.id))));
        for (used_as, column) in &dataset.columns {
            rows.push((used_as, escape(column)));
        }
        rows.push(("labels", labels(&dataset.labels)));
    }
    for (name, address) in &turn.files {
        rows.push((name, format!("<code>{}</code>", escape(address))));
    }
    let rows: String = rows
        .iter()
        .map(|(name, value)| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{value}</td></tr>\n",
                escape(name)
            )
        })
        .collect();
    format!(
        "<div class=\"card\">\n<h3>{}</h3>\n<table class=\"facts\"><tbody>\n{rows}</tbody></table>\n</div>\n",
        escape(&capital(&turn.name))
    )
}

/// "1 → -1, 2 → -1"; a value that is its own label stands alone.
fn labels(labels: &[(String, String)]) -> String {
    let labels = labels.iter().map(|(value, label)| {
        if value == label {
            escape(value)
        } else {
            format!("{} → {}", escape(value), escape(label))
        }
    });
    labels.collect::<Vec<_>>().join(", ")
}
