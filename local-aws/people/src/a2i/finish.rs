//! Changes of an active loop, and its end: its status, `output.json` and the event, in one transaction.

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::FormatItem;
use time::macros::format_description;

use super::flows;
use super::human_loop::{Answer, Failure, HumanLoop, Reviewer, Status};
use super::loops;
use local_core::event::Event;
use local_core::store::{Blob, Tx, sound};
use local_core::{Cloud, Principal};
use local_s3 as s3;

/// `2026-11-14T17:37:36.740Z`
const MILLISECONDS: &[FormatItem] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
const FOLDERS: &[FormatItem] = format_description!("[year]/[month]/[day]/[hour]/[minute]/[second]");

/// Changes an active loop; one that the change ends is ended with its output. Answers the loop, or
/// `None` where none of that name is active.
///
/// The output is written and synced before the transaction, which holds the store's only writer. A
/// loop that has changed until then is read and changed again.
pub fn change<E>(
    cloud: &Cloud,
    (region, name): (&str, &str),
    change: impl Fn(&mut HumanLoop) -> Result<(), E>,
) -> Result<Option<HumanLoop>, E> {
    loop {
        let Some(before) = cloud.store.read(|tx| loops::active(tx, region, name)) else {
            return Ok(None);
        };
        let mut after = before.clone();
        change(&mut after)?;
        if after == before {
            return Ok(Some(after));
        }
        let output =
            (after.status != Status::InProgress).then(|| Output::write(cloud, region, &after));
        let changed = cloud.store.update(|tx| {
            if loops::active(tx, region, name).as_ref() != Some(&before) {
                return None;
            }
            match output {
                Some(output) => output.put(cloud, tx, region, &mut after),
                None => loops::update(tx, region, &after),
            }
            Some(after)
        });
        if changed.is_some() {
            return Ok(changed);
        }
    }
}

/// Fails a loop that was not answered in time.
pub fn expired(cloud: &Cloud, tx: &Tx, region: &str, mut human_loop: HumanLoop) {
    human_loop.status = Status::Failed;
    human_loop.failure = Some(Failure {
        code: "Expired".to_owned(),
        reason: format!(
            "{} of {} answers came in time",
            human_loop.answers.len(),
            human_loop.task_count
        ),
    });
    end(cloud, tx, region, &human_loop);
}

fn end(cloud: &Cloud, tx: &Tx, region: &str, human_loop: &HumanLoop) {
    loops::end(tx, region, human_loop);
    let failure = human_loop.failure.as_ref();
    let uri = human_loop.output_uri.as_ref();
    tx.emit(&Event {
        source: "aws.sagemaker".to_owned(),
        detail_type: "SageMaker A2I HumanLoop Status Change".to_owned(),
        region: region.to_owned(),
        resources: vec![human_loop.arn.clone()],
        detail: json!({
            "creationTime": milliseconds(human_loop.created),
            "failureCode": failure.map(|failure| &failure.code),
            "failureReason": failure.map(|failure| &failure.reason),
            "flowDefinitionArn": human_loop.flow_definition_arn,
            "humanLoopArn": human_loop.arn,
            "humanLoopName": human_loop.name,
            "humanLoopOutput": uri.map(|uri| json!({ "outputS3Uri": uri })),
            "humanLoopStatus": human_loop.status.as_str(),
        }),
        time: cloud.world.now(),
    });
    tracing::info!(
        human_loop.name,
        human_loop.status = human_loop.status.as_str(),
        "human loop ended"
    );
}

/// `output.json` of a loop that ends: on disk, and not yet an object.
struct Output {
    bucket: String,
    key: String,
    blob: Blob,
}

impl Output {
    fn write(cloud: &Cloud, region: &str, human_loop: &HumanLoop) -> Self {
        let (bucket, prefix) = s3::parse_uri(&human_loop.output_path)
            .expect("CreateFlowDefinition takes only an S3 URI as its output path");
        let flow = human_loop.flow_definition_arn.rsplit('/').next();
        let flow = flow.unwrap_or_default();
        let folders = human_loop
            .created
            .format(FOLDERS)
            .expect("a date of this era has these parts");
        let slash = if prefix.is_empty() || prefix.ends_with('/') {
            ""
        } else {
            "/"
        };
        let name = &human_loop.name;
        let answers = human_loop.answers.iter().map(human_answer);
        let input = cloud.store.read(|tx| loops::input(tx, region, name));
        let output = json!({
            "flowDefinitionArn": human_loop.flow_definition_arn,
            "humanAnswers": answers.collect::<Vec<_>>(),
            "humanLoopName": name,
            "inputContent": input,
        });
        Self {
            bucket: bucket.to_owned(),
            key: format!("{prefix}{slash}{flow}/{folders}/{name}/output.json"),
            blob: sound(s3::store_bytes(cloud, output.to_string().as_bytes())),
        }
    }

    /// Ends the loop with its output as an object. A loop whose bucket does not take it fails.
    fn put(self, cloud: &Cloud, tx: &Tx, region: &str, human_loop: &mut HumanLoop) {
        let Self { bucket, key, blob } = self;
        let objects = s3::InName {
            cloud,
            principal: &Principal::role(&flows::role_arn(tx, region, human_loop), flows::SESSION),
        };
        match objects.put_blob(tx, &bucket, &key, &blob) {
            Ok(_) => human_loop.output_uri = Some(format!("s3://{bucket}/{key}")),
            Err(failure) => {
                human_loop.status = Status::Failed;
                human_loop.failure = Some(Failure {
                    code: "CustomerError".to_owned(),
                    reason: format!("the output could not be written: {failure}"),
                });
            }
        }
        end(cloud, tx, region, human_loop);
    }
}

fn human_answer(answer: &Answer) -> Value {
    let seconds = (answer.submitted - answer.accepted).as_seconds_f64();
    json!({
        "acceptanceTime": milliseconds(answer.accepted),
        "answerContent": answer.content,
        "submissionTime": milliseconds(answer.submitted),
        "timeSpentInSeconds": (seconds * 1000.0).round() / 1000.0,
        "workerId": worker_id(&answer.reviewer),
        "workerMetadata": {
            "identityData": {
                "identityProviderType": "Cognito",
                "issuer": answer.reviewer.issuer,
                "sub": answer.reviewer.sub,
            },
        },
    })
}

/// The same for a worker's every answer, and no name.
fn worker_id(reviewer: &Reviewer) -> String {
    let digest = Sha256::digest(format!("{} {}", reviewer.issuer, reviewer.sub));
    HEXLOWER.encode(&digest[..8])
}

/// A moment in the form that A2I writes everywhere.
pub fn milliseconds(time: OffsetDateTime) -> String {
    time.format(MILLISECONDS)
        .expect("a time of this era has these parts")
}
