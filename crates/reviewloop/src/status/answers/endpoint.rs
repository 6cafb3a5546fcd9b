//! What the endpoint serves, measured against the desired version.

use contracts::deployment::{Deployment, is_of_package};
use policy::desired::{self, Desired};

use super::answer::{Answer, done, waits};
use super::instances;
use crate::evidence::{Endpoint, version_of};
use crate::status::facts::Facts;

pub fn answer(facts: &Facts) -> Answer {
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
    let newest = of_package.max_by_key(|deployment| deployment.asked_at)?;
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
