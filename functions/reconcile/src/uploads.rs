//! Uploads without a receipt of register-dataset.

use anyhow::Result;
use contracts::event::{Bucket, OBJECT_CREATED, Object, ObjectCreated};
use contracts::keys;
use loop_state::objects::{self, Listed};
use loop_state::receipts::Receipts;
use policy::notice::Matter;

use crate::Deps;
use crate::outcome::Found;
use crate::resend::{Due, resend_all};

/// Lambda ends a function after 15 minutes: until then register-dataset may still read the upload.
const SENT_AGAIN_AFTER_SECONDS: i64 = 15 * 60;

/// A file without a receipt after a day probably ends register-dataset each time; it is not sent again.
const GIVEN_UP_AFTER_SECONDS: i64 = 24 * 3600;

pub async fn look(deps: &Deps, found: &mut Found) -> Result<()> {
    let receipts = Receipts::list(&deps.bucket, &deps.config.dataset_name).await?;
    let mut due = Vec::new();
    let now = deps.clock.now().unix_timestamp();
    for object in objects::list_objects(&deps.bucket, keys::INCOMING).await? {
        let age = now - object.modified;
        if object.key.ends_with('/') || age < SENT_AGAIN_AFTER_SECONDS || receipts.has(&object) {
            continue;
        }
        let Listed {
            key, etag, size, ..
        } = object;
        if age > GIVEN_UP_AFTER_SECONDS {
            found.matters.push(Matter::Upload { key });
            continue;
        }
        let reason = format!("{key} has no receipt");
        let detail = ObjectCreated {
            bucket: Bucket {
                name: deps.bucket.name.clone(),
            },
            object: Object { key, size, etag },
        };
        due.push(Due {
            function: "register-dataset",
            detail_type: OBJECT_CREATED,
            detail,
            reason,
        });
    }
    resend_all(deps, found, due).await
}
