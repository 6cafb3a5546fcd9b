//! One invocation, from the payload to the outcome.

use std::io::{Read, Seek, SeekFrom, Write};
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use time::OffsetDateTime;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::channel::{Phase, Reply, Work};
use super::emf;
use super::function::{Deployed, Function};
use super::host::{Host, Pool};
use super::process::{Fingerprint, Sandbox, log_path, open_log, start_error_type};
use local_core::Cloud;
use local_core::metrics::{self, Series, Unit};
use local_core::wire::AwsError;

/// What Lambda grants a process to ask for its first event.
const INIT_TIMEOUT: Duration = Duration::from_secs(10);

/// The tail that `LogType: Tail` returns.
const LOG_TAIL_BYTES: u64 = 4 * 1024;

/// What became of it.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The response, or the error object.
    pub payload: Bytes,
    /// `X-Amz-Function-Error`; absent on success.
    pub function_error: Option<&'static str>,
    /// The end of what the process wrote meanwhile.
    pub log_tail: Vec<u8>,
}

pub(super) struct Invocation {
    pub request_id: String,
    pub payload: Bytes,
}

/// A caller that hangs up ends its invocation, and the process with it.
pub(super) async fn invoke(
    cloud: &Cloud,
    deployed: &Deployed,
    invocation: Invocation,
    _slot: OwnedSemaphorePermit,
) -> Outcome {
    let function = &deployed.function;
    let request_id = invocation.request_id.clone();
    let mut log = Log::open(cloud, &function.name);
    log.line(&format!("START RequestId: {request_id} Version: $LATEST"));
    let start = cloud.world.now();
    emf::begin(cloud, &function.name, log.start);
    let mut outcome = within_sandbox(cloud, deployed, invocation).await;
    measure(cloud, deployed, &outcome);
    let milliseconds = (cloud.world.now() - start).whole_milliseconds();
    log.line(&format!(
        "REPORT RequestId: {request_id}\tDuration: {milliseconds} ms\tMemory Size: {} MB",
        function.memory_mb
    ));
    outcome.log_tail = log.tail();
    match outcome.function_error {
        None => tracing::debug!(
            function.name,
            request.id = request_id,
            duration_ms = milliseconds,
            "invoked"
        ),
        Some(_) => tracing::warn!(
            function.name,
            request.id = request_id,
            error.kind = error_type(&outcome.payload),
            "an invocation failed; the function's log says why"
        ),
    }
    outcome
}

/// AWS's metrics of the function, and those that it wrote itself.
fn measure(cloud: &Cloud, deployed: &Deployed, outcome: &Outcome) {
    let Function { region, name, .. } = &deployed.function;
    count(cloud, deployed, "Invocations", 1.0);
    let failed = f64::from(u8::from(outcome.function_error.is_some()));
    count(cloud, deployed, "Errors", failed);
    emf::extract(cloud, region, name);
}

fn count(cloud: &Cloud, deployed: &Deployed, metric: &str, value: f64) {
    let Function { region, name, .. } = &deployed.function;
    let series = Series::new(region, "AWS/Lambda", metric, &[("FunctionName", name)]);
    metrics::record_in(cloud, series, Unit::Count, value);
}

/// A slot for a caller who waits; a refusal is a throttle.
pub(super) async fn slot_for_caller(
    cloud: &Cloud,
    deployed: &Deployed,
) -> Result<OwnedSemaphorePermit, AwsError> {
    let pool = cloud.memory::<Host>().pool(deployed);
    let slot = pool.slot_for_caller().await;
    slot.inspect_err(|_| count(cloud, deployed, "Throttles", 1.0))
}

async fn within_sandbox(cloud: &Cloud, deployed: &Deployed, invocation: Invocation) -> Outcome {
    let pool = cloud.memory::<Host>().pool(deployed);
    let request_id = invocation.request_id.clone();
    let mut sandbox = match ready(cloud, deployed, &pool, &request_id).await {
        Ok(sandbox) => sandbox,
        Err(outcome) => return outcome,
    };
    let timeout = Duration::from_secs(deployed.function.timeout_seconds);
    let (reply, replied) = oneshot::channel();
    let work = Work {
        request_id: invocation.request_id,
        function_arn: deployed.function.arn(cloud),
        trace_id: trace_id(cloud),
        payload: invocation.payload,
        timeout,
        reply,
    };
    sandbox.channel.send(work).await;
    let outcome = tokio::select! {
        biased;
        Ok(reply) = replied => match reply {
            Reply::Response(payload) => Outcome { payload, function_error: None, log_tail: Vec::new() },
            Reply::Error(payload) => Outcome { payload, function_error: Some("Unhandled"), log_tail: Vec::new() },
        },
        status = sandbox.process.wait() => return exited(&request_id, status),
        () = cloud.world.sleep(timeout) => {
            let seconds = timeout.as_secs_f64();
            return failed("Sandbox.Timedout", &format!("RequestId: {request_id} Error: Task timed out after {seconds:.2} seconds"));
        }
    };
    pool.give_back(sandbox, cloud.world.now());
    outcome
}

