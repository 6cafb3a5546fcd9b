//! Sends an event to its function as EventBridge would have. PutEvents refuses `aws.*` sources,
//! so it goes by asynchronous Invoke, with the same envelope.

use anyhow::{Context, Result};
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use contracts::event::Event;
use serde::Serialize;
use tracing::info;

use crate::{Deps, Outcome};

/// Sent once more, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resent {
    pub function: String,
    pub reason: String,
}

pub async fn resend<D: Serialize>(
    deps: &Deps,
    outcome: &mut Outcome,
    (function, detail_type): (&str, &str),
    detail: D,
    reason: String,
) -> Result<()> {
    let name = format!("{}{function}", deps.config.function_prefix);
    let event = Event {
        detail_type: detail_type.to_owned(),
        detail,
    };
    deps.lambda
        .invoke()
        .function_name(&name)
        .invocation_type(InvocationType::Event)
        .payload(Blob::new(serde_json::to_vec(&event)?))
        .send()
        .await
        .with_context(|| format!("invoke {name}"))?;
    info!(function = name, reason, "sent once more");
    outcome.resent.push(Resent {
        function: function.to_owned(),
        reason,
    });
    Ok(())
}
