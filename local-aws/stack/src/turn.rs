//! One operation at a time: what a start, a caller and the controller ask of the stack waits for its turn.

use std::sync::Arc;

use sam::{Parameters, Template};
use tokio::sync::Mutex;

use super::call::Context;
use super::stack::Stack;
use super::{deletion, env_file, life, without_effect};
use local_core::Cloud;

#[derive(Default)]
struct Turn(Mutex<()>);

pub(super) async fn deploy(
    cloud: &Arc<Cloud>,
    template: &Template,
    parameters: &Parameters,
) -> anyhow::Result<()> {
    let turn = cloud.memory::<Turn>();
    let _turn = turn.0.lock().await;
    let context = Context::new(cloud);
    let start = cloud.world.now();
    let deployed = life::deploy(&context, template, parameters).await;
    env_file::write_all(cloud)?;
    deployed?;
    without_effect::log(&context);
    tracing::info!(
        seconds = (cloud.world.now() - start).as_seconds_f64(),
        "the template is deployed"
    );
    Ok(())
}

pub(super) async fn delete(cloud: &Arc<Cloud>) -> anyhow::Result<()> {
    let turn = cloud.memory::<Turn>();
    let _turn = turn.0.lock().await;
    deletion::delete(&Context::new(cloud)).await
}

/// Goes on with a deletion that was asked for, unless it has ended meanwhile.
pub(super) async fn delete_as_asked(cloud: &Arc<Cloud>) {
    let turn = cloud.memory::<Turn>();
    let _turn = turn.0.lock().await;
    if Stack::find(cloud).is_some_and(|stack| stack.is_being_deleted())
        && let Err(error) = deletion::delete(&Context::new(cloud)).await
    {
        tracing::warn!(reason = format!("{error:#}"), "the stack is not deleted");
    }
}
