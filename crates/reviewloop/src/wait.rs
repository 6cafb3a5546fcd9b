//! Looking again until something is so, within a limit.

use std::time::{Duration, Instant};

use anyhow::bail;

/// Between two looks: an account has no way to wake the command line. Fast enough for a person,
/// slow enough for one laptop.
const PAUSE: Duration = Duration::from_millis(150);

/// Asks `look` until it finds something; `what` is a noun phrase.
pub async fn until<T>(
    what: &'static str,
    limit: Duration,
    mut look: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if started.elapsed() > limit {
            bail!("{what} did not come within {} s", limit.as_secs());
        }
        // An account tells a command line of no event, so it looks again.
        tokio::time::sleep(PAUSE).await;
    }
}