/// Lambda always sends one; without X-Ray nothing is sampled.
fn trace_id(cloud: &Cloud) -> String {
    let seconds = cloud.world.now().unix_timestamp();
    let dice = cloud.world.dice("lambda/trace-id");
    let (root, parent) = (dice.hex(24), dice.hex(16));
    format!("Root=1-{seconds:08x}-{root};Parent={parent};Sampled=0")
}

/// An idle sandbox, or a new one whose process asked for work.
async fn ready(
    cloud: &Cloud,
    deployed: &Deployed,
    pool: &Pool,
    request_id: &str,
) -> Result<Sandbox, Outcome> {
    let fingerprint = Fingerprint::of(cloud, deployed);
    if let Some(sandbox) = pool.take(&fingerprint) {
        return Ok(sandbox);
    }
    if fingerprint.built.is_none() {
        let binary = fingerprint.binary.display();
        return Err(failed(
            "Runtime.InvalidEntrypoint",
            &format!("RequestId: {request_id} Error: there is no binary {binary}: build it"),
        ));
    }
    // A new sandbox gets credentials of its role.
    let assumed = cloud
        .store
        .read(|tx| deployed.function.check_role(cloud, tx));
    assumed.map_err(|refused| failed("AccessDeniedException", &refused.message))?;
    let mut sandbox = Sandbox::start(cloud, deployed, fingerprint).map_err(|error| {
        failed(
            start_error_type(&error),
            &format!("RequestId: {request_id} Error: {error}"),
        )
    })?;
    let channel = sandbox.channel.clone();
    let phase = tokio::select! {
        biased;
        phase = channel.started() => phase,
        status = sandbox.process.wait() => return Err(exited(request_id, status)),
        () = cloud.world.sleep(INIT_TIMEOUT) => {
            return Err(failed("Sandbox.Timedout", &format!("RequestId: {request_id} Error: the process asked for no event within {INIT_TIMEOUT:?}")));
        }
    };
    match phase {
        Phase::InitError(payload) => Err(Outcome {
            payload,
            function_error: Some("Unhandled"),
            log_tail: Vec::new(),
        }),
        Phase::Ready | Phase::Starting => Ok(sandbox),
    }
}

fn exited(request_id: &str, status: std::io::Result<std::process::ExitStatus>) -> Outcome {
    let how = status.map_or_else(|error| error.to_string(), |status| status.to_string());
    failed(
        "Runtime.ExitError",
        &format!("RequestId: {request_id} Error: Runtime exited with error: {how}"),
    )
}

fn failed(error_type: &str, message: &str) -> Outcome {
    let payload = json!({ "errorType": error_type, "errorMessage": message }).to_string();
    Outcome {
        payload: Bytes::from(payload),
        function_error: Some("Unhandled"),
        log_tail: Vec::new(),
    }
}

fn error_type(payload: &[u8]) -> String {
    let error: serde_json::Value = serde_json::from_slice(payload).unwrap_or_default();
    error["errorType"].as_str().unwrap_or_default().to_owned()
}

pub(super) fn rfc3339(time: OffsetDateTime) -> String {
    time.format(&time::format_description::well_known::Rfc3339)
        .expect("a UTC time of this era has an RFC 3339 form")
}

/// The function's log file, and where this invocation began in it. Sandboxes of one function share
/// the file, as their streams share a group. A disk that takes no log line stops no invocation.
struct Log {
    path: std::path::PathBuf,
    file: Option<std::fs::File>,
    start: u64,
}

impl Log {
    fn open(cloud: &Cloud, function: &str) -> Self {
        let file = open_log(cloud, function).ok();
        let start = file
            .as_ref()
            .and_then(|file| file.metadata().ok())
            .map_or(0, |metadata| metadata.len());
        Self {
            path: log_path(cloud, function),
            file,
            start,
        }
    }

    fn line(&mut self, line: &str) {
        if let Some(file) = &mut self.file {
            // One write, so that lines of two sandboxes do not mix.
            let _ = file.write_all(format!("{line}\n").as_bytes());
        }
    }

    fn tail(&self) -> Vec<u8> {
        let mut tail = Vec::new();
        if let Ok(mut file) = std::fs::File::open(&self.path) {
            let end = file.metadata().map_or(0, |metadata| metadata.len());
            let start = self.start.max(end.saturating_sub(LOG_TAIL_BYTES));
            if file.seek(SeekFrom::Start(start)).is_ok() {
                let _ = file.take(LOG_TAIL_BYTES).read_to_end(&mut tail);
            }
        }
        tail
    }
}
