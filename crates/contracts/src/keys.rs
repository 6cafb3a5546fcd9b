//! Where things lie in the one bucket. The template and the pipeline repeat some of these
//! prefixes; a test holds them equal.

mod feedback;
mod rollouts;
mod studies;

pub use feedback::*;
pub use rollouts::*;
pub use studies::*;

/// Uploads: `incoming/<file>` adds a part.
pub const INCOMING: &str = "incoming/";
/// Uploads that replace all earlier parts.
pub const INCOMING_REPLACE: &str = "incoming/replace/";
/// Written by prepare-retraining alone.
pub const INCOMING_HUMAN_LABELS: &str = "incoming/human-labels/";
/// Texts without labels: request-labels asks people about them.
pub const INCOMING_UNLABELLED: &str = "incoming/unlabelled/";
/// Behind an upload's key: the columns of its file.
const SCHEMA: &str = ".schema.json";
pub const DATASETS: &str = "datasets/";
pub const RUN: &str = "state/run.json";
pub const PIN: &str = "state/pin.json";
pub const APPROVALS: &str = "state/approvals/";
pub const DEPLOYMENTS: &str = "state/deployments/";
pub const LIVE_VERSIONS: &str = "state/live-versions/";
pub const HUMAN_LOOPS: &str = "state/human-loops/";
pub const LABEL_REQUESTS: &str = "state/label-requests/";
pub const UNASKED: &str = "state/unasked/";
pub const ANSWERS: &str = "state/answers.json";
pub const REVIEW_DAYS: &str = "state/review-days/";
pub const TOLD: &str = "state/told/";
pub const FAILURES: &str = "state/failures/";
pub const LABELS: &str = "labels/";
pub const VERDICTS: &str = "verdicts/";
/// What the pipeline gets as `ChampionModel` while nothing is approved, and as `AnchorModel` while
/// there is no anchor besides the champion: a prefix that holds only [`NO_CHAMPION_MARKER`],
/// because a processing input must not be empty.
pub const NO_CHAMPION: &str = "champion/none/";
pub const NO_CHAMPION_MARKER: &str = "champion/none/marker";
/// The same for `Pretrained`.
pub const NO_PRETRAINED: &str = "pretrained/none/";
pub const NO_PRETRAINED_MARKER: &str = "pretrained/none/marker";
pub const EXECUTIONS: &str = "executions/";
/// Below an execution's folder, what its evaluate step writes.
const EVALUATION: &str = "evaluation/evaluation.json";
/// The same of its prepare step.
const PREPARED_PROFILE: &str = "profile/profile.json";
pub const HUMAN_REVIEW: &str = "human-review/";
/// The review portal's, below [`HUMAN_REVIEW`]: the template lets all of it expire.
pub const TASKS: &str = "human-review/tasks/";
/// An empty object for each task that is not over, or whose end is not told yet.
pub const OPEN_TASKS: &str = "human-review/open/";
/// An empty object for each task that a worker has taken.
pub const CLAIMED_TASKS: &str = "human-review/claims/";
/// An empty object for each task that a worker has answered.
pub const ANSWERED_TASKS: &str = "human-review/answered/";
/// An empty object for each task that a worker has skipped; the task has the reason.
pub const SKIPPED_TASKS: &str = "human-review/skipped/";
pub const TASK_OUTPUTS: &str = "human-review/portal/";

/// The columns of an upload's file, beside it.
pub fn schema(upload: &str) -> String {
    format!("{upload}{SCHEMA}")
}

/// Whether the key is of columns, and no upload itself.
pub fn is_schema(key: &str) -> bool {
    key.ends_with(SCHEMA)
}

pub fn part(dataset: &str, part: &str) -> String {
    format!("{}{part}.jsonl", parts_prefix(dataset))
}

pub fn parts_prefix(dataset: &str) -> String {
    format!("{DATASETS}{dataset}/parts/")
}

pub fn profile(dataset: &str, part: &str) -> String {
    format!("{DATASETS}{dataset}/profiles/{part}.json")
}

/// The statistics of a part, which constraints are suggested from and checked by.
pub fn statistics(dataset: &str, part: &str) -> String {
    format!("{DATASETS}{dataset}/statistics/{part}.json")
}

/// The highest number is in force. Each is written once.
pub fn constraints(dataset: &str, number: u32) -> String {
    format!("{}{number:08}.json", constraints_prefix(dataset))
}

pub fn constraints_prefix(dataset: &str) -> String {
    format!("{DATASETS}{dataset}/constraints/")
}

pub fn quarantine(dataset: &str, part: &str) -> String {
    format!("{DATASETS}{dataset}/quarantine/{part}.jsonl")
}

/// `id` is `policy::naming::receipt`'s, which the uploader can compute.
pub fn receipt(dataset: &str, id: &str) -> String {
    format!("{}{id}.json", receipts_prefix(dataset))
}

pub fn receipts_prefix(dataset: &str) -> String {
    format!("{DATASETS}{dataset}/receipts/")
}

/// `id` is the beginning of the upload's receipt.
pub fn intake_request(dataset: &str, id: &str) -> String {
    format!("{}{id}/request.json", intakes_prefix(dataset))
}

