mod unlabelled;

use std::path::Path;

use anyhow::{Context, anyhow, bail, ensure};
use contracts::keys;
use contracts::schema::Schema;
use serde_json::json;

use crate::account::upload::PARTS;
use crate::account::{Account, Uploaded};
use crate::arguments::Upload;
use crate::output::Output;
use crate::progress::Progress;
use crate::registration::{self, Registration};

const REGISTER_DATASET: &str = "register-dataset";

pub async fn upload(account: &Account, upload: &Upload, output: &Output) -> anyhow::Result<()> {
    if upload.unlabelled {
        let (uri, uploaded) = sent(account, upload, output).await?;
        return unlabelled::requested(account, &uploaded, &uri, output).await;
    }
    match registered(account, upload, output).await? {
        (uri, Some(registration)) => print(&uri, &account.bucket, &registration, output),
        (uri, None) => queued(account, &uri, output),
    }
}

/// The upload's URI and what register-dataset made of it; `None` where it has not answered yet.
pub async fn registered(
    account: &Account,
    upload: &Upload,
    output: &Output,
) -> anyhow::Result<(String, Option<Registration>)> {
    let (uri, uploaded) = sent(account, upload, output).await?;
    let registration = registration::of_upload(account, &uploaded, registration::LIMIT).await?;
    Ok((uri, registration))
}

/// Puts the file where its reader looks for it.
async fn sent(
    account: &Account,
    upload: &Upload,
    output: &Output,
) -> anyhow::Result<(String, Uploaded)> {
    let path = &upload.file;
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .context("the file has no name in UTF-8")?;
    if path.extension().is_none() {
        bail!(
            "{} has no ending: an upload needs one, .csv for instance",
            path.display()
        );
    }
    let (prefix, reader) = match upload {
        Upload {
            unlabelled: true, ..
        } => (keys::INCOMING_UNLABELLED, "request-labels"),
        Upload { replace: true, .. } => (keys::INCOMING_REPLACE, REGISTER_DATASET),
        Upload { .. } => (keys::INCOMING, REGISTER_DATASET),
    };
    let key = format!("{prefix}{name}");
    if keys::is_schema(&key) {
        let upload = account.command(&format!("reviewloop upload FILE --schema {name}"));
        bail!("{name} names the columns of another file: {upload}");
    }
    let file = std::fs::metadata(path).with_context(|| format!("read {}", path.display()))?;
    // A pipe has no length: nothing of it would arrive.
    ensure!(file.is_file(), "{} is no regular file", path.display());
    if let Some(schema) = &upload.schema {
        if tables::is_manifest_name(name) {
            bail!("{name} takes no --schema: the rows of such a file have names of their own");
        }
        columns(account, &key, schema).await?;
    }
    let (bytes, progress) = (file.len(), Progress::new(output.json));
    let uploaded = send(account, &key, path, bytes, &progress).await?;
    let uri = keys::s3_uri(&account.bucket, &key);
    progress.say(&format!(
        "uploaded {bytes} bytes to {uri}; {reader} reads it"
    ));
    Ok((uri, uploaded))
}

/// Puts the columns beside the upload, before it: the upload is what is told of.
async fn columns(account: &Account, key: &str, path: &Path) -> anyhow::Result<()> {
    let place = path.display();
    let json = std::fs::read(path).with_context(|| format!("read {place}"))?;
    Schema::read(&json).map_err(|reason| anyhow!("{place}: {reason}"))?;
    account.put(&keys::schema(key), json).await?;
    Ok(())
}

/// Shows how far it is where it takes several requests.
async fn send(
    account: &Account,
    key: &str,
    path: &Path,
    bytes: u64,
    progress: &Progress,
) -> anyhow::Result<Uploaded> {
    if bytes <= PARTS.single_bytes {
        return account.put_file(key, path, PARTS, |_| ()).await;
    }
    let task = progress.task("upload");
    let note = |sent: u64| format!("{} of {} MiB", sent >> 20, bytes >> 20);
    task.note(&note(0));
    let sent = |sent| task.note(&note(sent));
    let uploaded = account.put_file(key, path, PARTS, sent).await?;
    let seconds = task.seconds();
    task.done(seconds, &note(bytes));
    Ok(uploaded)
}

/// The upload is done; register-dataset has not answered yet.
fn queued(account: &Account, uri: &str, output: &Output) -> anyhow::Result<()> {
    let result = json!({ "ok": true, "uri": uri, "registered": false });
    output.result(&result, || {
        let status = account.command("reviewloop status");
        format!(
            "{uri} is uploaded and still queued: register-dataset registers one file at a time; {status} shows the \
             dataset version once it is there\n"
        )
    })
}

fn print(
    uri: &str,
    bucket: &str,
    registration: &Registration,
    output: &Output,
) -> anyhow::Result<()> {
    let (manifest, part) = (&registration.manifest, &registration.part);
    let result = json!({
        "ok": true,
        "uri": uri,
        "registered": true,
        "known": registration.is_known,
        "dataset": { "version": manifest.number, "id": manifest.id },
        "rows": part.rows,
        "quarantined": part.quarantined,
        "quarantine": quarantine(bucket, registration),
        "first_quarantined": registration.first_quarantined,
        "warnings": registration.warnings,
        "schema": part.schema,
    });
    output.result(&result, || taken(bucket, registration))
}

/// Where the rows lie that were not taken, if there are any.
fn quarantine(bucket: &str, registration: &Registration) -> Option<String> {
    let part = &registration.part;
    let key = keys::quarantine(&registration.manifest.dataset, &part.id);
    (part.quarantined > 0).then(|| keys::s3_uri(bucket, &key))
}

/// What was taken of an upload, what was not, and what is unlike the constraints.
pub fn taken(bucket: &str, registration: &Registration) -> String {
    let (version, part) = (registration.manifest.number, &registration.part);
    let (rows, quarantined) = (part.rows, part.quarantined);
    let mut text = format!("dataset version {version}: ");
    text += &match registration.is_known {
        true => format!("it had these {rows} rows already, {quarantined} are in quarantine\n"),
        false => format!("{rows} rows taken, {quarantined} in quarantine\n"),
    };
    if let Some(schema) = &part.schema {
        let key = keys::schema(&part.source_key);
        text += &format!("  columns by {key}: {}\n", json!(schema));
    }
    for row in &registration.first_quarantined {
        text += &format!("  row {row}\n");
    }
    if let Some(quarantine) = quarantine(bucket, registration) {
        text += &format!("  the quarantine: {quarantine}\n");
    }
    if !registration.warnings.is_empty() {
        text += "unlike the constraints, though not by enough to hold the version:\n";
    }
    for warning in &registration.warnings {
        text += &format!("  {warning}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::cloud::Cloud;

    #[tokio::test]
    async fn what_has_no_length_is_refused_and_nothing_is_written() {
        let cloud = Cloud::new().await;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("reviews.csv");
        std::fs::create_dir(&file).expect("made");
        let wanted = Upload {
            file,
            replace: false,
            unlabelled: false,
            schema: None,
        };
        let refused = upload(&cloud.account, &wanted, &Output { json: true }).await;
        let error = refused.expect_err("no file").to_string();
        assert!(error.ends_with("is no regular file"), "{error}");
        let keys = cloud.account.keys(keys::INCOMING).await.expect("listed");
        assert_eq!(keys, Vec::<String>::new());
    }
}
