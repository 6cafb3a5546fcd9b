//! From what is the case to what each thing waits for. Values in, sentences out.

mod answer;
mod bias;
mod datasets;
mod features;
mod instances;
mod requests;
mod rollout;
mod runs;
mod study;

use contracts::deployment::{Deployment, is_of_package};
use contracts::notice::Told;
use contracts::verdict::Decision;
use policy::desired::{self, Desired};
use serde::Serialize;

use super::facts::{Facts, Judged, Labelling, Stack};
use crate::evidence::{Endpoint, version_of};
use crate::numbers::{points, scored};
use crate::stack::remedy;
pub use answer::Answer;
use answer::{done, waits};

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// CloudFormation's stack, where its last operation has not succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<Answer>,
    pub datasets: Answer,
    pub runs: Answer,
    /// Where hyperparameters of the run's dataset version were searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub study: Option<Answer>,
    pub models: Answer,
    /// Where a version was compared with a champion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout: Option<Answer>,
    /// Where bias of the newest model was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bias: Option<Answer>,
    /// Where the feature group has a version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<Answer>,
    pub endpoint: Answer,
    pub human_loops: Answer,
    /// Where texts without labels were uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unlabelled: Option<Answer>,
    /// What a person was told of and what still is so, with the commands that answer it.
    pub told: Vec<String>,
}

pub fn answer(facts: &Facts) -> Status {
    Status {
        stack: facts.stack.as_ref().and_then(stack),
        datasets: datasets::answer(facts),
        runs: runs::answer(facts),
        study: facts
            .study
            .as_ref()
            .map(|study| study::answer(study, facts.run.as_ref())),
        models: models(facts),
        rollout: rollout::answer(facts),
        bias: bias::answer(facts),
        features: facts.features.as_ref().map(features::answer),
        endpoint: endpoint(facts),
        human_loops: human_loops(facts),
        unlabelled: requests::answer(facts),
        told: facts.told.iter().map(told).collect(),
    }
}

fn told(told: &Told) -> String {
    let since = told.first_told_at.split('.').next().unwrap_or_default();
    format!("{} (since {}Z)", told.notice, since.trim_end_matches('Z'))
}

fn stack(stack: &Stack) -> Option<Answer> {
    let remedy = remedy(&stack.status, &stack.name, &stack.account)?;
    Some(waits(&stack.status, remedy))
}

fn models(facts: &Facts) -> Answer {
    let Some(newest) = facts.packages.first() else {
        return waits("no model", "a run that succeeds registers the first");
    };
    let version = newest.version;
    let state = format!("version {version}: {}", newest.approval);
    if let Some(withdrawn) = &newest.withdrawn {
        return waits(
            state,
            format!("it was withdrawn ({withdrawn}); the next version may serve"),
        );
    }
    match (newest.approval.as_str(), newest.decision.as_deref()) {
        ("Approved", _) => done(state),
        ("Rejected", Some("Rejected")) => {
            waits(state, "the gate rejected it; the next version may serve")
        }
        ("Rejected", _) => waits(state, "it was rejected; the next version may serve"),
        (_, None) => waits(state, "judge-model has not judged it yet"),
        (_, Some(_)) if rollout::is_compared(facts, newest) => {
            let reason = "it is compared with the champion on labels of the audit (reviewloop watch); a person may decide before";
            pending(facts, state, reason)
        }
        (_, Some("Inconclusive")) => {
            pending(facts, state, "the gate could not decide; a person may")
        }
        (_, Some(decision)) => {
            let reason = format!("the gate says {decision}; a person decides");
            pending(facts, state, &reason)
        }
    }
}

/// A decision that a person is asked for, with what it rests on and what to type.
fn pending(facts: &Facts, state: String, reason: &str) -> Answer {
    let version = facts.packages.first().map_or(0, |newest| newest.version);
    let commands = format!(
        "reviewloop approve {version} --reason WHY, or reject; all of the evidence: reviewloop model {version}"
    );
    Answer {
        evidence: facts.judged.as_ref().map(evidence),
        ..waits(state, format!("{reason}: {commands}"))
    }
}

fn evidence(judged: &Judged) -> String {
    let mut parts = Vec::new();
    if let Some(evaluation) = &judged.evaluation {
        let scores = &evaluation.challenger;
        parts.push(format!(
            "balanced accuracy {} on {} test rows",
            scored(scores.balanced_accuracy, &scores.balanced_accuracy_interval),
            scores.rows
        ));
        parts.extend(evaluation.incumbents().map(|(name, incumbent)| {
            format!(
                "{} to the {name}, version {}",
                points(incumbent.difference.value, &incumbent.difference.interval),
                version_of(&incumbent.model_package_arn)
            )
        }));
    }
    parts.push(format!("the gate: {}", deciding(judged)));
    parts.join("; ")
}

/// The reasons that made the verdict what it is.
fn deciding(judged: &Judged) -> String {
    let verdict = &judged.verdict;
    if verdict.decision == Decision::Approved {
        return format!("all of its {} checks passed", verdict.checks.len());
    }
    let checks = verdict.deciding();
    let reasons: Vec<&str> = checks.map(|check| check.reason.as_str()).collect();
    reasons.join("; ")
}

fn endpoint(facts: &Facts) -> Answer {
    Answer {
        evidence: instances::sentence(&facts.instances),
        ..deployed(facts)
    }
}

