//! One call on the endpoint: counted, made, and its answer kept.

use std::time::Duration;

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::DeploymentConfig;
use contracts::verdict::METADATA_WITHDRAWN;
use loop_state::deployments::{self, Look, Plan};
use loop_state::packages;
use loop_state::refusal::Refusal;
use policy::deployment::Step;
use policy::refusal::Kind;
use tracing::warn;

use crate::{Deps, Outcome, endpoint, model, record, routing, scaling};

pub async fn make(deps: &Deps, look: &Look, plan: &Plan) -> Result<Outcome> {
    let live = look.live();
    let version = plan.introduced().version;
    // Confirm the live config first: watch-endpoint may not have recorded it yet.
    deployments::confirm(&deps.bucket, live).await?;
    let Some(modified) = approval(deps, plan).await? else {
        // Decided about since it was listed: that decision's event wakes the function again.
        return Ok(waiting(plan));
    };
    let routing = routing::config(deps, look, plan).await?;
    let Some(counted) = record::count(deps, plan, live, modified).await? else {
        // Another invocation counted first and makes the call.
        return Ok(waiting(plan));
    };
    let refusal = match until_seen(deps, look, plan, routing).await {
        Ok(()) => {
            record::accept(&deps.bucket, &counted).await?;
            return Ok(taken(plan));
        }
        Err(refusal) => refusal,
    };
    record::refuse(&deps.bucket, &counted, &refusal).await?;
    // What was deregistered for the call is scaled on while it waits. After a fault the call may have been carried out.
    if let Some(endpoint) = look
        .endpoint
        .as_ref()
        .filter(|_| refusal.kind != Kind::Fault)
    {
        scaling::converge(deps, endpoint, plan).await?;
    }
    let reason = refusal.reason;
    match refusal.kind {
        Kind::Busy => Ok(waiting(plan)),
        Kind::Stale | Kind::Fault | Kind::Passing | Kind::Lasting => {
            warn!(version, reason, "SageMaker refused the deployment");
            Ok(Outcome::Refused { version, reason })
        }
    }
}

/// A stale read is over in seconds; together these are a third of the function's time.
const PAUSES_MILLISECONDS: [u64; 4] = [250, 1_000, 4_000, 16_000];

/// The call, made again where SageMaker does not see yet what was created for it.
async fn until_seen(
    deps: &Deps,
    look: &Look,
    plan: &Plan,
    routing: Option<DeploymentConfig>,
) -> Result<(), Refusal> {
    for pause in PAUSES_MILLISECONDS {
        match call(deps, look, plan, routing.clone()).await {
            Err(refusal) if refusal.kind == Kind::Stale => {
                // SageMaker sends no event when a read becomes consistent.
                deps.clock.sleep(Duration::from_millis(pause)).await;
            }
            answer => return answer,
        }
    }
    call(deps, look, plan, routing).await
}

async fn call(
    deps: &Deps,
    look: &Look,
    plan: &Plan,
    routing: Option<DeploymentConfig>,
) -> Result<(), Refusal> {
    model::ensure(deps, look, plan).await?;
    match look.live() {
        None => endpoint::create(deps, &plan.config).await,
        Some(live) => {
            scaling::release(deps, plan, live).await?;
            endpoint::update(deps, &plan.config, live, routing).await
        }
    }
}

pub fn waiting(plan: &Plan) -> Outcome {
    Outcome::Waiting {
        version: plan.package.version,
        endpoint_config: plan.config.clone(),
    }
}

fn taken(plan: &Plan) -> Outcome {
    let (version, endpoint_config) = (plan.package.version, plan.config.clone());
    match plan.step {
        Step::Create => Outcome::Creating {
            version,
            endpoint_config,
        },
        _ => Outcome::Updating {
            version,
            endpoint_config,
        },
    }
}

/// When the version was last decided about. Approved again, it no longer carries the mark that it was
/// withdrawn. `None` where it has another decision than the plan follows.
async fn approval(deps: &Deps, plan: &Plan) -> Result<Option<String>> {
    let arn = &plan.introduced().arn;
    let package = packages::describe(&deps.sagemaker, arn).await?;
    if !plan.stands(&package) {
        return Ok(None);
    }
    let mut metadata = package.customer_metadata_properties.iter().flatten();
    if !metadata.any(|(name, _)| name == METADATA_WITHDRAWN) {
        return Ok(Some(packages::modified(&package)));
    }
    deps.sagemaker
        .update_model_package()
        .model_package_arn(arn)
        .customer_metadata_properties_to_remove(METADATA_WITHDRAWN)
        .send()
        .await
        .with_context(|| format!("remove {METADATA_WITHDRAWN} from {arn}"))?;
    let package = packages::describe(&deps.sagemaker, arn).await?;
    Ok(plan.stands(&package).then(|| packages::modified(&package)))
}
