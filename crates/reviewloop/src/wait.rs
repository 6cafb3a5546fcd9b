//! Looking again until something is so, within a limit.

use std::time::{Duration, Instant};

use anyhow::Context;

use crate::account::Account;

/// Between two looks in an account, which tells a command line of nothing.
const PAUSE: Duration = Duration::from_millis(150);

/// Between two looks at the emulator of this process, which tells of every change: a pause that lets several
/// changes come together, and one after which it is looked at all the same, for what a person is shown meanwhile.
const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_millis(500);

/// Looking takes this share of the time at most: the emulator needs the processor too.
const SHARE: u32 = 5;

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
    woken(account, limit, LONGEST, look).await
}

/// A pause lasts so long at the longest where nothing changes.
async fn woken<T>(
    account: &Account,
    limit: Duration,
    longest: Duration,
    mut look: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<Option<T>> {
    let started = Instant::now();
    let mut changes = account.emulator.as_ref().map(|cloud| cloud.store.changes());
    loop {
        let looked = Instant::now();
        let found = look().await?;
        if found.is_some() || started.elapsed() >= limit {
            return Ok(found);
        }
        let Some(changes) = &mut changes else {
            // An account tells of no change, so it is looked at again.
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let pause = SHORTEST.max(looked.elapsed() * (SHARE - 1));
        // Changes come in bursts; a look at each would take the processor from the emulator.
        tokio::time::sleep(pause.min(LONGEST)).await;
        // Whether a change came or the time is over: the next look tells.
        let _ = tokio::time::timeout(longest, changes.changed()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::cloud::Cloud;

    #[tokio::test]
    async fn a_change_in_the_emulator_of_this_process_ends_the_pause() {
        let mut cloud = Cloud::new().await;
        cloud.account.emulator = Some(cloud.aws.cloud.clone());
        let account = &cloud.account;
        let mut looks = 0;
        // One pause that no change ends takes longer than all of them.
        let longest = Duration::from_secs(120);
        let found = woken(account, 2 * longest, longest, async || {
            looks += 1;
            if looks < 20 {
                account.put("state/a.json", b"1".to_vec()).await?;
                return Ok(None);
            }
            Ok(Some(()))
        });
        let started = Instant::now();
        assert!(found.await.expect("it was looked for").is_some());
        assert!(started.elapsed() < longest, "{:?}", started.elapsed());
    }
}