fn deployed(facts: &Facts) -> Answer {
    let state = match &facts.endpoint {
        Some(endpoint) => match served(facts, endpoint) {
            Some(version) => {
                let beside = beside(facts, endpoint);
                format!("{} on version {version}{beside}", endpoint.status)
            }
            None => endpoint.status.clone(),
        },
        None => "no endpoint".to_owned(),
    };
    let desired = desired::version(&facts.approved, facts.pin.as_ref());
    if let Some(reason) = desired.package().and_then(|package| stuck(facts, package)) {
        return waits(state, format!("stuck: {reason}"));
    }
    match (desired, &facts.endpoint) {
        (Desired::Nothing, None) => waits(state, "no model version is approved"),
        (Desired::Nothing, Some(_)) => waits(
            state,
            "no model version is approved any more; it keeps serving",
        ),
        (Desired::PinNotApproved { version }, _) => waits(
            state,
            format!("it is pinned to version {version}, which is not approved"),
        ),
        (Desired::Package(_), None) => waits(
            state,
            "deploy-model has not created it yet; reconcile will retry it",
        ),
        (Desired::Package(package), Some(endpoint)) => match endpoint.status.as_str() {
            "InService" => in_service(state, package, deployment_of(facts, endpoint)),
            "Failed" => {
                let reason = endpoint
                    .failure_reason
                    .as_deref()
                    .unwrap_or("SageMaker gives no reason");
                waits(
                    state,
                    format!("{reason}; deploy-model creates it again within its bound"),
                )
            }
            under_way => waits(state, format!("SageMaker is at work: {under_way}")),
        },
    }
}

/// What keeps a version from being deployed, in SageMaker's own words where it refused a call. What kept it from other settings
/// does so no more.
fn stuck<'a>(facts: &'a Facts, package: &desired::Package) -> Option<&'a str> {
    if let Some(config) = &facts.desired_config {
        let mut deployments = facts.deployments.iter();
        let desired = deployments.find(|deployment| {
            deployment.endpoint_config == *config
                && is_of_package(deployment.package_created, package.created)
        });
        return desired?.stuck.as_deref();
    }
    let of_package = facts
        .deployments
        .iter()
        .filter(|deployment| deployment.model_package_arn == package.arn);
    let newest = of_package.max_by_key(|deployment| &deployment.asked_at)?;
    newest.stuck.as_deref()
}

fn in_service(
    state: String,
    package: &desired::Package,
    deployment: Option<&Deployment>,
) -> Answer {
    match deployment {
        Some(deployment) if deployment.champion() == package.arn => done(state),
        _ => waits(
            state,
            format!(
                "version {} is approved and not deployed yet; reconcile will retry it",
                package.version
            ),
        ),
    }
}

fn human_loops(facts: &Facts) -> Answer {
    let loops = &facts.loops;
    let state = format!(
        "{} waiting, {} completed, {} ended without an answer{}, {} labels{}",
        loops.waiting,
        loops.completed,
        loops.ended,
        skipped(loops.skipped),
        loops.labels,
        agreement(loops.labelling.as_ref())
    );
    let suspects = loops.labelling.as_ref().map_or(0, |it| it.suspects);
    if loops.waiting > 0 {
        let reason = format!("reviewers have {} to answer", tasks(loops.waiting));
        waits(state, reason)
    } else if loops.unlabelled > 0 {
        let reason = format!(
            "{} texts have no label: an answer is not read yet, the day's cap is spent, or reviewers disagree",
            loops.unlabelled
        );
        waits(state, reason)
    } else if loops.new_labels > 0 {
        let reason = format!(
            "{} new labels; retraining starts at MinimumNewLabels",
            loops.new_labels
        );
        waits(state, reason)
    } else if suspects > 0 {
        let reason = "the answers of a reviewer do not depend on the texts: reviewloop reviewers shows whose";
        waits(state, reason)
    } else {
        done(state)
    }
}

fn skipped(tasks: usize) -> String {
    match tasks {
        0 => String::new(),
        tasks => format!(", {tasks} skipped"),
    }
}

fn agreement(labelling: Option<&Labelling>) -> String {
    let Some(Labelling {
        alpha, interval, ..
    }) = labelling
    else {
        return String::new();
    };
    format!(
        "; reviewers agree with alpha {alpha:.2} ({:.2} to {:.2})",
        interval.low, interval.high
    )
}

fn tasks(number: usize) -> String {
    if number == 1 {
        "1 task".to_owned()
    } else {
        format!("{number} tasks")
    }
}

fn deployment_of<'a>(facts: &'a Facts, endpoint: &Endpoint) -> Option<&'a Deployment> {
    facts
        .deployments
        .iter()
        .find(|deployment| deployment.endpoint_config == endpoint.config)
}

/// The challenger that answers a share of the requests.
fn beside(facts: &Facts, endpoint: &Endpoint) -> String {
    match deployment_of(facts, endpoint) {
        Some(deployment) if deployment.champion_arn.is_some() => format!(
            ", with version {} beside it",
            version_of(&deployment.model_package_arn)
        ),
        _ => String::new(),
    }
}

/// The model version behind the endpoint's config.
fn served(facts: &Facts, endpoint: &Endpoint) -> Option<i32> {
    let deployment = deployment_of(facts, endpoint)?;
    version_of(deployment.champion()).parse().ok()
}

#[cfg(test)]
mod tests;
