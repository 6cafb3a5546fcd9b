//! The texts of the dataset's newest version. They are read line by line: a hash is kept of each, and no text.

use std::collections::HashSet;

use anyhow::{Context, Error, Result, ensure};
use contracts::dataset::Row;
use contracts::keys;
use loop_state::versions;
use policy::text::RowHash;
use uploads::Lines;

use crate::Deps;

pub async fn texts(deps: &Deps) -> Result<HashSet<RowHash>> {
    let mut texts = HashSet::new();
    let newest = versions::newest(&deps.bucket, &deps.config.dataset_name).await?;
    let Some(newest) = newest else {
        return Ok(texts);
    };
    for part in &newest.parts {
        if part.labels.is_empty() {
            read(deps, &keys::part(&newest.dataset, &part.id), &mut texts).await?;
        } else {
            texts.extend(part.labels.iter().filter_map(|it| RowHash::parse(it)));
        }
    }
    Ok(texts)
}

async fn read(deps: &Deps, key: &str, texts: &mut HashSet<RowHash>) -> Result<()> {
    let bucket = &deps.bucket;
    let place = || format!("read s3://{}/{key}", bucket.name);
    let get = bucket.s3.get_object().bucket(&bucket.name).key(key);
    let mut body = get.send().await.with_context(place)?.body;
    let mut lines = Lines::default();
    while let Some(chunk) = body.try_next().await.with_context(place)? {
        let read = lines.read(&chunk, |line| {
            texts.insert(text(line)?);
            Ok(())
        });
        read.with_context(place)?;
    }
    // register-dataset ends each line.
    ensure!(!lines.is_cut(), "{}: its last line is cut", place());
    Ok(())
}

fn text(line: &[u8]) -> Result<RowHash> {
    // serde's own message would quote the row.
    let row = serde_json::from_slice::<Row>(line);
    let row = row.map_err(|_| Error::msg("a line is no row of a dataset part"))?;
    Ok(RowHash::of(&row.text))
}
