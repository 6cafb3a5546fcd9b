//! The demo's JSON: an interface that others read, so its names are a promise.

use contracts::evaluation::Evaluation;
use rollout::{Rollout, Verdict, sentence};
use serde::Serialize;

use super::done::Done;
use super::turn::Turn;
use crate::arguments::Reviewers;

#[derive(Serialize)]
pub struct DemoResult {
    pub ok: bool,
    /// Without the build.
    pub seconds: f64,
    pub report: String,
    pub synthetic: bool,
    /// Why the turns ended early, if they did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_early: Option<String>,
    pub turns: Vec<TurnResult>,
    pub predictions: Predictions,
    pub human_review: Review,
}

#[derive(Serialize)]
pub struct TurnResult {
    pub dataset: Dataset,
    pub pipeline: Pipeline,
    pub evaluation: Scores,
    pub gate: Gate,
    /// Of the second and the third model, unless the gate rejected it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout: Option<RolloutResult>,
    pub model_package_arn: String,
    pub endpoint: Endpoint,
}

#[derive(Serialize)]
pub struct RolloutResult {
    /// "undecided", or how it ended.
    pub state: String,
    pub labels: u64,
    /// Shares of the labelled rows by which the challenger is right more often.
    pub difference: f64,
    pub difference_low: f64,
    pub difference_high: f64,
    /// About how many more labels decide; absent where it is decided, or cannot be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels_missing: Option<u64>,
}

#[derive(Serialize)]
pub struct Dataset {
    pub id: String,
    pub rows: u64,
    pub quarantined: u64,
}

#[derive(Serialize)]
pub struct Pipeline {
    pub execution_arn: String,
    pub status: String,
    pub steps: Vec<Step>,
}

#[derive(Serialize)]
pub struct Step {
    pub name: String,
    pub status: String,
    pub seconds: f64,
}

#[derive(Serialize)]
pub struct Scores {
    pub accuracy: f64,
    pub balanced_accuracy: f64,
    pub balanced_accuracy_low: f64,
    pub balanced_accuracy_high: f64,
    pub macro_f1: f64,
    pub test_rows: u64,
}

#[derive(Serialize)]
pub struct Gate {
    pub verdict: String,
    pub reasons: Vec<String>,
}

#[derive(Serialize)]
pub struct Endpoint {
    pub name: String,
    pub config: String,
    pub status: String,
}

