//! People, latency, and where the time went.

use super::cards;
use crate::format::{count, milliseconds, seconds};
use crate::markup::escape;
use crate::values::{Report, Timing, Turn};

pub fn section(report: &Report) -> String {
    if report.turns.is_empty() {
        return String::new();
    }
    let cards = report.turns.iter().map(steps);
    format!(
        "<h2>Where the time went</h2>\n{}",
        cards::pairs(cards, false)
    )
}

pub fn people_and_latency(report: &Report) -> String {
    let mut rows = Vec::new();
    if let Some(latency) = report.latency {
        rows.push(("predictions", count(latency.predictions)));
        rows.push(("requests", count(latency.requests)));
        rows.push(("median per request", milliseconds(latency.p50_ms)));
        rows.push(("99th percentile", milliseconds(latency.p99_ms)));
    }
    if let Some(people) = &report.people {
        rows.push(("texts put to reviewers", count(people.texts)));
        rows.push(("for low confidence", count(people.uncertain)));
        rows.push(("drawn for the audit", count(people.audited)));
        rows.push(("answers", count(people.answers)));
        rows.push(("labels gained", count(people.labels)));
        rows.push(("answered by", escape(&people.reviewers)));
    }
    let rows: String = rows
        .iter()
        .map(|(name, value)| format!("<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>\n"))
        .collect();
    format!(
        "<div class=\"card\">\n<h3>Endpoint and people</h3>\n\
         <p class=\"sub\">Latency as the caller saw it: function, endpoint and network.</p>\n\
         <table class=\"facts\"><tbody>\n{rows}</tbody></table>\n</div>\n"
    )
}

fn steps(turn: &Turn) -> String {
    let longest = turn
        .timings
        .iter()
        .map(|step| step.seconds)
        .fold(0.001, f64::max);
    let rows: String = turn.timings.iter().map(|step| bar(step, longest)).collect();
    let total: f64 = turn.timings.iter().map(|step| step.seconds).sum();
    format!(
        "<div class=\"card\">\n<h3>{}</h3>\n<p class=\"sub\">The pipeline's steps, {} together.</p>\n\
         <div class=\"steps\">\n{rows}</div>\n</div>\n",
        escape(&cards::capital(&turn.name)),
        seconds(total)
    )
}

fn bar(step: &Timing, longest: f64) -> String {
    let width = step.seconds / longest * 100.0;
    let (name, status) = (escape(&step.name), escape(&step.status));
    let note = if step.status == "Succeeded" {
        String::new()
    } else {
        format!(", {status}")
    };
    format!(
        "<span>{name}</span><span class=\"{status}\"><i style=\"width:{width:.1}%\"></i></span><span class=\"sub\">{}{note}</span>\n",
        seconds(step.seconds)
    )
}
