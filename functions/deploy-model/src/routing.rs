//! SageMaker's blue/green deployment, where a champion is replaced in place.

use anyhow::{Context, Result};
use aws_sdk_cloudwatch::types::StateValue;
use aws_sdk_sagemaker::types::{
    Alarm, AutoRollbackConfig, BlueGreenUpdatePolicy, CapacitySize, CapacitySizeType,
    DeploymentConfig, TrafficRoutingConfig, TrafficRoutingConfigType,
};
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use contracts::names;
use loop_state::deployments::{self, Look, Plan};
use policy::hosting::Kind;
use policy::routing::{Part, Routing};

use crate::Deps;

/// `None`: all at once. So is everything but a newer version instead of an older one under the same variant name: SageMaker
/// wants the same names, and whoever goes back to an older version waits for it.
pub async fn config(deps: &Deps, look: &Look, plan: &Plan) -> Result<Option<DeploymentConfig>> {
    let (kind, part) = match deps.config.routing {
        Routing::AllAtOnce => return Ok(None),
        Routing::Canary(part) => (TrafficRoutingConfigType::Canary, part),
        Routing::Linear(part) => (TrafficRoutingConfigType::Linear, part),
    };
    let Some(endpoint) = &look.endpoint else {
        return Ok(None);
    };
    let is_alone = plan.challenger.is_none()
        && endpoint.variants().eq([CHAMPION_VARIANT])
        && !endpoint.has_shadow(CHALLENGER_VARIANT);
    let live = endpoint.view();
    let has_instances =
        deps.config.hosted.hosting.kind() == Kind::Instance && live.kind == Some(Kind::Instance);
    if !(is_alone && has_instances) {
        return Ok(None);
    }
    let served = deployments::read(&deps.bucket, live.config).await?;
    let served = served.and_then(|found| version(&found.value.model_package_arn));
    if served.is_none_or(|served| served >= plan.package.version) || rings(deps).await? {
        return Ok(None);
    }
    Ok(Some(blue_green(deps, kind, part)))
}

/// Whether the endpoint fails already: its alarm would take back the version that mends it.
async fn rings(deps: &Deps) -> Result<bool> {
    let name = alarm(deps);
    let describe = deps.cloudwatch.describe_alarms().alarm_names(&name);
    let described = describe.send().await;
    let described = described.with_context(|| format!("describe the alarm {name}"))?;
    let mut alarms = described.metric_alarms().iter();
    Ok(alarms.any(|alarm| alarm.state_value() == Some(&StateValue::Alarm)))
}

fn alarm(deps: &Deps) -> String {
    names::endpoint_errors_alarm(&deps.config.hosted.endpoint_name)
}

/// The number at the end of a model package's ARN.
fn version(arn: &str) -> Option<i32> {
    arn.rsplit('/').next()?.parse().ok()
}

fn blue_green(deps: &Deps, kind: TrafficRoutingConfigType, part: Part) -> DeploymentConfig {
    let seconds = i32::try_from(part.seconds).unwrap_or(i32::MAX);
    let size = CapacitySize::builder()
        .r#type(CapacitySizeType::CapacityPercent)
        .value(i32::from(part.percent))
        .build();
    let routing = TrafficRoutingConfig::builder()
        .r#type(kind.clone())
        .wait_interval_in_seconds(seconds);
    let routing = if kind == TrafficRoutingConfigType::Canary {
        routing.canary_size(size)
    } else {
        routing.linear_step_size(size)
    };
    let policy = BlueGreenUpdatePolicy::builder()
        .traffic_routing_configuration(routing.build())
        .build();
    let rollback = AutoRollbackConfig::builder()
        .alarms(Alarm::builder().alarm_name(alarm(deps)).build())
        .build();
    DeploymentConfig::builder()
        .blue_green_update_policy(policy)
        .auto_rollback_configuration(rollback)
        .build()
}
