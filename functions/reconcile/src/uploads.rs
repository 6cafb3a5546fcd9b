//! Uploads that register-dataset has not given a receipt for.

use std::collections::BTreeSet;

use anyhow::Result;
use contracts::event::{Bucket, OBJECT_CREATED, Object, ObjectCreated};
use contracts::keys;
use loop_state::objects::{self, Listed};
use policy::naming;
use time::OffsetDateTime;

use crate::resend::{Due, resend};
use crate::{Deps, Outcome};

/// A file that got no receipt in a day kills its function: sending it again helps nobody.
const GIVEN_UP_AFTER_SECONDS: i64 = 24 * 3600;

pub async fn look(deps: &Deps, outcome: &mut Outcome) -> Result<()> {
    let dataset = &deps.config.dataset_name;
    let receipts = objects::list(&deps.bucket, &keys::receipts_prefix(dataset)).await?;
    let receipts: BTreeSet<String> = receipts.into_iter().collect();
    let now = OffsetDateTime::now_utc().unix_timestamp();
    for object in objects::list_objects(&deps.bucket, keys::INCOMING).await? {
        let Listed {
            key,
            etag,
            size,
            modified,
        } = object;
        let receipt = keys::receipt(dataset, &naming::receipt(&key, &etag));
        if key.ends_with('/') || receipts.contains(&receipt) {
            continue;
        }
        if now - modified > GIVEN_UP_AFTER_SECONDS {
            let reason = format!("{key} has no receipt after a day: split the file or remove it");
            outcome.stuck.push(reason);
            continue;
        }
        let reason = format!("{key} has no receipt");
        let detail = ObjectCreated {
            bucket: Bucket {
                name: deps.bucket.name.clone(),
            },
            object: Object { key, size, etag },
        };
        let due = Due {
            function: "register-dataset",
            detail_type: OBJECT_CREATED,
            detail,
            reason,
        };
        resend(deps, outcome, due).await?;
    }
    Ok(())
}
