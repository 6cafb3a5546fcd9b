//! Application Auto Scaling's calls, and its answers as `policy::scaling` has them.

use aws_sdk_applicationautoscaling::error::ProvideErrorMetadata;
use aws_sdk_applicationautoscaling::types::{
    MetricType, PolicyType, PredefinedMetricSpecification, ScalableDimension, ScalableTargetAction,
    ServiceNamespace, TargetTrackingScalingPolicyConfiguration,
};
use loop_state::refusal::Refusal;
use policy::scaling::{Bounds, Call, Scheduled, Target, Tracking};

use crate::Deps;

const NAMESPACE: ServiceNamespace = ServiceNamespace::Sagemaker;
const DIMENSION: ScalableDimension = ScalableDimension::SageMakerVariantDesiredInstanceCount;
/// A target has one policy for a metric, whatever it is called.
const POLICY: &str = "invocations-per-instance";

fn resource(deps: &Deps, variant: &str) -> String {
    let endpoint = &deps.config.hosted.endpoint_name;
    format!("endpoint/{endpoint}/variant/{variant}")
}

/// Those of the variants that are targets.
pub async fn look(deps: &Deps, variants: &[String]) -> Result<Vec<Target>, Refusal> {
    let describe = deps.autoscaling.describe_scalable_targets();
    let describe = describe.service_namespace(NAMESPACE);
    let describe = describe.scalable_dimension(DIMENSION);
    let resources = variants.iter().map(|variant| resource(deps, variant));
    let found = describe.set_resource_ids(Some(resources.collect()));
    let found = found.send().await?;
    let mut targets = Vec::new();
    for target in found.scalable_targets() {
        let id = target.resource_id();
        let variant = id.rsplit('/').next().unwrap_or_default().to_owned();
        targets.push(Target {
            variant,
            bounds: Bounds {
                fewest: target.min_capacity(),
                most: target.max_capacity(),
            },
            tracking: tracking(deps, id).await?,
            scheduled: scheduled(deps, id).await?,
        });
    }
    Ok(targets)
}

async fn tracking(deps: &Deps, resource: &str) -> Result<Option<Tracking>, Refusal> {
    let describe = deps.autoscaling.describe_scaling_policies();
    let describe = describe.service_namespace(NAMESPACE).resource_id(resource);
    let describe = describe.scalable_dimension(DIMENSION).policy_names(POLICY);
    let found = describe.send().await?;
    let policy = found.scaling_policies().first();
    let configuration =
        policy.and_then(|it| it.target_tracking_scaling_policy_configuration.as_ref());
    Ok(configuration.map(|it| Tracking {
        requests: it.target_value(),
        scale_out_cooldown: it.scale_out_cooldown(),
        scale_in_cooldown: it.scale_in_cooldown(),
        keeps: it.disable_scale_in().unwrap_or_default(),
    }))
}

async fn scheduled(deps: &Deps, resource: &str) -> Result<Vec<Scheduled>, Refusal> {
    let describe = deps.autoscaling.describe_scheduled_actions();
    let describe = describe.service_namespace(NAMESPACE).resource_id(resource);
    let found = describe.scalable_dimension(DIMENSION).send().await?;
    let actions = found.scheduled_actions().iter().map(|action| Scheduled {
        name: action.scheduled_action_name().to_owned(),
        expression: action.schedule().to_owned(),
        fewest: action
            .scalable_target_action()
            .and_then(ScalableTargetAction::min_capacity),
    });
    Ok(actions.collect())
}

pub async fn make(deps: &Deps, variant: &str, call: &Call) -> Result<(), Refusal> {
    let client = &deps.autoscaling;
    let resource = resource(deps, variant);
    match call {
        Call::Deregister => {
            let deregister = client.deregister_scalable_target().resource_id(resource);
            let deregister = deregister.service_namespace(NAMESPACE);
            match deregister.scalable_dimension(DIMENSION).send().await {
                Ok(_) => Ok(()),
                Err(error) if error.code() == Some("ObjectNotFoundException") => Ok(()),
                Err(error) => Err(error.into()),
            }
        }
        Call::Register(bounds) => {
            let register = client.register_scalable_target().resource_id(resource);
            let register = register.service_namespace(NAMESPACE);
            let register = register.scalable_dimension(DIMENSION);
            let register = register
                .min_capacity(bounds.fewest)
                .max_capacity(bounds.most);
            register.send().await.map(drop).map_err(Refusal::from)
        }
        Call::Track(tracking) => {
            let put = client.put_scaling_policy().resource_id(resource);
            let put = put
                .service_namespace(NAMESPACE)
                .scalable_dimension(DIMENSION);
            let put = put.policy_name(POLICY);
            let put = put.policy_type(PolicyType::TargetTrackingScaling);
            let put = put.target_tracking_scaling_policy_configuration(configuration(tracking));
            put.send().await.map(drop).map_err(Refusal::from)
        }
        Call::Schedule(scheduled) => {
            let put = client.put_scheduled_action().resource_id(resource);
            let put = put
                .service_namespace(NAMESPACE)
                .scalable_dimension(DIMENSION);
            let put = put.scheduled_action_name(&scheduled.name);
            let action = ScalableTargetAction::builder();
            let action = action.set_min_capacity(scheduled.fewest).build();
            let put = put
                .schedule(&scheduled.expression)
                .scalable_target_action(action);
            put.send().await.map(drop).map_err(Refusal::from)
        }
        Call::Unschedule { name } => {
            let delete = client.delete_scheduled_action().resource_id(resource);
            let delete = delete.service_namespace(NAMESPACE);
            let delete = delete.scalable_dimension(DIMENSION);
            let delete = delete.scheduled_action_name(name);
            delete.send().await.map(drop).map_err(Refusal::from)
        }
    }
}

fn configuration(tracking: &Tracking) -> TargetTrackingScalingPolicyConfiguration {
    let metric = PredefinedMetricSpecification::builder()
        .predefined_metric_type(MetricType::SageMakerVariantInvocationsPerInstance)
        .build();
    TargetTrackingScalingPolicyConfiguration::builder()
        .target_value(tracking.requests)
        .predefined_metric_specification(metric.expect("it has its type"))
        .set_scale_out_cooldown(tracking.scale_out_cooldown)
        .set_scale_in_cooldown(tracking.scale_in_cooldown)
        .disable_scale_in(tracking.keeps)
        .build()
        .expect("it has its value")
}
