//! One upload, from its key to the record of what was chosen.

use anyhow::{Result, ensure};
use contracts::keys;
use contracts::request::{Chosen, LabelRequest, Requested, Unasked};
use loop_state::objects;
use policy::text::{RowHash, TextColumns};
use tracing::warn;
use uploads::{Source, download, schema};

use crate::outcome::File;
use crate::{Deps, choose, dataset, known, rows};

const NOBODY: &str = "the stack asks nobody (HumanReview is none, or ReviewerEmails is empty): update it, then upload the file again";

pub async fn upload(deps: &Deps, key: &str) -> Result<File> {
    let Some(upload) = download::open(&deps.bucket, key).await? else {
        return Ok(File::Gone);
    };
    let id = upload.source.receipt();
    // In this order: whoever deletes the choice has written the request before.
    let unasked = objects::read::<Unasked>(&deps.bucket, &keys::unasked(&id)).await?;
    if objects::exists(&deps.bucket, &keys::label_request(&id)).await? {
        return Ok(File::KnownBefore);
    }
    // A crash before the request was written: the choice stands.
    if let Some(unasked) = unasked {
        return conclude(deps, &id, unasked.value.request).await;
    }
    let reason = match &deps.reviewers {
        None => Some(NOBODY.to_owned()),
        Some(_) => upload.too_large(deps.config.maximum_upload_bytes),
    };
    if let Some(reason) = reason {
        let request = request(deps, &upload.source, Requested::Rejected { reason })?;
        return conclude(deps, &id, request).await;
    }
    let columns = match columns(deps, &upload.source).await? {
        Ok(columns) => columns,
        Err(reason) => {
            let request = request(deps, &upload.source, Requested::Rejected { reason })?;
            return conclude(deps, &id, request).await;
        }
    };
    let (source, file) = upload.save().await?;
    let mut known = dataset::texts(deps).await?;
    known.extend(known::asked(deps).await?);
    let unasked = known::unasked(deps).await?;
    let unasked = unasked.iter().flat_map(|(_, it)| &it.value.questions);
    known.extend(unasked.map(|it| RowHash::of(&it.input.task_object)));

    // The file is on disk; reading it is plain, blocking work.
    let (config, source_key) = (deps.config.clone(), source.key.clone());
    let read = tokio::task::spawn_blocking(move || {
        rows::read(&file, &source_key, &columns, &config, &known)
    });
    let read = match read.await?? {
        Err(reason) => {
            let request = request(deps, &source, Requested::Rejected { reason })?;
            return conclude(deps, &id, request).await;
        }
        Ok(read) => read,
    };
    let (chosen_by, questions) = choose::texts(deps, &read).await?;
    let chosen = Chosen {
        rows: read.rows,
        bad: read.bad,
        first_bad: read.first_bad,
        known: read.known,
        eligible: read.eligible,
        budget: deps.config.budget,
        chosen_by,
        texts: questions
            .iter()
            .map(|it| it.input.text_hash.clone())
            .collect(),
    };
    let request = request(deps, &source, Requested::Chosen(chosen))?;
    if !questions.is_empty() {
        let unasked = Unasked {
            request: request.clone(),
            questions,
        };
        let key = keys::unasked(&id);
        let is_first = objects::create(&deps.bucket, &key, &unasked).await?;
        ensure!(
            is_first,
            "another invocation has chosen texts of {}",
            source.key
        );
    }
    conclude(deps, &id, request).await
}

/// The text columns by the file's names; the inner `Err` says why the schema beside the file refuses it.
async fn columns(deps: &Deps, source: &Source) -> Result<Result<TextColumns, String>> {
    let stack = &deps.config.text_columns;
    Ok(match schema::of(&deps.bucket, &source.key).await? {
        Ok(None) => Ok(stack.clone()),
        Ok(Some(_)) if tables::is_manifest_name(&source.key) => {
            let reason = "the rows of such a file have names of their own";
            Err(schema::refused(&source.key, reason))
        }
        Ok(Some(schema)) => policy::schema::text_columns(stack, &schema)
            .map_err(|reason| schema::refused(&source.key, &reason)),
        Err(reason) => Err(reason),
    })
}

fn request(deps: &Deps, source: &Source, result: Requested) -> Result<LabelRequest> {
    Ok(LabelRequest {
        source_key: source.key.clone(),
        requested_at: deps.clock.now(),
        result,
    })
}

async fn conclude(deps: &Deps, id: &str, request: LabelRequest) -> Result<File> {
    objects::create(&deps.bucket, &keys::label_request(id), &request).await?;
    Ok(match request.result {
        Requested::Rejected { reason } => {
            let key = request.source_key;
            warn!(object.key = key, reason, "rejected the upload");
            File::Rejected { reason }
        }
        Requested::Chosen(chosen) => File::Chosen {
            texts: chosen.texts.len(),
            eligible: chosen.eligible,
            chosen_by: chosen.chosen_by,
        },
    })
}
