//! Looks at what the loop needs before the first upload: the stack, its parameters, image, quotas, permissions,
//! human review, dead letters.

mod check;
mod image;
mod permissions;
mod quotas;
mod stack;

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context, bail, ensure};
use aws_sdk_sqs::types::QueueAttributeName::{
    ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible,
};
use contracts::names;
use serde_json::{Value, json};

use crate::account::{self, Account};
use crate::aws_cli::Cli;
use crate::output::{Output, Partial};
use crate::sentence::Sentence;
use check::{Check, Verdict};

pub async fn doctor(account: &Account, output: &Output) -> anyhow::Result<()> {
    let cli = Cli {
        program: "aws",
        region: &account.region,
    };
    let mut checks = everywhere(account).await;
    if account::is_emulated() {
        let finding =
            "local-aws has neither quotas nor a registry; up deploys with parameters of its own";
        checks.push(Check::new("account", Verdict::Skipped, finding));
    } else {
        checks.extend(in_account(account, &cli).await);
    }
    report(&checks, output)
}

/// Through the SDK, on a laptop too.
async fn everywhere(account: &Account) -> Vec<Check> {
    let found = format!(
        "{} in account {}, {}",
        account.stack, account.number, account.region
    );
    vec![
        Check::new("stack", Verdict::Ok, found),
        bucket(account).await,
        Check::looked("flow", flow_definition(account).await),
        match account.decisions_url().await {
            Some(url) => Check::new("decisions", Verdict::Ok, url),
            None => Check::new(
                "decisions",
                Verdict::Skipped,
                "ApproverEmails is empty: model versions are approved by command",
            ),
        },
        Check::looked("dead letters", dead_letters(account).await),
    ]
}

/// Through the AWS CLI: services that no other command needs.
async fn in_account(account: &Account, cli: &Cli<'_>) -> Vec<Check> {
    let mut checks = vec![Check::looked("deployment", deployment(account, cli).await)];
    match stack::parameters(cli, &account.stack).await {
        Ok(parameters) => {
            checks.extend(stack::check(&parameters));
            checks.extend(quotas::check(cli, &parameters).await);
        }
        Err(error) => checks.push(Check::looked("parameters", Err(error))),
    }
    match images(account).await {
        Ok(uris) => {
            for uri in uris {
                checks.push(Check::looked("image", image::check(cli, &uri).await));
            }
        }
        Err(error) => checks.push(Check::looked("image", Err(error))),
    }
    checks.push(Check::looked(
        "permissions",
        permissions::check(cli, account).await,
    ));
    checks
}

/// How CloudFormation's last operation on the stack ended.
async fn deployment(account: &Account, cli: &Cli<'_>) -> anyhow::Result<Check> {
    let status = crate::stack::status(cli, &account.stack).await?;
    let status = status.context("CloudFormation has no such stack")?;
    let verdict = if crate::stack::works(&status) {
        Verdict::Warning
    } else {
        Verdict::Failed
    };
    let remedy = crate::stack::remedy(&status, &account.stack, &account.number);
    Ok(match remedy {
        Some(remedy) => Check::new("deployment", verdict, format!("{status}: {remedy}")),
        None => Check::new("deployment", Verdict::Ok, status),
    })
}

async fn bucket(account: &Account) -> Check {
    let list = account.s3.list_objects_v2().bucket(&account.bucket);
    match list.max_keys(1).send().await {
        Ok(_) => Check::new("bucket", Verdict::Ok, &account.bucket),
        Err(error) => {
            let error = error.sentence(&format!("list s3://{}", account.bucket));
            Check::new("bucket", Verdict::Failed, error.to_string())
        }
    }
}

/// The stack has a flow definition where people review with A2I.
async fn flow_definition(account: &Account) -> anyhow::Result<Check> {
    if account.has_review_portal().await {
        let url = account.review_portal_url().await?;
        return Ok(Check::new("portal", Verdict::Ok, url));
    }
    let Some(arn) = account.flow_definition_arn().await? else {
        return Ok(Check::new(
            "flow",
            Verdict::Skipped,
            "the stack sends no reviews to Augmented AI",
        ));
    };
    let name = arn.rsplit('/').next().unwrap_or_default();
    let describe = account.sagemaker.describe_flow_definition();
    match describe.flow_definition_name(name).send().await {
        Ok(found) => {
            let status = found
                .flow_definition_status()
                .map_or("unknown", |status| status.as_str());
            let verdict = if status == "Active" {
                Verdict::Ok
            } else {
                Verdict::Failed
            };
            let reason = found.failure_reason().unwrap_or_default();
            let finding = format!("{name} is {status} {reason}");
            Ok(Check::new("flow", verdict, finding.trim_end()))
        }
        Err(error) => Err(error.sentence("describe the flow definition")),
    }
}

