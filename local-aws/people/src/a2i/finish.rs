//! The end of a loop: its status, `output.json` and the event, in one transaction.

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::FormatItem;
use time::macros::format_description;

use super::human_loop::{Answer, Failure, HumanLoop, Reviewer, Status};
use super::loops::{ACTIVE, ENDED, input};
use local_core::Cloud;
use local_core::event::Event;
use local_core::store::Tx;
use local_s3 as s3;

/// `2026-11-14T17:37:36.740Z`
const MILLISECONDS: &[FormatItem] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
const FOLDERS: &[FormatItem] = format_description!("[year]/[month]/[day]/[hour]/[minute]/[second]");

/// Ends a loop that has every answer, or that was stopped. One whose output cannot be written fails.
pub fn with_output(cloud: &Cloud, tx: &Tx, region: &str, mut it: HumanLoop) {
    match write_output(cloud, tx, region, &it) {
        Ok(uri) => it.output_uri = Some(uri),
        Err(failure) => {
            let reason = format!("the output could not be written: {failure}");
            it.status = Status::Failed;
            it.failure = Some(Failure {
                code: "CustomerError".to_owned(),
                reason,
            });
        }
    }
    end(cloud, tx, region, &it);
}

/// Fails a loop that nobody answered in time.
pub fn expired(cloud: &Cloud, tx: &Tx, region: &str, mut it: HumanLoop) {
    it.status = Status::Failed;
    it.failure = Some(Failure {
        code: "Expired".to_owned(),
        reason: format!(
            "{} of {} answers came in time",
            it.answers.len(),
            it.task_count
        ),
    });
    end(cloud, tx, region, &it);
}

fn end(cloud: &Cloud, tx: &Tx, region: &str, it: &HumanLoop) {
    ACTIVE.delete(tx, region, &it.name);
    ENDED.put(tx, region, &it.name, it);
    tx.emit(&Event {
        source: "aws.sagemaker".to_owned(),
        detail_type: "SageMaker A2I HumanLoop Status Change".to_owned(),
        region: region.to_owned(),
        resources: vec![it.arn.clone()],
        detail: json!({
            "creationTime": milliseconds(it.created),
            "failureCode": it.failure.as_ref().map(|failure| &failure.code),
            "failureReason": it.failure.as_ref().map(|failure| &failure.reason),
            "flowDefinitionArn": it.flow_definition_arn,
            "humanLoopArn": it.arn,
            "humanLoopName": it.name,
            "humanLoopOutput": it.output_uri.as_ref().map(|uri| json!({ "outputS3Uri": uri })),
            "humanLoopStatus": it.status.as_str(),
        }),
        time: cloud.world.now(),
    });
    let status = it.status.as_str();
    tracing::info!(
        human_loop.name = it.name,
        human_loop.status = status,
        "human loop ended"
    );
}

fn write_output(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    it: &HumanLoop,
) -> Result<String, s3::Failure> {
    let (bucket, prefix) = s3::parse_uri(&it.output_path)
        .expect("CreateFlowDefinition takes only an S3 URI as its output path");
    let flow = it
        .flow_definition_arn
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let folders = it
        .created
        .format(FOLDERS)
        .expect("a date of this era has these parts");
    let slash = if prefix.is_empty() || prefix.ends_with('/') {
        ""
    } else {
        "/"
    };
    let key = format!("{prefix}{slash}{flow}/{folders}/{}/output.json", it.name);
    let output = json!({
        "flowDefinitionArn": it.flow_definition_arn,
        "humanAnswers": it.answers.iter().map(human_answer).collect::<Vec<_>>(),
        "humanLoopName": it.name,
        "inputContent": input(tx, region, &it.name),
    });
    let blob = s3::store_bytes(cloud, output.to_string().as_bytes())?;
    s3::put_blob(tx, cloud, bucket, &key, &blob)?;
    Ok(format!("s3://{bucket}/{key}"))
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
