//! Asking people about a text: at most one loop at a time for a text, each attempt counted before
//! it is made.

use anyhow::{Context, Result, bail};
use aws_sdk_sagemakera2iruntime::types::HumanLoopInput as Input;
use contracts::keys;
use contracts::review::{HumanLoopInput, HumanLoopRecord, ReviewDay};
use policy::naming;
use tracing::warn;

use crate::objects::{self, Bucket, Found};

/// Where and when a loop is started.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    pub a2i: &'a aws_sdk_sagemakera2iruntime::Client,
    pub flow_definition_arn: &'a str,
    /// RFC 3339, UTC.
    pub now: &'a str,
}

/// Others that may count at the same moment.
const MAXIMUM_RACES: u32 = 100;

/// Takes up to `wanted` of what `cap` leaves of the day, before anybody is asked: whatever starts
/// a loop comes by here, so the cap holds however many ask at once. `now` is RFC 3339.
pub async fn reserve(bucket: &Bucket, now: &str, wanted: usize, cap: usize) -> Result<usize> {
    if wanted == 0 {
        return Ok(0);
    }
    let key = day(now)?;
    for _ in 0..MAXIMUM_RACES {
        let found = objects::read::<ReviewDay>(bucket, &key).await?;
        let asked = found.as_ref().map_or(0, |found| found.value.asked);
        let granted = cap.saturating_sub(asked).min(wanted);
        let day = ReviewDay {
            asked: asked + granted,
        };
        let counted = match &found {
            _ if granted == 0 => true,
            Some(found) => objects::replace(bucket, &key, &day, &found.etag).await?,
            None => objects::create(bucket, &key, &day).await?,
        };
        if counted {
            return Ok(granted);
        }
    }
    bail!("others counted today's questions first {MAXIMUM_RACES} times")
}

/// What is left of the day.
pub async fn left(bucket: &Bucket, now: &str, cap: usize) -> Result<usize> {
    let found = objects::read::<ReviewDay>(bucket, &day(now)?).await?;
    Ok(cap.saturating_sub(found.map_or(0, |found| found.value.asked)))
}

fn day(now: &str) -> Result<String> {
    let date = now.get(..10).context("RFC 3339 begins with the date")?;
    Ok(keys::review_day(date))
}

/// Asks about a text for the first time (`before` is `None`) or again. Returns the loop's name;
/// `None` where somebody else is asking at this moment. From the record on the question stands:
/// where the call to A2I fails, the reconciler sees to it that it is made again.
pub async fn ask(
    desk: Desk<'_>,
    bucket: &Bucket,
    input: HumanLoopInput,
    before: Option<&Found<HumanLoopRecord>>,
) -> Result<Option<String>> {
    let attempts = before.map_or(0, |record| record.value.attempts) + 1;
    let key = keys::human_loop(&input.text_hash);
    let record = HumanLoopRecord {
        human_loop: naming::human_loop(&input.text_hash, desk.flow_definition_arn, attempts),
        input,
        attempts,
        repairs: 0,
        stopped: false,
        asked_at: desk.now.to_owned(),
        stuck: None,
    };
    let counted = match before {
        Some(found) => objects::replace(bucket, &key, &record, &found.etag).await?,
        None => objects::create(bucket, &key, &record).await?,
    };
    if !counted {
        return Ok(None);
    }
    if let Err(error) = start(desk, &record).await {
        let error = format!("{error:#}");
        warn!(
            human_loop.name = record.human_loop,
            error, "noted, and not yet started"
        );
    }
    Ok(Some(record.human_loop))
}

/// Starts the loop that a record tells of. Starting an active one again with the same input is
/// accepted by A2I, so this also repairs a crash between the record and the call.
pub async fn start(desk: Desk<'_>, record: &HumanLoopRecord) -> Result<()> {
    let content = serde_json::to_string(&record.input)?;
    let input = Input::builder().input_content(content).build();
    desk.a2i
        .start_human_loop()
        .human_loop_name(&record.human_loop)
        .flow_definition_arn(desk.flow_definition_arn)
        .human_loop_input(input)
        .send()
        .await
        .map(drop)
        .with_context(|| format!("start the human loop {}", record.human_loop))
}
