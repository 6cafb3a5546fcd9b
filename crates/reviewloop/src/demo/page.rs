//! The demo's page: its turns, and what only a demo has: traffic, reviewers and the whole loop's time.

use report::{Confidences, Latency, People, Provenance, Report};
use time::OffsetDateTime;

use super::done::Done;
use super::ending::ending;
use super::summary;
use crate::page;

pub fn report(done: &Done) -> Report {
    let first = done.turns.first();
    let labels = first.map(|turn| turn.evidence.evaluation.labels.clone());
    let labels = labels.unwrap_or_default();
    let turns = done.turns.iter().enumerate();
    Report {
        title: match done.turns.len() {
            0 | 1 => "One turn of the loop".to_owned(),
            2 => "Two turns of the loop".to_owned(),
            count => format!("{count} turns of the loop"),
        },
        summary: ending(done),
        created: page::created(OffsetDateTime::now_utc()),
        data: provenance(done),
        classes: page::classes(&labels),
        turns: turns
            .map(|(index, turn)| {
                let name = format!("turn {}", index + 1);
                page::turn(name, &turn.evidence, &labels, done.floor(labels.len()))
            })
            .collect(),
        confidences: done.traffic.as_ref().map(|traffic| Confidences {
            threshold: done.threshold,
            values: traffic
                .predictions
                .iter()
                .filter_map(|prediction| prediction.confidence)
                .collect(),
        }),
        latency: done.traffic.as_ref().map(|traffic| Latency {
            requests: traffic.milliseconds.len() as u64,
            predictions: traffic.predictions.len() as u64,
            p50_ms: traffic.percentile(0.50),
            p99_ms: traffic.percentile(0.99),
        }),
        people: done.review.as_ref().map(|review| People {
            reviewers: summary::reviewers(review.reviewers),
            texts: review.texts,
            answers: review.answers,
            labels: review.labels,
            uncertain: review.uncertain,
            audited: review.audited,
        }),
        seconds: Some(done.seconds),
    }
}

fn provenance(done: &Done) -> Provenance {
    let note = if done.source.synthetic {
        "No customer wrote them."
    } else {
        ""
    };
    Provenance {
        source: done.source.name.clone(),
        synthetic: done.source.synthetic,
        note: note.to_owned(),
        rows: done.source.rows,
        withheld: Some(done.source.withheld),
    }
}

#[cfg(test)]
mod tests {
    use crate::demo::fixture;

    #[test]
    fn the_report_shows_what_was_measured() {
        let page = report::render(&super::report(&fixture::done()));
        for value in [
            "synthetic data",
            "81.2 % (78.0 to 84.0)",
            "negative",
            "simulated workers",
            "trained on",
            "the gate asks for 43.3 %",
            "InService on reviewloop-a, with this model",
            "s3://bucket/executions/e1/evaluation/predictions.jsonl",
        ] {
            assert!(page.contains(value), "{value}");
        }
    }
}
