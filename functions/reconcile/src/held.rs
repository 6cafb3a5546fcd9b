//! Versions that wait for a person, until the upload is released, replaced or discarded.

use anyhow::Result;
use contracts::dataset::Held;
use contracts::keys;
use loop_state::objects;
use policy::notice::Matter;

use crate::Deps;
use crate::outcome::Found;

pub async fn look(deps: &Deps, found: &mut Found) -> Result<()> {
    let prefix = keys::held_prefix(&deps.config.dataset_name);
    for key in objects::list(&deps.bucket, &prefix).await? {
        let Some(held) = objects::read::<Held>(&deps.bucket, &key).await? else {
            continue;
        };
        let Held {
            version,
            source_key: upload,
            source_etag,
            violations,
        } = held.value;
        // A corrected file has the upload's key and another tag.
        if objects::is_unchanged(&deps.bucket, &upload, &source_etag).await? {
            let key = upload;
            found.matters.push(Matter::Held {
                version,
                key,
                violations,
            });
        } else {
            objects::delete(&deps.bucket, &key).await?;
        }
    }
    Ok(())
}
