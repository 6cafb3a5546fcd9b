//! The page: what happened, the numbers, the verdicts, the plots, where the time went.

mod details;
mod models;
mod trust;

use crate::format::{count, interval, milliseconds, seconds};
use crate::markup::escape;
use crate::plot;
use crate::values::{Provenance, Report};

/// The whole page as one string of HTML, ready to be written to a file.
pub fn render(report: &Report) -> String {
    let mut page = String::with_capacity(64 * 1024);
    page.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.push_str(&format!("<title>{}</title>\n", escape(&report.title)));
    page.push_str(&format!(
        "<style>\n{}</style>\n</head>\n<body>\n<main>\n",
        include_str!("style.css")
    ));
    page.push_str(&header(report));
    page.push_str(&models::section(report));
    page.push_str(&plots(report));
    page.push_str(&trust::section(report));
    page.push_str(&details::section(report));
    page.push_str(&footer(report));
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn header(report: &Report) -> String {
    let title = escape(&report.title);
    let badge = if report.data.synthetic {
        r#"<p><span class="badge">synthetic data</span></p>"#
    } else {
        ""
    };
    format!(
        "<header>\n{badge}<h1>{title}</h1>\n<p class=\"lead\">{}</p>\n<p class=\"soft\">{}</p>\n{}</header>\n",
        escape(&report.summary),
        provenance(&report.data),
        tiles(report)
    )
}

fn provenance(data: &Provenance) -> String {
    let kind = if data.synthetic {
        "synthetic reviews"
    } else {
        "reviews"
    };
    format!(
        "{} {kind} from {}; {} of them were kept back before the upload and played tomorrow's traffic. {}",
        count(data.rows),
        escape(&data.source),
        count(data.withheld),
        escape(&data.note)
    )
}

fn tiles(report: &Report) -> String {
    let mut tiles = Vec::new();
    if let Some(turn) = report.turns.last() {
        let scored = format!("balanced accuracy of turn {}", report.turns.len());
        tiles.push((
            crate::format::percent(turn.evaluation.balanced_accuracy.value),
            scored,
        ));
        let rows = format!("rows of {} tested", count(turn.evaluation.test_rows));
        let right = turn.evaluation.confusion.counts.iter().enumerate();
        let right: u64 = right.filter_map(|(index, row)| row.get(index)).sum();
        tiles.push((count(right), format!("{rows} classified rightly")));
    }
    if let Some(latency) = report.latency {
        let median = format!(
            "median request, {} at the 99th percentile",
            milliseconds(latency.p99_ms)
        );
        tiles.push((milliseconds(latency.p50_ms), median));
    }
    if let Some(people) = &report.people {
        tiles.push((
            count(people.started),
            format!("predictions put to {}", escape(&people.reviewers)),
        ));
    }
    tiles.push((
        seconds(report.seconds),
        "for the whole loop, without building".to_owned(),
    ));
    let tiles = tiles.iter().map(|(number, words)| {
        format!("<div class=\"card tile\"><strong>{number}</strong><span>{words}</span></div>\n")
    });
    format!(
        "<div class=\"tiles\">\n{}</div>\n",
        tiles.collect::<String>()
    )
}

fn plots(report: &Report) -> String {
    let mut html = String::from("<h2>The data and the models</h2>\n<div class=\"pair\">\n");
    if let Some(turn) = report.turns.last() {
        let title = format!("Class balance, turn {}", report.turns.len());
        html.push_str(&figure(
            &title,
            "Rows per class. Balancing takes rows from the training part only: validation and test keep the classes as they come.",
            &plot::balance("balance", &turn.balance, &report.classes),
        ));
    }
    html.push_str(&figure(
        "Loss by epoch",
        "Mean over all rows of a part, the last partial batch included; validation is scored after the epoch's last update.",
        &plot::loss("loss", &report.turns),
    ));
    html.push_str("</div>\n<div class=\"pair stack\">\n");
    for (index, turn) in report.turns.iter().enumerate() {
        let number = index + 1;
        let score = interval(&turn.evaluation.balanced_accuracy);
        html.push_str(&figure(
            &format!("Confusion matrix, turn {number}"),
            &format!("Rows are the truth, columns the prediction; shares are of the row. The mean of the diagonal is the balanced accuracy, {score}."),
            &plot::confusion(&format!("confusion-{number}"), &turn.evaluation.confusion, &report.classes),
        ));
    }
    html.push_str("</div>\n");
    if let Some(confidences) = &report.confidences {
        html.push_str("<div class=\"pair stack\">\n");
        html.push_str(&figure(
            "Confidence of the predictions on tomorrow's traffic",
            &format!("Below {:.2} a person may be asked, within the budget; a random audit is asked whatever the confidence.", confidences.threshold),
            &plot::confidence("confidence", confidences, &report.classes),
        ));
        html.push_str(&details::people_and_latency(report));
        html.push_str("</div>\n");
    }
    html
}

fn figure(title: &str, caption: &str, svg: &str) -> String {
    let (title, caption) = (escape(title), escape(caption));
    format!("<figure>\n<figcaption><b>{title}</b>{caption}</figcaption>\n{svg}\n</figure>\n")
}

fn footer(report: &Report) -> String {
    format!(
        "<footer>Made by reviewloop on {}. Every number on this page was measured in this run. Intervals are 95 %.</footer>\n",
        escape(&report.created)
    )
}
