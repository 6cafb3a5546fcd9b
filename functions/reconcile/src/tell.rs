//! Tells each matter once, and once more a day while it lasts.

use std::collections::BTreeSet;

use anyhow::Result;
use contracts::keys;
use contracts::notice::Told;
use loop_state::objects::{self, Found};
use policy::notice::{self, Matter, REVIEWS};
use tracing::{error, warn};

use crate::Deps;

/// The message about what was not told yet. The note that a matter is told is a conditional write: of two
/// invocations one tells it. It is written before the message is sent: a crash in between costs a day (and a notice that
/// is told once), where the other order would repeat the message. What was noted before an error is told.
pub async fn tell(deps: &Deps, matters: &[Matter]) -> Result<Option<String>> {
    let mut notices = Vec::new();
    match note_all(deps, matters, &mut notices).await {
        Err(error) if notices.is_empty() => return Err(error),
        Err(error) => error!(
            error = format!("{error:#}"),
            "some matters are told at the next look"
        ),
        Ok(()) => {}
    }
    Ok(notice::message(&notices, &deps.config.stack))
}

async fn note_all(deps: &Deps, matters: &[Matter], notices: &mut Vec<String>) -> Result<()> {
    let noted: BTreeSet<String> = objects::list(&deps.bucket, keys::TOLD)
        .await?
        .into_iter()
        .collect();
    let decisions_url = decisions_url(deps, matters).await;
    let mut lasting = BTreeSet::new();
    for matter in matters.iter().filter(|matter| matter.is_told()) {
        let key = keys::told(&matter.subject());
        let notice = matter.notice(&deps.config.stack, decisions_url.as_deref());
        let is_told = if noted.contains(&key) {
            note_again(deps, &key, &notice, matter).await?
        } else {
            let now = deps.clock.now();
            let told = Told {
                notice: notice.clone(),
                first_told_at: now,
                told_at: now,
            };
            objects::create(&deps.bucket, &key, &told).await?
        };
        if is_told {
            notices.push(notice);
        }
        lasting.insert(key);
    }
    for over in noted.difference(&lasting) {
        // Which review is the oldest changes with every answer: a matter that comes and goes is told once a day all the
        // same.
        let may_come_back = *over == keys::told(REVIEWS);
        if !may_come_back || is_old(deps, over).await? {
            objects::delete(&deps.bucket, over).await?;
        }
    }
    Ok(())
}

/// Of the pages that a notice links to. Without it the notice has its commands.
async fn decisions_url(deps: &Deps, matters: &[Matter]) -> Option<String> {
    let function = deps.config.decide_function.as_ref()?;
    if !matters.iter().any(Matter::is_decided_on_a_page) {
        return None;
    }
    let get = deps
        .lambda
        .get_function_url_config()
        .function_name(function);
    match get.send().await {
        Ok(found) => Some(found.function_url),
        Err(error) => {
            let error = lambda_main::sentence(&error.into());
            warn!(error, "the notice has no link to {function}");
            None
        }
    }
}

async fn is_old(deps: &Deps, key: &str) -> Result<bool> {
    let told = objects::read::<Told>(&deps.bucket, key).await?;
    let now = deps.clock.now();
    Ok(told.is_none_or(|told| now - told.value.told_at >= notice::AGAIN))
}

/// Whether the matter is due once more and this invocation has noted it.
async fn note_again(deps: &Deps, key: &str, notice: &str, matter: &Matter) -> Result<bool> {
    let Some(Found { value, etag }) = objects::read::<Told>(&deps.bucket, key).await? else {
        // Another invocation found it over and removed it; the next look tells it.
        return Ok(false);
    };
    let now = deps.clock.now();
    let is_due = now - value.told_at >= notice::AGAIN;
    if !is_due || !matter.is_told_again() {
        return Ok(false);
    }
    let again = Told {
        notice: notice.to_owned(),
        told_at: now,
        ..value
    };
    objects::replace(&deps.bucket, key, &again, &etag).await
}
