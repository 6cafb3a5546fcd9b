//! Amazon A2I: a loop is a human loop of the stack's flow definition.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use aws_sdk_sagemakera2iruntime::primitives::DateTime;
use aws_sdk_sagemakera2iruntime::types::{HumanLoopInput as Input, HumanLoopStatus as Status};
use aws_types::SdkConfig;
use contracts::keys;
use contracts::review::HumanLoopRecord;
use contracts::task::Moment;
use policy::refusal::Kind;

use super::state::{Listed, State};
use crate::objects::Bucket;
use crate::packages::PAGE;
use crate::refusal::Refusal;

#[derive(Debug, Clone)]
pub struct A2i {
    client: aws_sdk_sagemakera2iruntime::Client,
    /// The name of the bucket that the answers are written to.
    bucket: String,
    pub flow_definition_arn: String,
}

impl A2i {
    pub fn new(aws: &SdkConfig, bucket: &Bucket, flow_definition_arn: &str) -> Self {
        Self {
            client: aws_sdk_sagemakera2iruntime::Client::new(aws),
            bucket: bucket.name.clone(),
            flow_definition_arn: flow_definition_arn.to_owned(),
        }
    }

    pub async fn start(&self, record: &HumanLoopRecord) -> Result<(), Refusal> {
        let content = serde_json::to_string(&record.input).map_err(|error| Refusal {
            kind: Kind::Lasting,
            reason: error.to_string(),
        })?;
        let input = Input::builder().input_content(content).build();
        let start = self.client.start_human_loop();
        let start = start
            .human_loop_name(&record.human_loop)
            .flow_definition_arn(&self.flow_definition_arn)
            .human_loop_input(input);
        start.send().await?;
        Ok(())
    }

    pub async fn state(&self, human_loop: &str) -> Result<State> {
        let describe = self.client.describe_human_loop();
        let described = match describe.human_loop_name(human_loop).send().await {
            Ok(described) => described,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_resource_not_found_exception()) =>
            {
                return Ok(State::Gone);
            }
            Err(error) => {
                return Err(error).with_context(|| format!("describe the loop {human_loop}"));
            }
        };
        let output_key = match described.human_loop_output.and_then(|it| it.output_s3_uri) {
            Some(uri) => Some(self.output_key(&uri)?),
            None => None,
        };
        Ok(match described.human_loop_status {
            Some(Status::Completed) => State::Answered {
                output_key: output_key
                    .with_context(|| format!("the completed loop {human_loop} names no output"))?,
            },
            Some(Status::Stopped) => State::Stopped {
                output_key,
                reviewers: described.flow_definition_arn,
            },
            Some(Status::Failed) => {
                let code = described.failure_code.unwrap_or_default();
                let reason = described.failure_reason.unwrap_or_default();
                State::Failed {
                    reason: format!("{code}: {reason}"),
                }
            }
            _ => State::Open,
        })
    }

    fn output_key(&self, uri: &str) -> Result<String> {
        let (bucket, key) =
            keys::parse_s3_uri(uri).with_context(|| format!("{uri} is no S3 URI"))?;
        ensure!(bucket == self.bucket, "{uri} is not in our bucket");
        Ok(key.to_owned())
    }

    /// All loops of the flow definition.
    pub async fn list(&self) -> Result<BTreeMap<String, Listed>> {
        let list = self.client.list_human_loops();
        let list = list.flow_definition_arn(&self.flow_definition_arn);
        let mut loops = list.max_results(PAGE).into_paginator().items().send();
        let mut listed = BTreeMap::new();
        while let Some(found) = loops.next().await {
            let found = found.context("list the human loops")?;
            let status = match found.human_loop_status {
                Some(Status::Completed) => Listed::Completed,
                Some(Status::Failed) => Listed::Failed,
                Some(Status::Stopped) => Listed::Stopped,
                _ => Listed::Open(created(found.creation_time)),
            };
            listed.extend(found.human_loop_name.map(|name| (name, status)));
        }
        Ok(listed)
    }

    pub async fn stop(&self, human_loop: &str) -> Result<(), Refusal> {
        let stop = self.client.stop_human_loop();
        stop.human_loop_name(human_loop).send().await?;
        Ok(())
    }
}

/// Every loop has a time of creation; without it, it has not waited.
fn created(at: Option<DateTime>) -> Moment {
    let milliseconds = at.and_then(|at| at.to_millis().ok());
    Moment(milliseconds.unwrap_or(i64::MAX))
}