async fn dead_letters(account: &Account) -> anyhow::Result<Check> {
    let mut waiting = 0;
    for name in ["undelivered-events", "failed-invocations"] {
        let name = names::queue(&account.stack, name);
        let url = account.sqs.get_queue_url().queue_name(&name).send().await;
        let url = url.map_err(|error| error.sentence(&format!("find the queue {name}")))?;
        let get = account.sqs.get_queue_attributes();
        // A message that a command has just listed is not visible for seconds.
        let names = [
            ApproximateNumberOfMessages,
            ApproximateNumberOfMessagesNotVisible,
        ];
        let get = get.set_attribute_names(Some(names.to_vec()));
        let got = get
            .queue_url(url.queue_url().unwrap_or_default())
            .send()
            .await;
        let got = got.map_err(|error| error.sentence(&format!("look at the queue {name}")))?;
        for number in got.attributes().into_iter().flat_map(HashMap::values) {
            let number: u64 = number.parse().context("the number of messages is none")?;
            waiting += number;
        }
    }
    Ok(match waiting {
        0 => Check::new("dead letters", Verdict::Ok, "none"),
        _ => Check::new(
            "dead letters",
            Verdict::Warning,
            format!("{waiting}: {}", account.command("reviewloop redrive")),
        ),
    })
}

/// The images of the pipeline's steps: the classifier's, and the one that trains where that is another.
async fn images(account: &Account) -> anyhow::Result<BTreeSet<String>> {
    let describe = account.sagemaker.describe_pipeline();
    let found = describe
        .pipeline_name(names::pipeline(&account.stack))
        .send()
        .await;
    let found = found.map_err(|error| error.sentence("describe the pipeline"))?;
    let definition: Value = serde_json::from_str(found.pipeline_definition().unwrap_or_default())
        .context("read the pipeline's definition")?;
    let images = images_of(&definition);
    ensure!(!images.is_empty(), "the pipeline names no image");
    Ok(images)
}

fn images_of(definition: &Value) -> BTreeSet<String> {
    let steps = definition["Steps"].as_array().into_iter().flatten();
    let uris = steps.flat_map(|step| {
        let arguments = &step["Arguments"];
        let processing = arguments["AppSpecification"]["ImageUri"].as_str();
        let training = arguments["AlgorithmSpecification"]["TrainingImage"].as_str();
        [processing, training]
    });
    uris.flatten().map(str::to_owned).collect()
}

/// A failed check is the command's failure.
fn report(checks: &[Check], output: &Output) -> anyhow::Result<()> {
    let result = json!({ "checks": checks });
    output.text(&checks.iter().map(Check::line).collect::<String>())?;
    let failed: Vec<&str> = checks
        .iter()
        .filter(|check| check.verdict == Verdict::Failed)
        .map(|check| check.name)
        .collect();
    if !failed.is_empty() {
        bail!(Partial::new(
            format!("{} failed", failed.join(", ")),
            &result
        ));
    }
    output.json(&json!({ "ok": true, "checks": checks }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::cloud::Cloud;

    #[tokio::test]
    async fn what_is_missing_in_an_emulator_without_a_stack_is_said_and_nothing_fails_the_rest() {
        let cloud = Cloud::new().await;
        let checks = everywhere(&cloud.account).await;
        let verdicts: Vec<Verdict> = checks.iter().map(|check| check.verdict).collect();
        use Verdict::{Ok, Skipped};
        assert_eq!(verdicts, [Ok, Ok, Skipped, Skipped, Skipped], "{checks:?}");
        let letters = &checks[4].finding;
        assert!(
            letters.contains("reviewloop-undelivered-events"),
            "{letters}"
        );
    }

    #[test]
    fn every_image_of_the_pipeline_is_looked_at_once() {
        let processing = json!({"Arguments": {"AppSpecification": {"ImageUri": "classifier"}}});
        let training = json!({"Arguments": {"AlgorithmSpecification": {"TrainingImage": "gpu"}}});
        let register = json!({"Arguments": {"ModelPackageGroupName": "reviews"}});
        let steps = json!({"Steps": [processing, training, processing, register]});
        assert!(images_of(&steps).into_iter().eq(["classifier", "gpu"]));
    }

    #[test]
    fn a_failed_check_fails_the_command_and_is_in_its_json() {
        let checks = [
            Check::new("image", Verdict::Failed, "it is not there"),
            Check::new("quotas", Verdict::Ok, "3 are large enough"),
        ];
        let failed = report(&checks, &Output { json: true }).expect_err("it failed");
        let json = crate::output::failure(&failed);
        assert_eq!(json["error"], "image failed");
        assert_eq!(json["checks"][0]["verdict"], "failed");
    }
}
