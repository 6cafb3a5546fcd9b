//! Captured requests and answers on their way to S3: collected in memory, written each minute.
//!
//! Nothing waits for a write, and what is collected is lost with a process that is killed: AWS promises no more.

use std::collections::BTreeMap;
use std::mem::take;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;
use time::OffsetDateTime;
use time::format_description::FormatItem;
use time::macros::format_description;

use super::variant::Variant;
use crate::data_capture::Payload;
use local_containers::blocking;
use local_containers::objects::{self, InName, S3Uri};
use local_core::driver::{Busy, Controller, Look, Work};
use local_core::{Call, Cloud};

/// Between two writes.
const PERIOD: Duration = Duration::from_secs(60);

/// What is collected beyond these bytes before the next write is not captured.
const MOST_BYTES: usize = 64 << 20;

const HOUR: &[FormatItem] = format_description!("[year]/[month]/[day]/[hour]");
const NAME: &[FormatItem] = format_description!("[minute]-[second]-[subsecond digits:3]");
const TIME: &[FormatItem] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// The lines for each folder in S3, and the role in whose name they are written.
type Lines = BTreeMap<(String, String), Vec<u8>>;

#[derive(Default)]
struct Captured(Mutex<Lines>);

impl Captured {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what is collected; one work for all, which ends with the cloud.
pub const CONTROLLER: Controller = Controller {
    name: "data capture",
    wakes_on: &[],
    look: |cloud: &Arc<Cloud>, busy: &Busy| {
        const KEY: &str = "write";
        let work = (!busy.contains(KEY)).then(|| Work {
            key: KEY.to_owned(),
            run: Box::pin(every_minute(cloud.clone())),
        });
        Look {
            work: work.into_iter().collect(),
            again: None,
        }
    },
};

async fn every_minute(cloud: Arc<Cloud>) {
    loop {
        cloud.world.sleep(PERIOD).await;
        let cloud = cloud.clone();
        let written = blocking::run(move || {
            write(&cloud);
            Ok(())
        });
        if let Err(reason) = written.await {
            tracing::warn!(reason, "captured data were not written");
        }
    }
}

/// Collects a request and its answer, if the variant's configuration and chance say so. `draw` is a number in 0..1.
pub fn note(
    call: &Call,
    (endpoint, variant): (&str, &Variant),
    (input, output): (Payload, Payload),
    inference_id: Option<&str>,
    draw: f64,
) {
    let config = variant.capture.as_ref();
    let Some(config) = config.filter(|each| each.is_enabled() && draw < each.share()) else {
        return;
    };
    let now = call.cloud.world.now();
    let mut metadata = json!({
        "eventId": call.cloud.world.dice("sagemaker/capture").uuid(),
        "inferenceTime": written(now, TIME),
    });
    if let Some(id) = inference_id {
        metadata["inferenceId"] = id.into();
    }
    let event = json!({
        "captureData": config.data(input, output),
        "eventMetadata": metadata,
        "eventVersion": "0",
    });
    let (destination, hour) = (config.destination(), written(now, HOUR));
    let folder = format!("{destination}/{endpoint}/{}/{hour}", variant.name);
    let captured = call.cloud.memory::<Captured>();
    let mut lines = captured.lines();
    let line = format!("{event}\n");
    if lines.values().map(Vec::len).sum::<usize>() + line.len() > MOST_BYTES {
        tracing::debug!(
            endpoint.name = endpoint,
            "a request is not captured: there are too many"
        );
        return;
    }
    let file = lines.entry((folder, variant.role_arn.clone()));
    file.or_default().extend_from_slice(line.as_bytes());
}

/// Writes what is collected to S3. Nobody is told of what cannot be written but the log.
pub fn write(cloud: &Cloud) {
    let lines = take(&mut *cloud.memory::<Captured>().lines());
    for ((folder, role_arn), bytes) in lines {
        let id = cloud.world.dice("sagemaker/capture-file").uuid();
        let name = written(cloud.world.now(), NAME);
        let uri = format!("{folder}/{name}-{id}.jsonl");
        let principal = objects::principal(&role_arn);
        let role = InName {
            cloud,
            principal: &principal,
        };
        let put = S3Uri::parse(&uri).and_then(|uri| objects::put_bytes(&role, &uri, &bytes));
        if let Err(reason) = put {
            tracing::warn!(reason, "captured data are lost");
        }
    }
}

fn written(time: OffsetDateTime, format: &[FormatItem]) -> String {
    time.format(format)
        .expect("the clock's time has these parts")
}
