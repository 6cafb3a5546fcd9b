//! Uploads without a receipt of register-dataset, files without labels that request-labels has not received, and the
//! questions of such files that are not asked yet.

use std::collections::BTreeSet;

use anyhow::Result;
use contracts::dataset::Origin;
use contracts::event::Object;
use contracts::keys;
use loop_state::human_loops;
use loop_state::objects::{self, Listed};
use loop_state::receipts::Receipts;
use policy::naming;
use policy::notice::Matter;

use crate::Deps;
use crate::outcome::Found;
use crate::resend::{created, resend, resend_all};

/// Lambda ends a function after 15 minutes: until then it may still read the upload.
pub const SENT_AGAIN_AFTER_SECONDS: i64 = 15 * 60;

/// A file without a receipt after a day probably ends its function each time; it is not sent again.
const GIVEN_UP_AFTER_SECONDS: i64 = 24 * 3600;

const REQUEST_LABELS: &str = "request-labels";

pub async fn look(deps: &Deps, found: &mut Found) -> Result<()> {
    let receipts = Receipts::list(&deps.bucket, &deps.config.dataset_name).await?;
    let uploads = objects::list_objects(&deps.bucket, keys::INCOMING).await?;
    let requests = if uploads.iter().any(is_unlabelled) {
        objects::list(&deps.bucket, keys::LABEL_REQUESTS).await?
    } else {
        Vec::new()
    };
    let requests: BTreeSet<String> = requests.into_iter().collect();
    let mut due = Vec::new();
    let now = deps.clock.now().unix_timestamp();
    for object in uploads {
        let age = now - object.modified;
        let is_received = if is_unlabelled(&object) {
            requests.contains(&request(&object))
        } else {
            receipts.has(&object)
        };
        let is_upload = !object.key.ends_with('/') && !keys::is_schema(&object.key);
        if !is_upload || age < SENT_AGAIN_AFTER_SECONDS || is_received {
            continue;
        }
        let function = if is_unlabelled(&object) {
            REQUEST_LABELS
        } else {
            "register-dataset"
        };
        let Listed {
            key, etag, size, ..
        } = object;
        if age > GIVEN_UP_AFTER_SECONDS {
            found.matters.push(Matter::Upload { key });
            continue;
        }
        let reason = format!("{key} has no receipt");
        let object = Object { key, size, etag };
        due.push(created(deps, function, object, reason));
    }
    resend_all(deps, found, due).await?;
    unasked(deps, found).await
}

/// The function asks all that is left; the prefix stands for no file.
async fn unasked(deps: &Deps, found: &mut Found) -> Result<()> {
    let left = objects::list(&deps.bucket, keys::UNASKED).await?.len();
    if left == 0 || deps.reviewers.is_none() {
        return Ok(());
    }
    let today = human_loops::today(&deps.bucket, deps.clock.now()).await?;
    if deps.config.caps.left(&today, Origin::Upload) == 0 {
        return Ok(());
    }
    let object = Object {
        key: keys::INCOMING_UNLABELLED.to_owned(),
        size: 0,
        etag: String::new(),
    };
    let reason = format!("questions of {left} files are not asked yet");
    resend(deps, found, created(deps, REQUEST_LABELS, object, reason)).await
}

fn is_unlabelled(object: &Listed) -> bool {
    object.key.starts_with(keys::INCOMING_UNLABELLED)
}

fn request(object: &Listed) -> String {
    keys::label_request(&naming::receipt(&object.key, &object.etag, object.modified))
}
