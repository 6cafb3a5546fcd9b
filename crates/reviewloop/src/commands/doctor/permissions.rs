//! What the person at the keyboard may do.

use anyhow::{Context, bail};
use contracts::names;
use serde_json::Value;

use super::check::{Check, Verdict};
use crate::account::Account;
use crate::aws_cli::Cli;

pub async fn check(cli: &Cli<'_>, account: &Account) -> anyhow::Result<Check> {
    let identity = cli.json("sts get-caller-identity", &[]).await?;
    let identity = identity["Arn"].as_str().context("STS named no ARN")?;
    let principal = principal(identity)?;
    let mut denied = Vec::new();
    for (action, resource) in needed(account) {
        let arguments = [
            "--policy-source-arn",
            &principal,
            "--action-names",
            action,
            "--resource-arns",
            &resource,
        ];
        let answer = cli
            .json("iam simulate-principal-policy", &arguments)
            .await?;
        if !is_allowed(&answer) {
            denied.push(action);
        }
    }
    Ok(if denied.is_empty() {
        Check::new("permissions", Verdict::Ok, identity)
    } else {
        let finding = format!("{identity} may not: {}", denied.join(", "));
        Check::new("permissions", Verdict::Failed, finding)
    })
}

/// What upload, status, the commands that invoke a function, and a decision need.
fn needed(account: &Account) -> [(&'static str, String); 4] {
    let Account {
        stack,
        number,
        region,
        bucket,
        ..
    } = account;
    let function = names::function(stack, "start-pipeline");
    let group = names::model_package_group(stack);
    [
        (
            "s3:PutObject",
            format!("arn:aws:s3:::{bucket}/incoming/doctor.csv"),
        ),
        (
            "s3:GetObject",
            format!("arn:aws:s3:::{bucket}/state/run.json"),
        ),
        (
            "lambda:InvokeFunction",
            format!("arn:aws:lambda:{region}:{number}:function:{function}"),
        ),
        (
            "sagemaker:UpdateModelPackage",
            account.sagemaker_arn(&format!("model-package/{group}/1")),
        ),
    ]
}

/// IAM simulates users and roles, and no session of a role.
fn principal(identity: &str) -> anyhow::Result<String> {
    let Some((account, session)) = identity.split_once(":assumed-role/") else {
        return Ok(identity.to_owned());
    };
    let role = session.split('/').next().unwrap_or_default();
    if role.starts_with("AWSReservedSSO_") {
        bail!(
            "{identity} is a role of IAM Identity Center, whose path is not known here; IAM cannot simulate it"
        );
    }
    let account = account.replace(":sts:", ":iam:");
    Ok(format!("{account}:role/{role}"))
}

fn is_allowed(answer: &Value) -> bool {
    answer["EvaluationResults"][0]["EvalDecision"] == "allowed"
}

#[cfg(test)]
mod tests {
    use super::principal;

    #[test]
    fn a_session_is_simulated_as_its_role() {
        let role = principal("arn:aws:sts::123456789012:assumed-role/admin/ana").expect("a role");
        assert_eq!(role, "arn:aws:iam::123456789012:role/admin");
        let user = "arn:aws:iam::123456789012:user/ana";
        assert_eq!(principal(user).expect("a user"), user);
        assert!(principal("arn:aws:sts::1:assumed-role/AWSReservedSSO_Admin_1/ana").is_err());
    }
}
