//! The comparison of a challenger with the champion, as it closes in.

mod drawing;

use std::io::IsTerminal;

use anyhow::Context;
use contracts::keys;
use rollout::Rollout;

use crate::account::Account;
use crate::arguments;
use crate::evidence;
use crate::output::{self, Output};
use crate::wait;

/// In a terminal until the comparison ends or Ctrl-C comes; elsewhere once.
pub async fn watch(
    account: &Account,
    arguments: &arguments::Watch,
    output: &Output,
) -> anyhow::Result<()> {
    let version = arguments.model_version;
    let rollout = look(account, version).await?;
    if output.json || !std::io::stdout().is_terminal() {
        return output.result(&rollout, || drawing::text(&rollout));
    }
    tokio::select! {
        ended = follow(account, version, rollout) => ended,
        interrupted = tokio::signal::ctrl_c() => interrupted.context("wait for Ctrl-C"),
    }
}

async fn follow(
    account: &Account,
    version: Option<i32>,
    mut rollout: Rollout,
) -> anyhow::Result<()> {
    wait::again(async || {
        rollout = look_again(account, version, &rollout).await?;
        let end = if rollout.is_active() {
            "\nCtrl-C ends this\n"
        } else {
            ""
        };
        output::redraw(&(drawing::text(&rollout) + end))?;
        Ok((!rollout.is_active()).then_some(()))
    })
    .await
}

/// The same comparison: where the next one has begun meanwhile, as it ended.
async fn look_again(
    account: &Account,
    version: Option<i32>,
    before: &Rollout,
) -> anyhow::Result<Rollout> {
    let now = look(account, version).await?;
    if now.id == before.id && now.started_at == before.started_at {
        return Ok(now);
    }
    for key in [
        keys::broken_off_rollout(&before.id, before.started_at),
        keys::ended_rollout(&before.id),
    ] {
        if let Some(ended) = account.object(&key).await? {
            return Ok(ended);
        }
    }
    Ok(now)
}

async fn look(account: &Account, version: Option<i32>) -> anyhow::Result<Rollout> {
    let found = match version {
        Some(version) => {
            let model = evidence::model(account, version).await?;
            evidence::rollout(account, &model).await?
        }
        None => account.object(keys::ROLLOUT).await?,
    };
    found.with_context(|| match version {
        Some(version) => {
            let watch = account.command("reviewloop watch");
            format!(
                "model version {version} was not compared with a champion; {watch} alone shows the comparison that runs"
            )
        }
        None => "no model version was compared with a champion yet; with Rollout=shadow that begins when the gate lets a second version pass".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{self, cloud::Cloud};
    use contracts::moment::Moment;
    use rollout::End;

    #[tokio::test]
    async fn a_comparison_is_shown_as_it_ended_where_the_next_one_has_begun() {
        let cloud = Cloud::new().await;
        let account = &cloud.account;
        let put = async |key: &str, rollout: &Rollout| {
            let body = serde_json::to_vec(rollout).expect("JSON");
            account.put(key, body).await.expect("written");
        };
        let before = fixture::rollout(&[(5, 92, 3)]);
        put(keys::ROLLOUT, &before).await;
        let same = look_again(account, None, &before).await.expect("found");
        assert_eq!(same, before);
        let next = Rollout {
            id: "00000004-over-00000003".to_owned(),
            started_at: Moment(before.started_at.0 + 1),
            ..before.clone()
        };
        put(keys::ROLLOUT, &next).await;
        let ended = |end| before.clone().ended(end, "why".to_owned(), next.started_at);
        for (key, end) in [
            (keys::ended_rollout(&before.id), End::Promoted),
            (
                keys::broken_off_rollout(&before.id, before.started_at),
                End::ChampionChanged,
            ),
        ] {
            put(&key, &ended(end)).await;
            let shown = look_again(account, None, &before).await.expect("found");
            assert_eq!(shown, ended(end));
        }
    }
}
