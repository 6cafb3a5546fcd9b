//! What was asked of the endpoint: one record a config.

use anyhow::Result;
use contracts::deployment::Deployment;
use contracts::keys;
use policy::deployment::{Endpoint, Status};

use crate::objects::{self, Bucket, Found};

pub async fn read(bucket: &Bucket, config: &str) -> Result<Option<Found<Deployment>>> {
    objects::read(bucket, &keys::deployment(config)).await
}

/// Notes what is live, whether it is still wanted or not: a deployment that was overtaken by the
/// next has come true all the same, and must not look like a rollback later.
pub async fn confirm(bucket: &Bucket, live: Option<Endpoint<'_>>) -> Result<()> {
    let Some(live) = live.filter(|live| live.status == Status::InService) else {
        return Ok(());
    };
    let Some(record) = read(bucket, live.config).await? else {
        return Ok(());
    };
    if record.value.confirmed {
        return Ok(());
    }
    let confirmed = Deployment {
        accepted: true,
        confirmed: true,
        ..record.value
    };
    let key = keys::deployment(live.config);
    objects::replace(bucket, &key, &confirmed, &record.etag)
        .await
        .map(drop)
}

/// Whether the record's version was live with the settings that the endpoint had before.
pub async fn proven(bucket: &Bucket, record: Option<&Deployment>) -> Result<bool> {
    let Some((record, from)) = record.and_then(|record| Some((record, record.from.as_ref()?)))
    else {
        return Ok(false);
    };
    let before = read(bucket, from).await?;
    Ok(before.is_some_and(|before| {
        before.value.confirmed && before.value.model_package_arn == record.model_package_arn
    }))
}
