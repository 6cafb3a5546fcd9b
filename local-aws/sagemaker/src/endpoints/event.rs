//! "SageMaker Endpoint State Change" and "SageMaker Endpoint Deployment State Change".

use serde_json::{Value, json};

use super::state::{Endpoint, EndpointStatus};
use local_core::Cloud;
use local_core::event::Event;
use local_core::store::Tx;
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::without_nulls;

/// Tells what differs from the endpoint as it was stored before.
pub fn emit(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    endpoint: &Endpoint,
    previous: Option<&Endpoint>,
) {
    let event = |detail_type: &str, detail: Value| Event {
        source: "aws.sagemaker".into(),
        detail_type: detail_type.into(),
        region: region.to_owned(),
        resources: vec![endpoint.arn.clone()],
        detail,
        time: cloud.world.now(),
    };
    let mut detail = state(tx, endpoint);
    if previous.map(|previous| previous.status) != Some(endpoint.status) {
        tx.emit(&event("SageMaker Endpoint State Change", detail.clone()));
    }
    let phase = |endpoint: &Endpoint| endpoint.pending.as_ref().map(|p| (p.phase, p.started));
    if endpoint.status == EndpointStatus::Updating
        && phase(endpoint) != previous.and_then(phase)
        && let Some(pending) = &endpoint.pending
    {
        detail["PendingDeploymentSummary"] = without_nulls(pending.summary(Timestamp::millis));
        tx.emit(&event("SageMaker Endpoint Deployment State Change", detail));
    }
}

fn state(tx: &Tx, endpoint: &Endpoint) -> Value {
    let variants = |is_shadow: bool| {
        if !endpoint.variants.is_empty() {
            return endpoint.described(is_shadow, Timestamp::millis);
        }
        let pending = endpoint.pending.iter();
        let wanted = pending.flat_map(|pending| &pending.variants);
        let wanted = wanted.filter(|variant| variant.is_shadow == is_shadow);
        wanted.map(|variant| variant.described(variant)).collect()
    };
    let mut state = json!({
        "EndpointName": endpoint.name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": endpoint.config_name,
        "ProductionVariants": without_nulls(variants(false).into()),
        "EndpointStatus": upper_snake(endpoint.status.name()),
        // AWS sends it as null where there is none.
        "FailureReason": endpoint.failure_reason,
        "CreationTime": endpoint.created.millis(),
        "LastModifiedTime": endpoint.modified.millis(),
        "Tags": tags::of(tx, &endpoint.arn),
    });
    let shadows = variants(true);
    if !shadows.is_empty() {
        state["ShadowProductionVariants"] = without_nulls(shadows.into());
    }
    state
}

/// `InService` is `IN_SERVICE` in events.
fn upper_snake(name: &str) -> String {
    let mut snake = String::new();
    for (index, c) in name.chars().enumerate() {
        if index > 0 && c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_uppercase());
    }
    snake
}
