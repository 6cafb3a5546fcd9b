//! The page: what happened, the numbers, the verdicts, the plots, where the time went.

mod bias;
mod candidates;
mod cards;
mod classes;
mod details;
mod files;
mod models;
mod rollout;
mod table;
mod training;
mod trust;

use crate::format::{count, milliseconds, seconds};
use crate::markup::escape;
use crate::plot;
use crate::sheet;
use crate::values::{Provenance, Report};
use cards::figure;

/// The whole page as one string of HTML, ready to be written to a file.
pub fn render(report: &Report) -> String {
    let mut page = String::with_capacity(64 * 1024);
    page.push_str(&header(report));
    page.push_str(&models::section(report));
    page.push_str(&rollout::section(report));
    page.push_str(&candidates::section(report));
    page.push_str(&training::section(report));
    page.push_str(&classes::section(report));
    page.push_str(&traffic(report));
    page.push_str(&trust::section(report));
    page.push_str(&bias::section(report));
    page.push_str(&details::section(report));
    page.push_str(&files::section(report));
    page.push_str(&footer(report));
    sheet::document(&report.title, "", &page)
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
    let (rows, source) = (count(data.rows), escape(&data.source));
    let withheld = data.withheld.map_or(String::new(), |rows| {
        let rows = count(rows);
        format!("; {rows} of them were held out before the upload and sent to the endpoint later")
    });
    format!(
        "{rows} {kind} from {source}{withheld}. {}",
        escape(&data.note)
    )
}

fn tiles(report: &Report) -> String {
    let mut tiles = Vec::new();
    // The last model need not be the one that answers: it may have been rejected.
    let serving = report.turns.iter().rfind(|turn| turn.in_service);
    if let Some(turn) = serving.or(report.turns.last()) {
        let scored = format!("balanced accuracy of {}", escape(&turn.name));
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
            count(people.texts),
            format!("predictions put to {}", escape(&people.reviewers)),
        ));
    }
    if let Some(whole) = report.seconds {
        let words = "for the whole loop, without building".to_owned();
        tiles.push((seconds(whole), words));
    }
    let tiles = tiles.iter().map(|(number, words)| {
        format!("<div class=\"card tile\"><strong>{number}</strong><span>{words}</span></div>\n")
    });
    format!(
        "<div class=\"tiles\">\n{}</div>\n",
        tiles.collect::<String>()
    )
}

/// What the endpoint answered, and what people were asked.
fn traffic(report: &Report) -> String {
    let Some(confidences) = &report.confidences else {
        return String::new();
    };
    let drawing = figure(
        "Confidence of the predictions on the rows held out",
        &format!(
            "Below {:.2} a person may be asked, within the budget; a random audit is asked at any confidence.",
            confidences.threshold
        ),
        &plot::confidence("confidence", confidences, &report.classes),
    );
    let people = details::people_and_latency(report);
    format!("<h2>The traffic</h2>\n<div class=\"pair\">\n{drawing}{people}</div>\n")
}

fn footer(report: &Report) -> String {
    format!(
        "<footer>Made by reviewloop on {}. Every number was measured in the runs on this page. Intervals are 95 %.</footer>\n",
        escape(&report.created)
    )
}
