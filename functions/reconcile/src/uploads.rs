//! Uploads that register-dataset has not given a receipt for.

use anyhow::{Context, Result};
use contracts::event::{Bucket, OBJECT_CREATED, Object, ObjectCreated};
use contracts::keys;
use loop_state::objects;
use policy::naming;

use crate::resend::resend;
use crate::{Deps, Outcome};

pub async fn look(deps: &Deps, outcome: &mut Outcome) -> Result<()> {
    let name = &deps.bucket.name;
    let list = deps
        .bucket
        .s3
        .list_objects_v2()
        .bucket(name)
        .prefix(keys::INCOMING);
    let mut pages = list.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.with_context(|| format!("list s3://{name}/{}", keys::INCOMING))?;
        for object in page.contents.unwrap_or_default() {
            let (key, etag) = (
                object.key.unwrap_or_default(),
                object.e_tag.unwrap_or_default(),
            );
            let receipt = naming::receipt(&key, &etag);
            let receipt = keys::receipt(&deps.config.dataset_name, &receipt);
            if key.ends_with('/') || objects::exists(&deps.bucket, &receipt).await? {
                continue;
            }
            let reason = format!("{key} has no receipt");
            let size = u64::try_from(object.size.unwrap_or_default()).unwrap_or_default();
            let detail = ObjectCreated {
                bucket: Bucket { name: name.clone() },
                object: Object { key, size, etag },
            };
            resend(
                deps,
                outcome,
                ("register-dataset", OBJECT_CREATED),
                detail,
                reason,
            )
            .await?;
        }
    }
    Ok(())
}
