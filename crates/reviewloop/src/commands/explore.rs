//! The page of charts that explore-dataset made of a dataset version.

use anyhow::{Context, bail};
use contracts::exploration::Exploration;
use contracts::keys;
use serde_json::json;

use crate::account::Account;
use crate::arguments::Explore;
use crate::output::Output;
use crate::registration;

pub async fn explore(account: &Account, explore: &Explore, output: &Output) -> anyhow::Result<()> {
    let configured = account.dataset().await;
    let wanted = explore.dataset.as_deref().or(configured.as_deref());
    let newest = registration::newest(account, wanted).await?;
    let newest = newest.with_context(|| {
        let upload = account.command("reviewloop upload FILE");
        format!("there is no dataset version: {upload} makes one")
    })?;
    let number = explore.version.unwrap_or(newest.number);
    let dataset = &newest.dataset;
    let figures: Option<Exploration> = account.object(&keys::exploration(dataset, number)).await?;
    let Some(figures) = figures else {
        let logs = account.command("reviewloop logs explore-dataset");
        bail!("version {number} of {dataset} is not explored; {logs} tells why");
    };
    let key = keys::exploration_file(dataset, number, "index.html");
    let html = account.bytes(&key).await?;
    let html = html.with_context(|| format!("{key} is missing"))?;
    let path = &explore.output;
    std::fs::write(path, html).with_context(|| format!("write {}", path.display()))?;
    let result = json!({
        "ok": true,
        "page": path,
        "page_uri": keys::s3_uri(&account.bucket, &key),
        "exploration": figures,
    });
    output.result(&result, || {
        let rows = figures.rows();
        format!(
            "{dataset} version {number}: {rows} rows, page {}\n",
            path.display()
        )
    })
}
