use anyhow::{Context, bail};
use contracts::keys;
use serde_json::json;

use crate::account::Account;
use crate::arguments::Upload;
use crate::output::Output;
use crate::progress::Progress;
use crate::registration;

pub async fn upload(account: &Account, upload: &Upload, output: &Output) -> anyhow::Result<()> {
    let path = &upload.file;
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .context("the file has no name in UTF-8")?;
    let known = path.extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("csv") || extension.eq_ignore_ascii_case("jsonl")
    });
    if !known {
        bail!(
            "{} is neither .csv nor .jsonl; register-dataset reads those two",
            path.display()
        );
    }
    let prefix = if upload.replace {
        keys::INCOMING_REPLACE
    } else {
        keys::INCOMING
    };
    let key = format!("{prefix}{name}");
    let body = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    let bytes = body.len();
    let etag = account.put(&key, body).await?;
    let uri = keys::s3_uri(&account.bucket, &key);
    Progress::new(output.json).say(&format!(
        "uploaded {bytes} bytes to {uri}; register-dataset reads it"
    ));
    let (manifest, part) = registration::of_upload(account, &key, &etag).await?;
    let (rows, quarantined) = (part.rows, part.quarantined);
    let version = manifest.number;
    let result = json!({
        "ok": true,
        "uri": uri,
        "dataset": { "version": version, "id": manifest.id },
        "rows": rows,
        "quarantined": quarantined,
    });
    output.result(&result, || {
        format!("dataset version {version}: {rows} rows taken, {quarantined} in quarantine\n")
    })
}