#[derive(Serialize, Default)]
pub struct Predictions {
    pub count: usize,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

#[derive(Serialize, Default)]
pub struct Review {
    /// Texts put to reviewers, and those of them that were answered.
    pub started: u64,
    pub completed: u64,
    /// Of several reviewers about one text, each counts.
    pub answers: u64,
    pub labels: u64,
    pub reviewers: &'static str,
}

pub fn result(done: &Done) -> DemoResult {
    let predictions = done.traffic.as_ref().map(|traffic| Predictions {
        count: traffic.predictions.len(),
        p50_ms: traffic.percentile(0.50),
        p99_ms: traffic.percentile(0.99),
    });
    let human_review = done.review.as_ref().map(|review| Review {
        started: review.texts,
        completed: review.labels,
        answers: review.answers,
        labels: review.labels,
        reviewers: match review.reviewers {
            Reviewers::Simulated => "simulated",
            Reviewers::Browser => "browser",
        },
    });
    DemoResult {
        ok: true,
        seconds: done.seconds,
        report: done.report.display().to_string(),
        synthetic: done.source.synthetic,
        ended_early: done.ended_early.clone(),
        turns: done.turns.iter().map(|one| turn(done, one)).collect(),
        predictions: predictions.unwrap_or_default(),
        human_review: human_review.unwrap_or_default(),
    }
}

fn turn(done: &Done, turn: &Turn) -> TurnResult {
    let steps = turn.evidence.steps.iter().map(|step| Step {
        name: step.name.clone(),
        status: step.status.clone(),
        seconds: step.seconds,
    });
    TurnResult {
        dataset: Dataset {
            id: turn.manifest.id.clone(),
            rows: turn.manifest.rows(),
            quarantined: turn.manifest.quarantined(),
        },
        pipeline: Pipeline {
            execution_arn: turn.evidence.execution.arn.clone(),
            status: turn.evidence.execution.status.clone(),
            steps: steps.collect(),
        },
        evaluation: scores(&turn.evidence.evaluation),
        gate: Gate {
            verdict: format!("{:?}", turn.verdict.decision),
            reasons: turn
                .verdict
                .checks
                .iter()
                .map(|check| check.reason.clone())
                .collect(),
        },
        rollout: turn.evidence.rollout.as_ref().and_then(rollout),
        model_package_arn: turn.model_package_arn.clone(),
        endpoint: endpoint(done, turn),
    }
}

/// `None` before the first look.
fn rollout(rollout: &Rollout) -> Option<RolloutResult> {
    let look = rollout.last()?.look;
    Some(RolloutResult {
        state: sentence::stands(rollout).to_owned(),
        labels: look.rows,
        difference: look.difference,
        difference_low: look.interval.low,
        difference_high: look.interval.high,
        labels_missing: match look.verdict {
            Verdict::Hold { more } => more,
            _ => None,
        },
    })
}

/// Empty where there is none yet.
fn endpoint(done: &Done, turn: &Turn) -> Endpoint {
    let served = turn.evidence.endpoint.as_ref();
    let field = |field: fn(&crate::evidence::Endpoint) -> &String| {
        served.map_or_else(String::new, |served| field(&served.endpoint).clone())
    };
    Endpoint {
        name: served.map_or_else(String::new, |_| done.endpoint.clone()),
        config: field(|endpoint| &endpoint.config),
        status: field(|endpoint| &endpoint.status),
    }
}

fn scores(evaluation: &Evaluation) -> Scores {
    let scores = &evaluation.challenger;
    Scores {
        accuracy: scores.accuracy,
        balanced_accuracy: scores.balanced_accuracy,
        balanced_accuracy_low: scores.balanced_accuracy_interval.low,
        balanced_accuracy_high: scores.balanced_accuracy_interval.high,
        macro_f1: scores.macro_f1,
        test_rows: scores.rows,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::demo::fixture;

    /// The members of an object, in order.
    fn members(value: &Value) -> Vec<&str> {
        value
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect()
    }

    #[test]
    fn the_json_has_the_members_that_were_promised() {
        let value = serde_json::to_value(super::result(&fixture::done())).expect("serialises");
        for member in [
            "ok",
            "seconds",
            "report",
            "turns",
            "predictions",
            "human_review",
        ] {
            assert!(value.get(member).is_some(), "{member}");
        }
        let turn = &value["turns"][0];
        assert_eq!(
            members(turn),
            [
                "dataset",
                "pipeline",
                "evaluation",
                "gate",
                "model_package_arn",
                "endpoint"
            ]
        );
        assert_eq!(members(&turn["dataset"]), ["id", "rows", "quarantined"]);
        assert_eq!(
            members(&turn["pipeline"]),
            ["execution_arn", "status", "steps"]
        );
        assert_eq!(
            members(&turn["pipeline"]["steps"][0]),
            ["name", "status", "seconds"]
        );
        assert_eq!(
            members(&turn["evaluation"]),
            [
                "accuracy",
                "balanced_accuracy",
                "balanced_accuracy_low",
                "balanced_accuracy_high",
                "macro_f1",
                "test_rows",
            ]
        );
        assert_eq!(members(&turn["gate"]), ["verdict", "reasons"]);
        assert_eq!(turn["gate"]["verdict"], "Approved");
        assert_eq!(members(&turn["endpoint"]), ["name", "config", "status"]);
        assert_eq!(
            members(&value["predictions"]),
            ["count", "p50_ms", "p99_ms"]
        );
        assert_eq!(
            members(&value["human_review"]),
            ["started", "completed", "answers", "labels", "reviewers"]
        );
        assert_eq!(value["human_review"]["reviewers"], "simulated");
    }
}
