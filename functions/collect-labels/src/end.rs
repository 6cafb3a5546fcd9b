//! How a loop ended.
//!
//! | DescribeHumanLoop | end | what follows |
//! |---|---|---|
//! | InProgress, Stopping | `Open` | nothing; its end is another event |
//! | Completed | `Answered` | the label, or another loop where the answers do not agree on one |
//! | Failed (an expired loop is one) | `Failed` | another loop |
//! | Stopped by a person | `Stopped` | the label, where answers were given before; otherwise the text is closed |
//! | Stopped by an update | `Stopped` | the label, where answers were given before; otherwise another loop |
//! | ResourceNotFound | `Gone` | the loop is started again under its name |

use anyhow::{Context, Result};
use aws_sdk_sagemakera2iruntime::types::HumanLoopStatus;
use contracts::keys;

use crate::Deps;

pub enum End {
    Gone,
    Open,
    Answered {
        output_key: String,
    },
    /// Expired, or A2I failed: worth asking again.
    Failed {
        reason: String,
    },
    /// Earlier answers still count.
    Stopped {
        output_key: Option<String>,
        by: Stopper,
    },
}

pub enum Stopper {
    Person,
    /// provision-stack, which deletes a flow definition only after its open loops are stopped. A deletion of the stack
    /// deletes this function first, so another flow definition has taken its place.
    Update {
        flow_definition_arn: String,
    },
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
    let output_key = match described.human_loop_output.and_then(|it| it.output_s3_uri) {
        Some(uri) => Some(output_key(deps, &uri)?),
        None => None,
    };
    let flow_definition_arn = described.flow_definition_arn;
    Ok(match described.human_loop_status {
        Some(HumanLoopStatus::Completed) => End::Answered {
            output_key: output_key
                .with_context(|| format!("the completed loop {name} names no output"))?,
        },
        Some(HumanLoopStatus::Stopped) => End::Stopped {
            output_key,
            by: match flow_definition_arn {
                Some(earlier) if earlier != deps.config.flow_definition_arn => Stopper::Update {
                    flow_definition_arn: earlier,
                },
                _ => Stopper::Person,
            },
        },
        Some(HumanLoopStatus::Failed) => {
            let code = described.failure_code.unwrap_or_default();
            let reason = described.failure_reason.unwrap_or_default();
            End::Failed {
                reason: format!("{code}: {reason}"),
            }
        }
        _ => End::Open,
    })
}

fn output_key(deps: &Deps, uri: &str) -> Result<String> {
    let (bucket, key) = keys::parse_s3_uri(uri).with_context(|| format!("{uri} is no S3 URI"))?;
    anyhow::ensure!(bucket == deps.bucket.name, "{uri} is not in our bucket");
    Ok(key.to_owned())
}
