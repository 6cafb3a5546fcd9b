//! The state of the CloudFormation stack itself, and what answers one that is no settled good one.
//!
//! Source: the CloudFormation user guide, "Stack status codes".

use std::time::Duration;

use anyhow::{Context, bail};
use policy::shell::at_stack;

use crate::aws_cli::Cli;

/// Beyond it, a look that is only one of many goes on without the answer.
const LIMIT: Duration = Duration::from_secs(20);

/// The stack's status, `None` where there is no such stack.
pub async fn status(cli: &Cli<'_>, stack: &str) -> anyhow::Result<Option<String>> {
    let command = "cloudformation describe-stacks --query Stacks[0].StackStatus --output text";
    let arguments = ["--stack-name", stack];
    let answer = tokio::time::timeout(LIMIT, cli.call(command, &arguments)).await;
    match answer.context("CloudFormation did not answer in time")?? {
        Ok(status) => Ok(Some(status)),
        Err(failure) if failure.contains("does not exist") => Ok(None),
        Err(failure) => bail!(failure),
    }
}

/// What a person does about a status; `None` where the last operation has succeeded. `account` is its number.
pub fn remedy(status: &str, stack: &str, account: &str) -> Option<String> {
    let events = format!("aws cloudformation describe-stack-events --stack-name {stack}");
    let delete = at_stack(&format!("reviewloop down --account {account}"), stack);
    let remedy = match status {
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE" => return None,
        "REVIEW_IN_PROGRESS" => "a change set was made and not executed: infra/deploy".to_owned(),
        "CREATE_FAILED" | "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" => {
            format!("its creation failed; the reason: {events}; then {delete}, and infra/deploy")
        }
        "DELETE_FAILED" => format!("its deletion failed; the reason: {events}; then {delete}"),
        "UPDATE_ROLLBACK_COMPLETE" | "IMPORT_ROLLBACK_COMPLETE" => format!(
            "the last change was taken back and it works as before; the reason: {events}; then infra/deploy"
        ),
        "UPDATE_ROLLBACK_FAILED" => format!(
            "the last change could not be taken back; the reason: {events}; then aws cloudformation \
             continue-update-rollback --stack-name {stack}"
        ),
        under_way if under_way.ends_with("_IN_PROGRESS") => {
            format!("CloudFormation is at work: {events}")
        }
        _ => format!("the reason: {events}; then infra/deploy"),
    };
    Some(remedy)
}

/// Whether the stack works all the same: nothing is lost while a change is under way or was taken back.
pub fn works(status: &str) -> bool {
    status.ends_with("_COMPLETE") && status != "ROLLBACK_COMPLETE"
        || status.starts_with("UPDATE_") && status.ends_with("_IN_PROGRESS")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the user guide's table, without the deleted stack's.
    const STATUSES: [&str; 22] = [
        "CREATE_COMPLETE",
        "CREATE_IN_PROGRESS",
        "CREATE_FAILED",
        "DELETE_FAILED",
        "DELETE_IN_PROGRESS",
        "REVIEW_IN_PROGRESS",
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "ROLLBACK_IN_PROGRESS",
        "UPDATE_COMPLETE",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_FAILED",
        "UPDATE_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_FAILED",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "IMPORT_IN_PROGRESS",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_IN_PROGRESS",
        "IMPORT_ROLLBACK_FAILED",
        "IMPORT_ROLLBACK_COMPLETE",
    ];

    #[test]
    fn every_status_but_a_success_names_a_command() {
        for status in STATUSES {
            let remedy = remedy(status, "mine", "123456789012");
            let is_good =
                ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"].contains(&status);
            assert_eq!(remedy.is_none(), is_good, "{status}");
            let remedy = remedy.unwrap_or_default();
            let named = ["--stack-name mine", "infra/deploy"].map(|word| remedy.contains(word));
            assert!(is_good || named.contains(&true), "{status}: {remedy}");
            let (down, delete) = (
                "reviewloop down",
                "reviewloop down --account 123456789012 --stack mine",
            );
            assert_eq!(remedy.contains(down), remedy.contains(delete), "{remedy}");
        }
    }

    #[test]
    fn a_stack_that_was_not_made_or_is_half_deleted_does_not_work() {
        let broken = STATUSES.iter().filter(|status| !works(status));
        let broken: Vec<&str> = broken.copied().collect();
        assert!(broken.contains(&"ROLLBACK_COMPLETE") && broken.contains(&"DELETE_FAILED"));
        assert!(works("UPDATE_ROLLBACK_COMPLETE") && works("UPDATE_IN_PROGRESS"));
    }
}