pub fn intake_result(dataset: &str, id: &str) -> String {
    format!("{}{id}/result.json", intakes_prefix(dataset))
}

/// SageMaker's `ManifestFile` that names the upload and no other of the same beginning.
pub fn intake_input(dataset: &str, id: &str) -> String {
    format!("{}{id}/input.manifest", intakes_prefix(dataset))
}

pub fn intakes_prefix(dataset: &str) -> String {
    format!("{}intakes/", self::dataset(dataset))
}

/// Everything of a dataset.
pub fn dataset(dataset: &str) -> String {
    format!("{DATASETS}{dataset}/")
}

/// SageMaker's `ManifestFile` with a dataset version's parts.
pub fn inputs(dataset: &str, version_id: &str) -> String {
    format!("{DATASETS}{dataset}/inputs/{version_id}.manifest")
}

pub fn versions_prefix(dataset: &str) -> String {
    format!("{DATASETS}{dataset}/versions/")
}

/// Versions are numbered so that two writers race for one key (`If-None-Match`), and padded so
/// that S3's listing order is their order.
pub fn version(dataset: &str, number: u32) -> String {
    format!("{}{number:08}.json", versions_prefix(dataset))
}

/// One small object for each version that waits for a person.
pub fn held(dataset: &str, number: u32) -> String {
    format!("{}{number:08}.json", held_prefix(dataset))
}

pub fn held_prefix(dataset: &str) -> String {
    format!("{DATASETS}{dataset}/held/")
}

/// What the feature group has.
pub fn export(dataset: &str) -> String {
    format!("{DATASETS}{dataset}/features/export.json")
}

/// Which version it is getting.
pub fn export_claim(dataset: &str) -> String {
    format!("{DATASETS}{dataset}/features/claim.json")
}

/// The rows that it refused.
pub fn failed_features(dataset: &str) -> String {
    format!("{DATASETS}{dataset}/features/failed.jsonl")
}

/// The number in a version's key, if it is one of `dataset`.
pub fn version_number(dataset: &str, key: &str) -> Option<u32> {
    number(key, &versions_prefix(dataset))
}

/// The same of constraints.
pub fn constraints_number(dataset: &str, key: &str) -> Option<u32> {
    number(key, &constraints_prefix(dataset))
}

fn number(key: &str, prefix: &str) -> Option<u32> {
    let number = key.strip_prefix(prefix)?.strip_suffix(".json")?;
    number.parse().ok()
}

/// A version's consolidated rows, as the catalogue's table has its partitions.
pub fn rows(dataset: &str, number: u32) -> String {
    format!("{DATASETS}{dataset}/rows/version={number:08}/rows.parquet")
}

/// Below it lies one object that names the files of the newest explored version's rows: Hive's symlink format.
pub fn newest_rows(dataset: &str) -> String {
    format!("{DATASETS}{dataset}/newest/rows")
}

/// Written last: a version without it has not been explored.
pub fn exploration(dataset: &str, number: u32) -> String {
    exploration_file(dataset, number, "exploration.json")
}

/// The page and its pictures: `index.html`, `<picture>.svg`.
pub fn exploration_file(dataset: &str, number: u32, file: &str) -> String {
    format!("{}{number:08}/{file}", explorations_prefix(dataset))
}

pub fn explorations_prefix(dataset: &str) -> String {
    format!("{DATASETS}{dataset}/explorations/")
}

/// The version that a file of rows is of.
pub fn rows_version(key: &str) -> Option<u32> {
    let (_, partition) = key.split_once("/rows/version=")?;
    partition.split('/').next()?.parse().ok()
}

/// By the model package's version.
pub fn approvals(version: i32) -> String {
    format!("{APPROVALS}{version}.json")
}

pub fn deployment(endpoint_config: &str) -> String {
    format!("{DEPLOYMENTS}{endpoint_config}.json")
}

/// By the version, which a package's ARN ends with.
pub fn live_version(model_package_arn: &str) -> String {
    let version = model_package_arn.rsplit('/').next().unwrap_or_default();
    format!("{LIVE_VERSIONS}{version:0>8}.json")
}

pub fn human_loop(text_hash: &str) -> String {
    format!("{HUMAN_LOOPS}{text_hash}.json")
}

/// The text hash in a human loop record's key.
pub fn human_loop_text_hash(key: &str) -> Option<&str> {
    key.strip_prefix(HUMAN_LOOPS)?.strip_suffix(".json")
}

/// `id` is that of the upload's receipt.
pub fn label_request(id: &str) -> String {
    format!("{LABEL_REQUESTS}{id}.json")
}

pub fn unasked(id: &str) -> String {
    format!("{UNASKED}{id}.json")
}

/// Inverse of [`unasked`].
pub fn unasked_id(key: &str) -> Option<&str> {
    key.strip_prefix(UNASKED)?.strip_suffix(".json")
}

pub fn task(human_loop: &str) -> String {
    format!("{TASKS}{human_loop}.json")
}

