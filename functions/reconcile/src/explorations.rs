//! Dataset versions that explore-dataset has not explored.

use std::collections::BTreeSet;

use anyhow::Result;
use contracts::event::Object;
use contracts::keys;
use loop_state::objects::{self, Listed};

use crate::Deps;
use crate::outcome::Found;
use crate::resend::{created, resend_all};
use crate::uploads::SENT_AGAIN_AFTER_SECONDS;

/// A version that these looks did not bring about ends its function each time.
const GIVEN_UP_AFTER_SECONDS: i64 = 2 * 3600;

/// Nothing else waits for a version's rows, so no person is told of one that is given up.
pub async fn look(deps: &Deps, found: &mut Found) -> Result<()> {
    let dataset = &deps.config.dataset_name;
    let versions = objects::list_objects(&deps.bucket, &keys::versions_prefix(dataset)).await?;
    let explored = objects::list(&deps.bucket, &keys::explorations_prefix(dataset)).await?;
    let explored: BTreeSet<String> = explored.into_iter().collect();
    let now = deps.clock.now().unix_timestamp();
    let is_due = |object: &Listed| {
        let age = now - object.modified;
        let version = keys::version_number(dataset, &object.key);
        let written = version.is_some_and(|it| explored.contains(&keys::exploration(dataset, it)));
        (SENT_AGAIN_AFTER_SECONDS..=GIVEN_UP_AFTER_SECONDS).contains(&age) && !written
    };
    let due = versions.into_iter().filter(is_due).map(|object| {
        let Listed {
            key, etag, size, ..
        } = object;
        let reason = format!("{key} is not explored");
        let object = Object { key, size, etag };
        created(deps, "explore-dataset", object, reason)
    });
    let due: Vec<_> = due.collect();
    resend_all(deps, found, due).await
}
