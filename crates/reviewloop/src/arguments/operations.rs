//! Arguments of the commands that operate a running stack.

use clap::{Args, value_parser};

#[derive(Debug, Args)]
pub struct Rollback {
    /// The approved version to return to [default: the version that was live before].
    #[arg(value_name = "VERSION", value_parser = value_parser!(i32).range(1..))]
    pub model_version: Option<i32>,
    /// The reason, recorded in the model registry beside each version that is rejected.
    #[arg(long)]
    pub reason: String,
    /// Return when the rollback is accepted, without waiting for the endpoint.
    #[arg(long)]
    pub no_wait: bool,
}

#[derive(Debug, Args)]
pub struct Watch {
    /// The model version whose comparison is shown [default: the one that runs, or ran last].
    #[arg(value_name = "VERSION", value_parser = value_parser!(i32).range(1..))]
    pub model_version: Option<i32>,
}

#[derive(Debug, Args)]
pub struct Pin {
    /// The approved version that the endpoint is to serve until it is unpinned.
    #[arg(value_name = "VERSION", value_parser = value_parser!(i32).range(1..))]
    pub model_version: i32,
    /// The reason, recorded in the pin.
    #[arg(long)]
    pub reason: String,
    /// Return when the pin is accepted, without waiting for the endpoint.
    #[arg(long)]
    pub no_wait: bool,
}

#[derive(Debug, Args)]
pub struct Unpin {
    /// Return when it is accepted, without waiting for the endpoint.
    #[arg(long)]
    pub no_wait: bool,
}

#[derive(Debug, Args)]
pub struct Release {
    /// The dataset version; reviewloop status shows it.
    #[arg(value_name = "VERSION", value_parser = value_parser!(u32).range(1..))]
    pub dataset_version: u32,
    /// Why a version that is held takes part in the dataset all the same; it is kept with the version.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
pub struct Stop {
    /// The pipeline execution's id or ARN, or the study's name.
    #[arg(value_name = "EXECUTION OR STUDY")]
    pub name: String,
}

#[derive(Debug, Args)]
pub struct Discard {
    /// The upload's id, as a notice has it, or its key in the bucket (incoming/…).
    #[arg(value_name = "UPLOAD")]
    pub upload: String,
}

#[derive(Debug, Args)]
pub struct Redrive {
    /// List the messages and send nothing.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Logs {
    /// A function (judge-model), the endpoint, or the name of a training or processing job.
    #[arg(value_name = "FUNCTION|endpoint|JOB")]
    pub name: String,
    /// Print new lines as they come, until Ctrl-C.
    #[arg(long)]
    pub follow: bool,
}

pub const ROLLBACK: &str = "\
Examples:
  reviewloop rollback --reason 'confuses complaints and praise'
  reviewloop rollback 3 --reason 'versions 4 and 5 were trained on a wrong file'

Every approved version above the one that is returned to is rejected with the reason, so that it is not deployed again.
A later version that passes the gate is deployed as usual; reviewloop pin holds a version.";

pub const PIN: &str = "\
Examples:
  reviewloop pin 3 --reason 'sale week'
  reviewloop unpin";

pub const REDRIVE: &str = "\
Examples:
  reviewloop redrive --dry-run
  reviewloop redrive

Sends each event of the queues undelivered-events and failed-invocations to its function once more and removes it from
the queue. What a function does is decided by the state it finds, so an event that is no longer needed has no effect.";

pub const LOGS: &str = "\
Examples:
  reviewloop logs judge-model
  reviewloop logs endpoint --follow
  reviewloop logs pipelines-k3jx5c0q2f7d-TrainModel-a1b2c3

In an account it needs version 2 of the AWS CLI and shows the last hour; --follow shows the sandboxes of a function that
have run by then.";

pub const WATCH: &str = "\
Examples:
  reviewloop watch
  reviewloop watch 3 > rollout.txt

In a terminal it follows the comparison until its end or Ctrl-C; elsewhere it prints it once. reviewloop report draws it.";
