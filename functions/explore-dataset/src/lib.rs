//! Writes a dataset version's rows for SQL, and the page that shows them.
//!
//! A version's manifest names parts, in which a text may come twice. Its rows are consolidated as training does it,
//! and written as one Parquet file: a partition of the catalogue's table of versions. The table of the newest version
//! reads one small object that names that file, replaced by compare-and-set, so a query never sees half a version.

mod config;
mod deps;
mod newest;
mod outcome;
mod page;
mod rows;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::dataset::DatasetManifest;
use contracts::event::ObjectCreated;
use contracts::keys;
use exploration::Explorer;
use loop_state::objects;
use tracing::{info, warn};

pub use config::Config;
pub use deps::Deps;
pub use outcome::Outcome;

pub async fn handle(deps: &Deps, event: EventBridgeEvent<ObjectCreated>) -> Result<Outcome> {
    let ObjectCreated { bucket, object } = event.detail;
    let dataset = &deps.config.dataset_name;
    let version = keys::version_number(dataset, &object.key);
    let Some(version) = version.filter(|_| bucket.name == deps.bucket.name) else {
        return Ok(Outcome::NotOurs);
    };
    if objects::exists(&deps.bucket, &keys::exploration(dataset, version)).await? {
        return Ok(Outcome::Known { version });
    }
    let Some(manifest) = objects::read::<DatasetManifest>(&deps.bucket, &object.key).await? else {
        return Ok(Outcome::Gone);
    };
    let manifest = manifest.value;
    if let Some(reason) = rows::too_large(deps, &manifest).await? {
        warn!(
            dataset.version = version,
            reason, "left the version unexplored"
        );
        return Ok(Outcome::TooLarge { version, reason });
    }
    let mut explorer = Explorer::new(&manifest);
    page::quarantine(deps, &manifest, &mut explorer).await?;
    let exploration = rows::write(deps, &manifest, explorer).await?.finish();
    if !manifest.is_held() {
        newest::point_at(deps, version).await?;
    }
    page::write(deps, &exploration).await?;
    objects::create(
        &deps.bucket,
        &keys::exploration(dataset, version),
        &exploration,
    )
    .await?;
    let rows = exploration.rows();
    info!(
        dataset.version = version,
        rows, "explored the dataset version"
    );
    Ok(Outcome::Explored { version, rows })
}
