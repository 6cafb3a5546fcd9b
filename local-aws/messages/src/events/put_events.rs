//! `PutEvents` and `TestEventPattern`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::bus_name;
use super::pattern::Pattern;
use local_core::Call;
use local_core::event::Event;
use local_core::store::{Accepted, Tx};
use local_core::wire::AwsError;

/// AWS's bounds on one call; an entry may have 1 MB since January 2026.
const MAX_ENTRIES: usize = 10;
const MAX_ENTRY_BYTES: usize = 1024 * 1024;

/// What an entry's `Time` counts as.
const TIME_BYTES: usize = 14;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct PutEventsRequest {
    entries: Vec<PutEventsRequestEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct PutEventsRequestEntry {
    source: Option<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    /// Seconds since 1970.
    time: Option<f64>,
    event_bus_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutEventsResponse {
    failed_entry_count: usize,
    entries: Vec<PutEventsResultEntry>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PutEventsResultEntry {
    event_id: Option<String>,
    error_code: Option<String>,
    error_message: Option<String>,
}

impl PutEventsResultEntry {
    fn of(id: Result<String, AwsError>) -> Self {
        match id {
            Ok(id) => Self {
                event_id: Some(id),
                ..Self::default()
            },
            Err(error) => Self {
                error_code: Some(error.code),
                error_message: Some(error.message),
                ..Self::default()
            },
        }
    }
}

pub(super) async fn put_events(
    call: Call,
    request: PutEventsRequest,
) -> Result<PutEventsResponse, AwsError> {
    if request.entries.is_empty() || request.entries.len() > MAX_ENTRIES {
        return Err(AwsError::validation(format!(
            "Entries must have between 1 and {MAX_ENTRIES} members"
        )));
    }
    // One entry that is refused does not stop the others, as on AWS.
    let events: Vec<Result<Event, AwsError>> = request
        .entries
        .into_iter()
        .map(|entry| accept(&call, entry))
        .collect();
    let world = &call.cloud.world;
    let put = |tx: &Tx, event: Event| {
        let id = world.dice("events/put-event-id").uuid();
        let accepted = Accepted {
            id: id.clone(),
            at: world.now(),
        };
        tx.emit_accepted(&event, accepted);
        id
    };
    let entries = call.cloud.store.update(|tx| {
        let events = events.into_iter();
        let ids = events.map(|event| event.map(|event| put(tx, event)));
        ids.map(PutEventsResultEntry::of).collect::<Vec<_>>()
    });
    Ok(PutEventsResponse {
        failed_entry_count: entries
            .iter()
            .filter(|entry| entry.error_code.is_some())
            .count(),
        entries,
    })
}

fn accept(call: &Call, entry: PutEventsRequestEntry) -> Result<Event, AwsError> {
    let invalid = |message: &str| AwsError::new(400, "InvalidArgument", message);
    bus_name::only_default(entry.event_bus_name.as_deref())?;
    let source = entry.source.ok_or_else(|| {
        invalid("Parameter Source is not valid. Reason: Source is a required argument.")
    })?;
    let detail_type = entry.detail_type.ok_or_else(|| {
        invalid("Parameter DetailType is not valid. Reason: DetailType is a required argument.")
    })?;
    let detail = entry.detail.ok_or_else(|| {
        invalid("Parameter Detail is not valid. Reason: Detail is a required argument.")
    })?;
    if source.starts_with("aws.") {
        return Err(AwsError::new(
            400,
            "NotAuthorizedForSourceException",
            "Not authorized for the source.",
        ));
    }
    let size = source.len()
        + detail_type.len()
        + detail.len()
        + entry.resources.iter().map(String::len).sum::<usize>()
        + entry.time.map_or(0, |_| TIME_BYTES);
    if size > MAX_ENTRY_BYTES {
        return Err(invalid(
            "Total size of the entries in the request is over the limit.",
        ));
    }
    let detail: Value = serde_json::from_str(&detail)
        .map_err(|_| AwsError::new(400, "MalformedDetail", "Detail is malformed."))?;
    if !detail.is_object() {
        return Err(AwsError::new(
            400,
            "MalformedDetail",
            "Detail is malformed.",
        ));
    }
    let time = match entry.time {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole seconds are what an event's time has"
        )]
        Some(seconds) => OffsetDateTime::from_unix_timestamp(seconds as i64)
            .map_err(|_| invalid("Time is out of range"))?,
        None => call.cloud.world.now(),
    };
    Ok(Event {
        source,
        detail_type,
        region: call.region.clone(),
        resources: entry.resources,
        detail,
        time,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TestEventPatternRequest {
    event_pattern: String,
    event: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TestEventPatternResponse {
    result: bool,
}

pub(super) async fn test_event_pattern(
    _call: Call,
    request: TestEventPatternRequest,
) -> Result<TestEventPatternResponse, AwsError> {
    let pattern = Pattern::parse(&request.event_pattern)?;
    let event: Value = serde_json::from_str(&request.event).map_err(|error| {
        AwsError::validation(format!("Parameter Event is not valid. Reason: {error}"))
    })?;
    for required in [
        "id",
        "account",
        "source",
        "time",
        "region",
        "resources",
        "detail-type",
    ] {
        if event.get(required).is_none() {
            return Err(AwsError::validation(format!(
                "Parameter Event is not valid. Reason: it lacks {required}"
            )));
        }
    }
    Ok(TestEventPatternResponse {
        result: pattern.matches(&event.to_string()),
    })
}

#[cfg(test)]
mod tests;
