use std::path::Path;

use anyhow::{Context, bail};
use contracts::constraints::{Constraints, Statistics};
use contracts::dataset::DatasetManifest;
use contracts::keys;
use serde_json::json;

use crate::account::Account;
use crate::arguments;
use crate::output::Output;
use crate::registration;

/// Prints the constraints in force, or those that a version's upload suggests; or puts a person's in their place.
pub async fn constraints(
    account: &Account,
    arguments: &arguments::Constraints,
    output: &Output,
) -> anyhow::Result<()> {
    let dataset = registration::dataset(account).await?;
    if let Some(file) = &arguments.file {
        return put(account, &dataset, file, output).await;
    }
    let printed = match arguments.of {
        Some(version) => suggested(account, &dataset, version).await?,
        None => in_force(account, &dataset).await?,
    };
    let text = serde_json::to_string_pretty(&printed)? + "\n";
    let result = json!({ "ok": true, "dataset": dataset, "constraints": printed });
    output.result(&result, || text)
}

/// The highest number; 0 where there are none.
async fn number(account: &Account, dataset: &str) -> anyhow::Result<u32> {
    let listed = account.keys(&keys::constraints_prefix(dataset)).await?;
    let numbers = listed.iter();
    let numbers = numbers.filter_map(|key| keys::constraints_number(dataset, key));
    Ok(numbers.max().unwrap_or(0))
}

async fn in_force(account: &Account, dataset: &str) -> anyhow::Result<Constraints> {
    let key = keys::constraints(dataset, number(account, dataset).await?);
    let found = account.object(&key).await?;
    found.with_context(|| {
        format!("{dataset} has no constraints: its next upload suggests the first")
    })
}

async fn suggested(account: &Account, dataset: &str, version: u32) -> anyhow::Result<Constraints> {
    let key = keys::version(dataset, version);
    let manifest: Option<DatasetManifest> = account.object(&key).await?;
    let Some(manifest) = manifest else {
        bail!("{dataset} has no version {version}");
    };
    let Some(check) = manifest.check else {
        bail!(
            "no upload was checked for version {version}: it has answers of reviewers, or was made before there were constraints"
        );
    };
    let key = keys::statistics(dataset, &check.part);
    let statistics: Option<Statistics> = account.object(&key).await?;
    let statistics = statistics.with_context(|| format!("{key} is missing"))?;
    Ok(::constraints::suggest(&statistics))
}

async fn put(account: &Account, dataset: &str, file: &Path, output: &Output) -> anyhow::Result<()> {
    let at = || format!("read {}", file.display());
    let bytes = std::fs::read(file).with_context(at)?;
    ::constraints::read(&bytes).with_context(at)?;
    let number = number(account, dataset).await? + 1;
    let key = keys::constraints(dataset, number);
    if !account.create(&key, bytes).await? {
        bail!("someone else has put constraints at the same time: look at them, then try again");
    }
    let result = json!({ "ok": true, "dataset": dataset, "number": number });
    output.result(&result, || {
        format!("uploads to {dataset} are checked by constraints {number} from now on\n")
    })
}
