//! The report's values.

mod trust;

use contracts::evaluation::Evaluation;
use contracts::verdict::Decision;
use report::{
    Balance, Class, Confidences, Confusion, Epoch, Gate, Interval, Latency, People, Provenance,
    Report, Series, Timing, Verdict,
};
use time::OffsetDateTime;
use time::macros::format_description;

use super::Done;
use super::summary;
use super::turn::{Served, Turn};

pub fn report(done: &Done) -> Report {
    let labels = done
        .turns
        .first()
        .map(|turn| turn.evaluation.labels.clone())
        .unwrap_or_default();
    Report {
        title: if done.turns.len() > 1 {
            "Two turns of the loop"
        } else {
            "One turn of the loop"
        }
        .to_owned(),
        summary: summary::sentence(done),
        created: created(OffsetDateTime::now_utc()),
        data: Provenance {
            source: done.source.name.clone(),
            synthetic: done.source.synthetic,
            note: if done.source.synthetic {
                "No customer wrote them."
            } else {
                ""
            }
            .to_owned(),
            rows: done.source.rows,
            withheld: done.source.withheld,
        },
        classes: labels
            .iter()
            .map(|label| Class {
                label: label.clone(),
                name: name(label),
            })
            .collect(),
        turns: done
            .turns
            .iter()
            .map(|turn| turn_of(turn, &labels))
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
            started: review.started,
            completed: review.completed,
            labels: review.labels,
            uncertain: review.uncertain,
            audited: review.audited,
        }),
        seconds: done.seconds,
    }
}

/// What the labs call their labels; others stand for themselves.
fn name(label: &str) -> String {
    match label {
        "-1" => "negative",
        "0" => "neutral",
        "1" => "positive",
        other => other,
    }
    .to_owned()
}

fn turn_of(turn: &Turn, labels: &[String]) -> report::Turn {
    let epochs = turn
        .evaluation
        .training
        .iter()
        .flat_map(|card| &card.epochs);
    report::Turn {
        dataset: turn.manifest.id.clone(),
        rows: turn.manifest.rows(),
        quarantined: turn.manifest.quarantined(),
        human_rows: turn.human_rows,
        balance: balance(turn, labels),
        loss: epochs
            .map(|epoch| Epoch {
                epoch: f64::from(epoch.epoch),
                train: epoch.train_loss,
                validation: Some(epoch.val_loss),
            })
            .collect(),
        evaluation: evaluation(&turn.evaluation),
        gate: Gate {
            verdict: match turn.verdict.decision {
                Decision::Approved => Verdict::Approved,
                Decision::Rejected => Verdict::Rejected,
                Decision::Inconclusive => Verdict::Inconclusive,
            },
            reasons: turn
                .verdict
                .checks
                .iter()
                .map(|check| check.reason.clone())
                .collect(),
            floor: Some(floor(labels.len())),
        },
        model_package: turn.model_package_arn.clone(),
        endpoint: endpoint(&turn.endpoint),
        timings: turn
            .run
            .steps
            .iter()
            .map(|step| Timing {
                name: step.name.clone(),
                status: step.status.clone(),
                seconds: step.seconds,
            })
            .collect(),
    }
}

fn endpoint(served: &Served) -> String {
    if served.config.is_empty() {
        return "none".to_owned();
    }
    format!("{} on {}", served.status, served.config)
}

/// What the gate's default asks of the lower bound; the demo leaves the template's default.
fn floor(classes: usize) -> f64 {
    1.0 / classes.max(1) as f64 + policy::gate::Gate::default().balanced_accuracy_margin
}

fn evaluation(evaluation: &Evaluation) -> report::Evaluation {
    let scores = &evaluation.challenger;
    let champion = evaluation.champion.as_ref();
    report::Evaluation {
        test_rows: scores.rows,
        accuracy: interval(scores.accuracy, &scores.accuracy_interval),
        balanced_accuracy: interval(scores.balanced_accuracy, &scores.balanced_accuracy_interval),
        macro_f1: scores.macro_f1,
        confusion: Confusion {
            counts: scores.confusion.clone(),
        },
        champion: champion.map(|champion| {
            interval(
                champion.scores.balanced_accuracy,
                &champion.scores.balanced_accuracy_interval,
            )
        }),
        difference: champion
            .map(|champion| interval(champion.difference.value, &champion.difference.interval)),
        detectable: champion.and_then(|champion| champion.difference.minimum_detectable_difference),
        reliability: trust::reliability(scores),
        coverage: trust::coverage(scores),
        telling_words: evaluation.telling_words.as_ref().map(trust::telling_words),
        slices: evaluation.slices.iter().map(trust::slice).collect(),
    }
}

fn interval(value: f64, interval: &contracts::evaluation::Interval) -> Interval {
    Interval {
        value,
        low: interval.low,
        high: interval.high,
    }
}

/// As uploaded, in the training part, and after balancing.
fn balance(turn: &Turn, labels: &[String]) -> Balance {
    let mut series = vec![Series {
        name: "in the dataset".to_owned(),
        counts: labels
            .iter()
            .map(|label| turn.uploaded.get(label).copied().unwrap_or(0))
            .collect(),
    }];
    if let Some(train) = turn.prepared.rows.get("train") {
        let counts: Vec<u64> = labels
            .iter()
            .map(|label| train.get(label).copied().unwrap_or(0))
            .collect();
        let rarest = counts.iter().min().copied().unwrap_or(0);
        series.push(Series {
            name: "training part".to_owned(),
            counts,
        });
        // Balancing takes as many of each label as the rarest has; the training card tells the sum.
        let trained = turn
            .evaluation
            .training
            .as_ref()
            .map(|card| card.train_rows);
        if trained == Some(rarest * labels.len() as u64) {
            series.push(Series {
                name: "trained on".to_owned(),
                counts: vec![rarest; labels.len()],
            });
        }
    }
    Balance { series }
}

fn created(now: OffsetDateTime) -> String {
    let format =
        format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
    now.format(&format).expect("every date has these parts")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::fixture;

    #[test]
    fn the_report_shows_what_was_measured() {
        let page = report::render(&report(&fixture::done()));
        for value in [
            "synthetic data",
            "81.2 % (78.0 to 84.0)",
            "negative",
            "simulated workers",
            "trained on",
        ] {
            assert!(page.contains(value), "{value}");
        }
    }

    #[test]
    fn a_series_that_cannot_be_vouched_for_is_left_out() {
        let mut turn = fixture::turn(Decision::Approved);
        let labels = turn.evaluation.labels.clone();
        assert_eq!(balance(&turn, &labels).series.len(), 3);
        turn.evaluation.training.as_mut().expect("set").train_rows += 1;
        assert_eq!(balance(&turn, &labels).series.len(), 2);
        turn.prepared.rows.clear();
        assert_eq!(balance(&turn, &labels).series.len(), 1);
    }
}
