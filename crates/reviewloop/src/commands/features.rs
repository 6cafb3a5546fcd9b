use anyhow::{Context, bail};
use contracts::features::{Export, FailedRow};
use contracts::{keys, names};
use serde::Deserialize;
use serde_json::json;

use crate::account::Account;
use crate::arguments::{Features, FeaturesCommand};
use crate::output::Output;
use crate::progress::Progress;
use crate::registration;

/// Refused rows that are printed.
const PRINTED: usize = 5;

/// What export-features answers to a replay.
#[derive(Deserialize)]
#[serde(tag = "outcome")]
enum Answer {
    NothingExported,
    Exported(Export),
    TooLarge { reason: String },
    Older { version: u32 },
    Overtaken { version: u32 },
}

/// The feature group's version, after a replay where one is asked for.
pub async fn features(
    account: &Account,
    arguments: &Features,
    output: &Output,
) -> anyhow::Result<()> {
    let dataset = registration::dataset(account).await?;
    let export: Option<Export> = account.object(&keys::export(&dataset)).await?;
    let export = export.context(
        "nothing was exported yet: with FeatureStore=yes, the next prepared dataset version is",
    )?;
    let export = match arguments.command {
        Some(FeaturesCommand::Replay) => replay(account, export, output).await?,
        None => export,
    };
    let failed = failed(account, &dataset).await?;
    let result = json!({ "ok": export.failed == 0, "export": export, "failed": failed });
    output.result(&result, || {
        let mut text = format!(
            "{} has {dataset} version {}: {} rows; {} written and {} deleted by the last export\n",
            names::feature_group(&account.stack),
            export.version,
            export.rows,
            export.written,
            export.deleted
        );
        if export.failed > 0 {
            let replay = account.command("reviewloop features replay");
            text += &format!("{} refused; again: {replay}\n", export.failed);
        }
        for row in failed.iter().take(PRINTED) {
            text += &format!("  {}: {}\n", row.row_hash, row.reason);
        }
        text
    })
}

/// Until no row is left, or none is taken any more.
async fn replay(account: &Account, mut export: Export, output: &Output) -> anyhow::Result<Export> {
    let progress = Progress::new(output.json);
    loop {
        let left = export.failed;
        let wake = json!({ "replay": true });
        export = match account.invoke("export-features", &wake).await? {
            Answer::Exported(export) => export,
            Answer::NothingExported => bail!("nothing was exported yet"),
            Answer::TooLarge { reason } => bail!("export-features refused: {reason}"),
            Answer::Older { version } | Answer::Overtaken { version } => {
                bail!("a newer version than {version} is being exported, and replaces its rows")
            }
        };
        if export.failed == 0 || export.failed >= left {
            return Ok(export);
        }
        progress.say(&format!("{} rows are left", export.failed));
    }
}

async fn failed(account: &Account, dataset: &str) -> anyhow::Result<Vec<FailedRow>> {
    let lines = account.bytes(&keys::failed_features(dataset)).await?;
    let lines = lines.unwrap_or_default();
    let lines = lines.split(|byte| *byte == b'\n');
    let lines = lines.filter(|line| !line.is_empty());
    Ok(lines
        .map(serde_json::from_slice)
        .collect::<Result<_, _>>()?)
}
