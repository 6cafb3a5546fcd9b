//! One upload, from its key to its receipt.

use anyhow::Result;
use contracts::dataset::Received;
use contracts::intake::Intake;
use contracts::keys;
use contracts::schema::Schema;
use tracing::{info, warn};
use uploads::download::{self, Upload};
use uploads::{Source, schema};

use crate::job::{self, Taken};
use crate::version::{self, Addition};
use crate::{Deps, Outcome, register};

pub async fn upload(deps: &Deps, bucket: &str, key: String) -> Result<Outcome> {
    if bucket != deps.bucket.name || !key.starts_with(keys::INCOMING) {
        return Ok(Outcome::NotOurs);
    }
    if key.ends_with('/') {
        return Ok(Outcome::FolderMarker);
    }
    if keys::is_schema(&key) {
        return Ok(Outcome::Schema);
    }
    if key.starts_with(keys::INCOMING_UNLABELLED) {
        return Ok(Outcome::Unlabelled);
    }
    let Some(upload) = download::open(&deps.bucket, &key).await? else {
        return Ok(Outcome::Gone);
    };
    // The event came again: the receipt's result stands, also after later uploads, and the content is
    // not read.
    if let Some(result) = register::known(deps, &upload.source).await? {
        return Ok(Outcome::Received(result));
    }
    if let Some(reason) = upload.too_large(deps.config.job.maximum_bytes) {
        return conclude(deps, &upload.source, Received::Rejected { reason }).await;
    }
    // A job was asked with the columns that there were.
    let (source, taken) = if job::is_asked(deps, &upload.source).await? {
        (upload.source, None)
    } else {
        let schema = match schema(deps, &upload.source).await? {
            Ok(schema) => schema,
            Err(reason) => {
                return conclude(deps, &upload.source, Received::Rejected { reason }).await;
            }
        };
        check(deps, upload, schema).await?
    };
    let intake = match taken {
        Some(intake) => intake,
        None => match job::take(deps, &source).await? {
            Taken::Running(job) => return Ok(Outcome::Processing { job }),
            Taken::Ended(intake) => intake,
        },
    };
    let received = match intake {
        Intake::Refused { reason } => Received::Rejected { reason },
        Intake::Taken(taken) => {
            let addition = Addition {
                part: register::part(&source, &taken)?,
                first_quarantined: taken.first_quarantined,
                released: None,
            };
            version::add(deps, &addition).await?
        }
    };
    conclude(deps, &source, received).await
}

/// The columns that a file beside the upload names; the inner `Err` says why they refuse the upload.
async fn schema(deps: &Deps, source: &Source) -> Result<Result<Option<Schema>, String>> {
    let schema = schema::of(&deps.bucket, &source.key).await?;
    Ok(schema.and_then(|schema| {
        match intake::columns(&source.key, &deps.config.recipe, schema.as_ref()) {
            Ok(_) => Ok(schema),
            Err(reason) => Err(schema::refused(&source.key, &reason)),
        }
    }))
}

/// Takes the upload in here and now; `None` where a job is asked, because it is, or unpacks to, more than one Lambda
/// has the time for.
async fn check(
    deps: &Deps,
    upload: Upload,
    schema: Option<Schema>,
) -> Result<(Source, Option<Intake>)> {
    if upload.bytes > deps.config.maximum_upload_bytes {
        job::ask(deps, &upload.source, schema).await?;
        return Ok((upload.source, None));
    }
    let (source, file) = upload.save().await?;
    // The file is on disk; reading it is plain, blocking work.
    let (config, source_key, by) = (deps.config.clone(), source.key.clone(), schema.clone());
    let checked = tokio::task::spawn_blocking(move || {
        let maximum_bytes = config.maximum_upload_bytes;
        intake::check(
            &file,
            &source_key,
            &config.recipe,
            by.as_ref(),
            maximum_bytes,
        )
    });
    // Whoever uploads a file of that name months later does not think of its schema.
    let by = schema.as_ref().map(|_| keys::schema(&source.key));
    let refused = |reason: String| Intake::Refused {
        reason: match &by {
            Some(key) => format!("{reason} (its columns are those of {key})"),
            None => reason,
        },
    };
    let checked = match checked.await?? {
        Err(tables::Error::TooLarge(_)) => {
            job::ask(deps, &source, schema).await?;
            return Ok((source, None));
        }
        Err(error) => return Ok((source, Some(refused(error.to_string())))),
        Ok(checked) => checked,
    };
    register::keep_quarantine(deps, &checked).await?;
    if let Some(reason) = checked.unusable() {
        return Ok((source, Some(refused(reason))));
    }
    register::keep_part(deps, &checked).await?;
    Ok((source, Some(Intake::Taken(checked.taken()))))
}

async fn conclude(deps: &Deps, source: &Source, received: Received) -> Result<Outcome> {
    if let Received::Rejected { reason } = &received {
        warn!(object.key = source.key, reason, "rejected the upload");
    } else if let Received::Held {
        version,
        violations,
        ..
    } = &received
    {
        let violations: Vec<String> = violations.iter().map(ToString::to_string).collect();
        warn!(
            object.key = source.key,
            dataset.version = version,
            ?violations,
            "holds the version for a person"
        );
    } else {
        info!(object.key = source.key, ?received, "received the upload");
    }
    register::receipt(deps, source, &received).await?;
    Ok(Outcome::Received(received))
}
