//! How a loop ended, and asking again where it ended without an answer.

use anyhow::{Context, Result};
use aws_sdk_sagemakera2iruntime::types::HumanLoopStatus;
use contracts::keys;
use contracts::review::HumanLoopRecord;
use loop_state::human_loops::{self, Desk};
use loop_state::objects::{self, Found};
use policy::review;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tracing::warn;

use crate::{Deps, Outcome};

pub enum End {
    Gone,
    Open,
    Answered { output_key: String },
    WithoutAnswer { reason: String },
}

pub async fn of_loop(deps: &Deps, name: &str) -> Result<End> {
    let described = match deps
        .a2i
        .describe_human_loop()
        .human_loop_name(name)
        .send()
        .await
    {
        Ok(described) => described,
        Err(error)
            if error
                .as_service_error()
                .is_some_and(|e| e.is_resource_not_found_exception()) =>
        {
            return Ok(End::Gone);
        }
        Err(error) => return Err(error).with_context(|| format!("describe the loop {name}")),
    };
    Ok(match described.human_loop_status {
        Some(HumanLoopStatus::Completed) => {
            let uri = described
                .human_loop_output
                .and_then(|output| output.output_s3_uri);
            let uri = uri.with_context(|| format!("the completed loop {name} names no output"))?;
            let (bucket, key) =
                keys::parse_s3_uri(&uri).with_context(|| format!("{uri} is no S3 URI"))?;
            anyhow::ensure!(bucket == deps.bucket.name, "{uri} is not in our bucket");
            End::Answered {
                output_key: key.to_owned(),
            }
        }
        Some(status @ (HumanLoopStatus::Failed | HumanLoopStatus::Stopped)) => {
            let status = status.as_str().to_owned();
            let code = described.failure_code.unwrap_or_default();
            let reason = described.failure_reason.unwrap_or_default();
            let reason = [status, code, reason];
            let reason: Vec<_> = reason.into_iter().filter(|word| !word.is_empty()).collect();
            End::WithoutAnswer {
                reason: reason.join(": "),
            }
        }
        _ => End::Open,
    })
}

/// A record without its loop: the one who asked died between the two. A2I deletes loops after 30
/// days; by then the text has its label, or its record says that it is stuck.
pub async fn repair(deps: &Deps, record: Option<Found<HumanLoopRecord>>) -> Result<Outcome> {
    let Some(record) = record.filter(|record| record.value.stuck.is_none()) else {
        return Ok(Outcome::Gone);
    };
    let text_hash = record.value.input.text_hash.clone();
    if objects::exists(&deps.bucket, &keys::label(&text_hash)).await? {
        return Ok(Outcome::AlreadyLabelled { text_hash });
    }
    let flow_definition_arn = &deps.config.flow_definition_arn;
    let desk = Desk {
        a2i: &deps.a2i,
        flow_definition_arn,
        now: &record.value.asked_at,
    };
    human_loops::start(desk, &record.value).await?;
    Ok(Outcome::AskedAgain {
        human_loop: record.value.human_loop,
    })
}

pub async fn ask_again(
    deps: &Deps,
    record: &Found<HumanLoopRecord>,
    reason: &str,
) -> Result<Outcome> {
    if let Some(reason) = &record.value.stuck {
        return Ok(Outcome::Stuck {
            reason: reason.clone(),
        });
    }
    if review::ask_again(record.value.attempts, deps.config.maximum_attempts) {
        let now = OffsetDateTime::now_utc().format(&Rfc3339)?;
        let flow_definition_arn = &deps.config.flow_definition_arn;
        let desk = Desk {
            a2i: &deps.a2i,
            flow_definition_arn,
            now: &now,
        };
        let input = record.value.input.clone();
        return Ok(
            match human_loops::ask(desk, &deps.bucket, input, Some(record)).await? {
                Some(human_loop) => Outcome::AskedAgain { human_loop },
                None => Outcome::Superseded,
            },
        );
    }
    let reason = format!("asked {} times: {reason}", record.value.attempts);
    warn!(
        human_loop.name = record.value.human_loop,
        reason, "stuck, for a person to look at"
    );
    let stuck = HumanLoopRecord {
        stuck: Some(reason.clone()),
        ..record.value.clone()
    };
    let key = keys::human_loop(&record.value.input.text_hash);
    objects::replace(&deps.bucket, &key, &stuck, &record.etag).await?;
    Ok(Outcome::Stuck { reason })
}
