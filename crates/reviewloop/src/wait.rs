//! Looking again until something is so, within a limit.

use std::time::{Duration, Instant};

use anyhow::Context;

/// Between two looks: an account has no way to wake the command line. Fast enough for a person,
/// slow enough for one laptop.
const PAUSE: Duration = Duration::from_millis(150);

/// Asks `look` until it finds something; `what` is a noun phrase.
pub async fn until<T>(
    what: &'static str,
    limit: Duration,
    look: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let found = within(limit, look).await?;
    found.with_context(|| format!("{what} did not come within {} s", limit.as_secs()))
}

/// The same, `None` where nothing is found within the limit. It looks once at least.
pub async fn within<T>(
    limit: Duration,
    mut look: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<Option<T>> {
    let started = Instant::now();
    loop {
        let found = look().await?;
        if found.is_some() || started.elapsed() >= limit {
            return Ok(found);
        }
        // An account tells a command line of no event, so it looks again.
        tokio::time::sleep(PAUSE).await;
    }
}
