//! Deletions that take time: one look after the other, until nothing is left.

use std::time::Duration;

use anyhow::{Result, bail};
use loop_state::refusal::Refusal;
use tracing::{info, warn};

use crate::{Deps, refusal};

/// How long a deletion looks on: most of the function's time, of which the last minute is for the answer.
pub const PATIENCE: Duration = Duration::from_mins(14);

const BETWEEN_LOOKS: Duration = Duration::from_secs(2);

/// What one look found and began to delete, by names that a person knows; empty where nothing is left.
pub type Left = Vec<String>;

/// Looks until nothing is left, and says whether there was anything. No event would wake this function when
/// the last of it is gone.
pub async fn until_nothing_is_left(
    deps: &Deps,
    look: impl AsyncFn() -> Result<Left, Refusal>,
) -> Result<bool> {
    until_nothing_comes(deps, Duration::ZERO, look).await
}

/// The same where more may be made for this time after the first look: no earlier look can be the last one.
pub async fn until_nothing_comes(
    deps: &Deps,
    making: Duration,
    look: impl AsyncFn() -> Result<Left, Refusal>,
) -> Result<bool> {
    let began = deps.clock.now();
    let mut found = false;
    loop {
        let age = deps.clock.now() - began;
        let why = match look().await {
            Ok(left) if left.is_empty() && age >= making => return Ok(found),
            Ok(left) if left.is_empty() => {
                deps.clock.sleep(making).await;
                continue;
            }
            Ok(left) => {
                let left = summary(&left);
                info!(left, "waiting for the end of what is being deleted");
                format!("{left} was still there")
            }
            Err(refusal) if refusal::passes(&refusal) => {
                warn!(reason = refusal.reason, "a look failed and is repeated");
                refusal.reason
            }
            Err(refusal) => bail!(refusal.reason),
        };
        found = true;
        if age >= PATIENCE {
            let minutes = PATIENCE.as_secs() / 60;
            bail!("{why} after {minutes} minutes; deploy or delete the stack again");
        }
        deps.clock.sleep(BETWEEN_LOOKS).await;
    }
}

fn summary(left: &[String]) -> String {
    const NAMED: usize = 3;
    let named = left
        .iter()
        .take(NAMED)
        .map(String::as_str)
        .collect::<Vec<_>>();
    match left.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