/// S3 allows a key 1,024 bytes: so many [`Worker::id`](crate::task::Worker::id)s of 26 letters and the longest name of a human
/// loop are fewer than 900.
const WORKERS_IN_A_KEY: usize = 30;

/// The key names the first of the workers who must not answer, so that few read a task in vain to learn it.
pub fn open_task(human_loop: &str, except: &[String]) -> String {
    if except.is_empty() {
        return format!("{OPEN_TASKS}{human_loop}");
    }
    let named = &except[..except.len().min(WORKERS_IN_A_KEY)];
    format!("{OPEN_TASKS}{human_loop}/{}", named.join(","))
}

/// The human loop in an open task's key, and the first of those who must not answer.
pub fn parse_open_task(key: &str) -> Option<(&str, Vec<&str>)> {
    let name = key.strip_prefix(OPEN_TASKS)?;
    Some(match name.split_once('/') {
        Some((human_loop, except)) => (human_loop, except.split(',').collect()),
        None => (name, Vec::new()),
    })
}

/// As a message may show a key: without the workers that some name.
pub fn without_workers(key: &str) -> &str {
    if let Some(name) = key.strip_prefix(OPEN_TASKS) {
        let human_loop = name.split('/').next().unwrap_or_default();
        &key[..OPEN_TASKS.len() + human_loop.len()]
    } else if key.starts_with(CLAIMED_TASKS) {
        CLAIMED_TASKS
    } else if key.starts_with(ANSWERED_TASKS) {
        ANSWERED_TASKS
    } else if key.starts_with(SKIPPED_TASKS) {
        SKIPPED_TASKS
    } else {
        key
    }
}

/// `worker` is a [`Worker::id`](crate::task::Worker::id).
pub fn claimed_task(worker: &str, human_loop: &str) -> String {
    format!("{}{human_loop}", claimed_tasks_prefix(worker))
}

pub fn claimed_tasks_prefix(worker: &str) -> String {
    format!("{CLAIMED_TASKS}{worker}/")
}

pub fn skipped_task(worker: &str, human_loop: &str) -> String {
    format!("{}{human_loop}", skipped_tasks_prefix(worker))
}

pub fn skipped_tasks_prefix(worker: &str) -> String {
    format!("{SKIPPED_TASKS}{worker}/")
}

/// The human loop in a skipped task's key.
pub fn skipped_task_human_loop(key: &str) -> Option<&str> {
    key.strip_prefix(SKIPPED_TASKS)?.split('/').nth(1)
}

/// `date` as in RFC 3339, UTC: of the first answer, whatever becomes of it.
pub fn answered_task(worker: &str, date: &str, human_loop: &str) -> String {
    format!("{}{date}/{human_loop}", answered_tasks_prefix(worker))
}

pub fn answered_tasks_prefix(worker: &str) -> String {
    format!("{ANSWERED_TASKS}{worker}/")
}

/// The human loop in an answered task's key.
pub fn answered_task_human_loop(key: &str) -> Option<&str> {
    key.strip_prefix(ANSWERED_TASKS)?.splitn(3, '/').nth(2)
}

pub fn task_output(human_loop: &str) -> String {
    format!("{TASK_OUTPUTS}{human_loop}/output.json")
}

/// `date` as in RFC 3339, UTC: `2026-11-22`.
pub fn review_day(date: &str) -> String {
    format!("{REVIEW_DAYS}{date}.json")
}

pub fn failure(execution_id: &str) -> String {
    format!("{FAILURES}{execution_id}.json")
}

/// `subject` is `policy::notice`'s name of a matter.
pub fn told(subject: &str) -> String {
    format!("{TOLD}{subject}.json")
}

pub fn label(text_hash: &str) -> String {
    format!("{LABELS}{text_hash}.json")
}

/// The text hash in a label's key.
pub fn label_text_hash(key: &str) -> Option<&str> {
    key.strip_prefix(LABELS)?.strip_suffix(".json")
}

pub fn human_labels(part: &str) -> String {
    format!("{INCOMING_HUMAN_LABELS}{part}.jsonl")
}

pub fn verdict(model_package_version: i32, hash: &str) -> String {
    format!("{VERDICTS}{model_package_version:08}/{hash}.json")
}

/// Everything that the execution's steps wrote.
pub fn execution(execution_id: &str) -> String {
    format!("{EXECUTIONS}{execution_id}/")
}

/// What the execution's evaluate step wrote.
pub fn evaluation(execution_id: &str) -> String {
    execution(execution_id) + EVALUATION
}

/// What the execution's prepare step wrote of its rows.
pub fn prepared_profile(execution_id: &str) -> String {
    execution(execution_id) + PREPARED_PROFILE
}

/// The execution below whose folder the key lies.
pub fn execution_id(key: &str) -> Option<&str> {
    Some(key.strip_prefix(EXECUTIONS)?.split_once('/')?.0)
}

/// `s3://bucket/key`.
pub fn s3_uri(bucket: &str, key: &str) -> String {
    format!("s3://{bucket}/{key}")
}

/// Bucket and key of an `s3://` URI.
pub fn parse_s3_uri(uri: &str) -> Option<(&str, &str)> {
    uri.strip_prefix("s3://")?.split_once('/')
}
