//! Looking again until something is so, within a limit or for as long as it takes.

mod errors;
mod pace;

use std::time::{Duration, Instant};

use anyhow::Context;
use local_aws::Cloud;

use crate::account::Account;
use errors::Errors;
use pace::Pace;

/// Asks `look` until it finds something; `what` is a noun phrase.
pub async fn until<T>(
    account: &Account,
    what: &'static str,
    limit: Duration,
    look: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let found = within(account, limit, look).await?;
    found.with_context(|| format!("{what} did not come within {} s", limit.as_secs()))
}

/// The same, `None` where nothing is found within the limit. It looks once at least.
pub async fn within<T>(
    account: &Account,
    limit: Duration,
    look: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<Option<T>> {
    let emulator = account.emulator.as_deref();
    looking(emulator, Pace::of(account), limit, look).await
}

/// The same without a limit, of the stack that the environment names.
pub async fn again<T>(look: impl AsyncFnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    match looking(None, Pace::of_environment(), Duration::MAX, look).await? {
        Some(found) => Ok(found),
        None => unreachable!("there is no limit"),
    }
}

/// `emulator`: that of this process, which tells of every change.
async fn looking<T>(
    emulator: Option<&Cloud>,
    pace: Pace,
    limit: Duration,
    mut look: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<Option<T>> {
    let started = Instant::now();
    let mut changes = emulator.map(|cloud| cloud.store.changes());
    let mut errors = Errors::within(pace.patience);
    loop {
        let looked = Instant::now();
        let seen = look().await;
        let is_over = started.elapsed() >= limit;
        match seen {
            Ok(Some(found)) => return Ok(Some(found)),
            Ok(None) if is_over => return Ok(None),
            Ok(None) => errors.are_over(),
            // It is why nothing was found.
            Err(error) if is_over => return Err(error),
            Err(error) => errors.endure(error)?,
        }
        // Changes come in bursts; a look at each would take the processor from the emulator.
        tokio::time::sleep(pace.pause(started.elapsed(), looked.elapsed())).await;
        if let Some(changes) = &mut changes {
            // Whether a change came or the time is over: the next look tells.
            let _ = tokio::time::timeout(pace.longest, changes.changed()).await;
        }
    }
}

#[cfg(test)]
mod tests;
