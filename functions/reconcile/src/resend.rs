//! Sends an event to its function as EventBridge would have. PutEvents refuses `aws.*` sources,
//! so it goes by asynchronous Invoke, with the same envelope.

use anyhow::{Context, Result};
use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use contracts::event::{self, Bucket, OBJECT_CREATED, Object, ObjectCreated};
use contracts::names;
use futures::{StreamExt, TryStreamExt, stream};
use loop_state::objects::AT_ONCE;
use serde::Serialize;
use tracing::info;

use crate::Deps;
use crate::outcome::{Found, Resent};

/// What is due.
pub struct Due<D> {
    pub function: &'static str,
    pub detail_type: &'static str,
    pub detail: D,
    pub reason: String,
}

/// An object's event for one of the functions that it wakes.
pub fn created(
    deps: &Deps,
    function: &'static str,
    object: Object,
    reason: String,
) -> Due<ObjectCreated> {
    let bucket = Bucket {
        name: deps.bucket.name.clone(),
    };
    Due {
        function,
        detail_type: OBJECT_CREATED,
        detail: ObjectCreated { bucket, object },
        reason,
    }
}

pub async fn resend<D: Serialize>(deps: &Deps, found: &mut Found, due: Due<D>) -> Result<()> {
    resend_all(deps, found, [due]).await
}

/// Several at a time; the outcome names them in the given order.
pub async fn resend_all<D: Serialize>(
    deps: &Deps,
    found: &mut Found,
    due: impl IntoIterator<Item = Due<D>>,
) -> Result<()> {
    let sent = stream::iter(due).map(async |due| send(deps, due).await);
    let sent: Vec<Resent> = sent.buffered(AT_ONCE).try_collect().await?;
    found.resent.extend(sent);
    Ok(())
}

async fn send<D: Serialize>(deps: &Deps, due: Due<D>) -> Result<Resent> {
    let Due {
        function,
        detail_type,
        detail,
        reason,
    } = due;
    let name = names::function(&deps.config.stack, function);
    let mut event: EventBridgeEvent = EventBridgeEvent::default();
    event.source = event::source(detail_type).to_owned();
    event.detail_type = detail_type.to_owned();
    event.detail = serde_json::to_value(detail)?;
    deps.lambda
        .invoke()
        .function_name(&name)
        .invocation_type(InvocationType::Event)
        .payload(Blob::new(serde_json::to_vec(&event)?))
        .send()
        .await
        .with_context(|| format!("invoke {name}"))?;
    info!(function = name, reason, "sent once more");
    Ok(Resent {
        function: function.to_owned(),
        reason,
    })
}
