//! Uploads that register-dataset has not given a receipt for.

use anyhow::Result;
use contracts::event::{Bucket, OBJECT_CREATED, Object, ObjectCreated};
use contracts::keys;
use loop_state::objects::{self, Listed};
use policy::naming;

use crate::resend::resend;
use crate::{Deps, Outcome};

pub async fn look(deps: &Deps, outcome: &mut Outcome) -> Result<()> {
    for Listed { key, etag, size } in objects::list_objects(&deps.bucket, keys::INCOMING).await? {
        let receipt = keys::receipt(&deps.config.dataset_name, &naming::receipt(&key, &etag));
        if key.ends_with('/') || objects::exists(&deps.bucket, &receipt).await? {
            continue;
        }
        let reason = format!("{key} has no receipt");
        let detail = ObjectCreated {
            bucket: Bucket {
                name: deps.bucket.name.clone(),
            },
            object: Object { key, size, etag },
        };
        let register = ("register-dataset", OBJECT_CREATED);
        resend(deps, outcome, register, detail, reason).await?;
    }
    Ok(())
}
