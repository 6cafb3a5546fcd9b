//! The report's values, from what is known of each run: the demo's page and `report`'s are made here.

mod bias;
mod candidates;
mod dataset;
mod rollout;
mod scores;
mod training;
mod trust;

use contracts::pipeline;
use contracts::verdict::{self, Decision};
use report::{Check, Class, Gate, Timing, Verdict};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::evidence::{Evidence, Model, Served};
pub use training::truncation;

pub fn classes(labels: &[String]) -> Vec<Class> {
    let names = class_names(labels).into_iter();
    names
        .zip(labels)
        .map(|(name, label)| Class {
            label: label.clone(),
            name,
        })
        .collect()
}

/// The labels' names: -1, 0 and 1 together are sentiments, all others stand for themselves.
pub fn class_names(labels: &[String]) -> Vec<String> {
    const SENTIMENTS: [(&str, &str); 3] = [("-1", "negative"), ("0", "neutral"), ("1", "positive")];
    let name = |label: &String| SENTIMENTS.iter().find(|(known, _)| known == label);
    let names: Option<Vec<&str>> = labels
        .iter()
        .map(|it| name(it).map(|known| known.1))
        .collect();
    match names {
        Some(names) if names.len() == SENTIMENTS.len() => {
            names.into_iter().map(str::to_owned).collect()
        }
        _ => labels.to_vec(),
    }
}

/// One run; `labels` are the page's, `floor` is the lower bound that the gate asks for, where it is known.
pub fn turn(
    name: String,
    evidence: &Evidence,
    labels: &[String],
    floor: Option<f64>,
) -> report::Turn {
    let evaluation = &evidence.evaluation;
    let card = evaluation.training.as_ref();
    let dataset = evidence.dataset.as_ref();
    let manifest = dataset.map(|dataset| &dataset.manifest);
    let verdict = evidence
        .model
        .as_ref()
        .and_then(|model| model.verdict.as_ref());
    report::Turn {
        name,
        dataset: manifest.map(dataset::dataset).unwrap_or_default(),
        rows: manifest.map_or(0, contracts::dataset::DatasetManifest::rows),
        quarantined: manifest.map_or(0, contracts::dataset::DatasetManifest::quarantined),
        human_rows: dataset.map_or(0, |dataset| dataset.human_rows),
        balance: dataset::balance(evidence, labels),
        training: card.map(training::training),
        epochs: card.map_or_else(Vec::new, |card| {
            training::epochs(&card.epochs, card.best_epoch)
        }),
        candidates: candidates::candidates(evaluation),
        evaluation: scores::evaluation(evaluation),
        bias: evidence.bias.iter().flat_map(bias::sections).collect(),
        gate: verdict.map(|verdict| gate(verdict, floor)),
        rollout: evidence.rollout.as_ref().map(rollout::rollout),
        model_package: evidence
            .model
            .as_ref()
            .map_or_else(|| "none".to_owned(), |model| model.arn.clone()),
        endpoint: endpoint(evidence.model.as_ref(), evidence.endpoint.as_ref()),
        in_service: in_service(evidence.model.as_ref(), evidence.endpoint.as_ref()),
        timings: evidence
            .steps
            .iter()
            .map(|step| Timing {
                name: step.name.clone(),
                status: step.status.clone(),
                seconds: step.seconds,
            })
            .collect(),
        files: files(evidence),
    }
}

fn gate(verdict: &verdict::Verdict, floor: Option<f64>) -> Gate {
    Gate {
        verdict: decision(verdict.decision),
        checks: verdict
            .checks
            .iter()
            .map(|check| Check {
                name: check.name.clone(),
                verdict: decision(check.decision),
                reason: check.reason.clone(),
            })
            .collect(),
        floor,
    }
}

fn decision(decision: Decision) -> Verdict {
    match decision {
        Decision::Approved => Verdict::Approved,
        Decision::Rejected => Verdict::Rejected,
        Decision::Inconclusive => Verdict::Inconclusive,
    }
}

fn in_service(model: Option<&Model>, served: Option<&Served>) -> bool {
    let serving = served.and_then(|served| served.model_package_arn.as_ref());
    serving.is_some() && serving == model.map(|model| &model.arn)
}

fn endpoint(model: Option<&Model>, endpoint: Option<&Served>) -> String {
    let Some(served) = endpoint else {
        return "none".to_owned();
    };
    let (status, config) = (&served.endpoint.status, &served.endpoint.config);
    let arn = served.model_package_arn.as_deref();
    match arn.and_then(|arn| arn.rsplit('/').next()) {
        Some(_) if in_service(model, endpoint) => {
            format!("{status} on {config}, with this model")
        }
        Some(version) => format!("{status} on {config}, with model version {version}"),
        None => format!("{status} on {config}"),
    }
}

/// Where a reader finds what this page was made from.
fn files(evidence: &Evidence) -> Vec<(String, String)> {
    let predictions = evidence
        .evaluation_uri
        .strip_suffix(pipeline::EVALUATION_FILE)
        .map(|folder| format!("{folder}{}", pipeline::PREDICTIONS_FILE));
    let (model, dataset) = (evidence.model.as_ref(), evidence.dataset.as_ref());
    // Beside each of the registry's reports lies its page; the reports of no measurement have none.
    let reports = model.filter(|_| evidence.bias.is_some());
    let bias = |report: fn(&Model) -> Option<&String>| {
        let folder = report(reports?)?.strip_suffix(pipeline::BIAS_FILE)?;
        Some(format!("{folder}{}", pipeline::BIAS_PAGE))
    };
    let files = [
        ("pipeline execution", Some(evidence.execution.arn.clone())),
        (
            "manifest",
            dataset.map(|dataset| dataset.manifest_uri.clone()),
        ),
        (
            "feature group",
            dataset.and_then(|dataset| dataset.feature_group.clone()),
        ),
        ("evaluation", Some(evidence.evaluation_uri.clone())),
        ("predictions on the test rows", predictions),
        (
            "bias of the data",
            bias(|model| model.bias_of_data.as_ref()),
        ),
        (
            "bias of the answers",
            bias(|model| model.bias_of_answers.as_ref()),
        ),
        (
            "model",
            model.and_then(|model| model.model_data_url.clone()),
        ),
        ("verdict", model.and_then(|model| model.verdict_uri.clone())),
    ];
    files
        .into_iter()
        .filter_map(|(name, address)| Some((name.to_owned(), address?)))
        .collect()
}

pub fn created(now: OffsetDateTime) -> String {
    let format =
        format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
    now.format(&format).expect("every date has these parts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_three_labels_of_sentiment_have_other_names() {
        let names = |labels: &[&str]| {
            class_names(
                &labels
                    .iter()
                    .map(|&label| label.to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(
            names(&["-1", "0", "1"]),
            ["negative", "neutral", "positive"]
        );
        assert_eq!(
            names(&["1", "0", "-1"]),
            ["positive", "neutral", "negative"]
        );
        assert_eq!(names(&["0", "1"]), ["0", "1"]);
        assert_eq!(names(&["-1", "0", "1", "2"]), ["-1", "0", "1", "2"]);
    }
}
