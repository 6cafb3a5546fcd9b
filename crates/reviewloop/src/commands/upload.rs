use anyhow::{Context, bail};
use contracts::keys;
use serde_json::json;

use crate::account::Account;
use crate::arguments::Upload;
use crate::output::Output;

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
    account.put(&key, body).await?;
    let uri = keys::s3_uri(&account.bucket, &key);
    let result = json!({ "ok": true, "uri": uri, "bytes": bytes });
    output.result(&result, || {
        format!("uploaded {bytes} bytes to {uri}; register-dataset takes it from here: reviewloop status\n")
    })
}
