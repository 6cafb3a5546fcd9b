//! Writes a text's label: once, and again where a reviewer has changed an answer.

use anyhow::{Result, bail};
use contracts::keys;
use contracts::review::Label;
use lambda_main::metrics::{self, Metric};
use loop_state::answers::{self, Known};
use loop_state::objects;
use tracing::info;

use crate::gathered::Gathered;
use crate::{Deps, Outcome};

/// The answers are remembered before, so that a crash in between loses none of them.
pub async fn write(
    deps: &Deps,
    human_loop: &str,
    gathered: &Gathered,
    known: Known,
    label: &str,
    posterior: f64,
) -> Result<Outcome> {
    let Gathered {
        input,
        record,
        label: before,
        text,
    } = gathered;
    let text_hash = text.text_hash.clone();
    if before
        .as_ref()
        .is_some_and(|it| it.value.human_answers == text.answers)
    {
        return Ok(Outcome::AlreadyLabelled { text_hash });
    }
    answers::remember(&deps.bucket, known, text).await?;
    let context = input.context.iter().cloned();
    let record = record.as_ref().map(|found| &found.value);
    let predicted = record.map(|it| it.predicted.clone());
    let written = Label {
        text: input.task_object.clone(),
        context: context.map(|it| (it.name, it.value)).collect(),
        label: label.to_owned(),
        origin: input.origin,
        inclusion_probability: record.and_then(|it| it.inclusion_probability),
        predicted: predicted
            .filter(|predicted| !predicted.is_empty())
            .unwrap_or_else(|| input.initial_value.clone()),
        human_loop: human_loop.to_owned(),
        posterior: Some(posterior),
        human_answers: text.answers.clone(),
        // Of a changed answer, that of the first: a model may have been trained on it since.
        created_at: match &before {
            Some(before) => before.value.created_at,
            None => deps.clock.now(),
        },
    };
    let key = keys::label(&text_hash);
    match before {
        None if !objects::create(&deps.bucket, &key, &written).await? => {
            bail!("another invocation wrote {key} first: look again");
        }
        None => metrics::count(Metric::Labels, 1),
        Some(found) if !objects::replace(&deps.bucket, &key, &written, &found.etag).await? => {
            bail!("another invocation wrote {key} first: look again");
        }
        Some(_) => {}
    }
    info!(human_loop.name = human_loop, text_hash, "labelled");
    Ok(Outcome::Labelled {
        text_hash,
        label: written.label,
    })
}
