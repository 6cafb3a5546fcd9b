//! The stack's parameters, as CloudFormation knows them.

use std::collections::BTreeMap;

use anyhow::Context;

use super::check::{Check, Verdict};
use crate::aws_cli::Cli;

pub type Parameters = BTreeMap<String, String>;

pub async fn parameters(cli: &Cli<'_>, stack: &str) -> anyhow::Result<Parameters> {
    let arguments = ["--stack-name", stack];
    let described = cli
        .json("cloudformation describe-stacks", &arguments)
        .await?;
    let listed = described["Stacks"][0]["Parameters"].as_array();
    let listed = listed.context("the stack has no parameters")?.iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok(listed
        .map(|one| (text(&one["ParameterKey"]), text(&one["ParameterValue"])))
        .collect())
}

/// What of the parameters cannot work, or leaves a person out.
pub fn check(parameters: &Parameters) -> Vec<Check> {
    let value = |name: &str| parameters.get(name).map_or("", String::as_str);
    let mut checks = vec![labels(value("Labels"), value("LabelMapping"))];
    checks.push(if value("NotificationEmail").is_empty() {
        let finding = "NotificationEmail is empty: nobody is told of a verdict that waits, of stuck work or of dead letters";
        Check::new("notification", Verdict::Warning, finding)
    } else {
        Check::new("notification", Verdict::Ok, value("NotificationEmail"))
    });
    checks.push(match (value("HumanReview"), value("ReviewerEmails")) {
        ("none" | "", _) => Check::new(
            "human review",
            Verdict::Warning,
            "HumanReview is none: no uncertain prediction is labelled, so only uploads retrain the model",
        ),
        ("portal", "") => Check::new(
            "human review",
            Verdict::Warning,
            "ReviewerEmails is empty: nobody is asked, so only uploads retrain the model",
        ),
        (kind, "") => Check::new(
            "human review",
            Verdict::Failed,
            format!("HumanReview is {kind} and ReviewerEmails is empty: nobody can answer"),
        ),
        (kind, emails) => Check::new(
            "human review",
            Verdict::Ok,
            format!("{kind}, {} reviewers", emails.split(',').count()),
        ),
    });
    checks
}

fn labels(labels: &str, mapping: &str) -> Check {
    let failed = |finding: String| Check::new("parameters", Verdict::Failed, finding);
    let known = match policy::lists::texts(labels) {
        Ok(known) => known,
        Err(error) => return failed(format!("Labels is no list: {error}")),
    };
    let pairs = match policy::lists::pairs(mapping) {
        Ok(pairs) => pairs,
        Err(error) => return failed(format!("LabelMapping: {error}")),
    };
    if let Some((value, label)) = pairs.iter().find(|(_, label)| !known.contains(label)) {
        return failed(format!(
            "LabelMapping maps {value} to {label}, which is none of Labels ({labels})"
        ));
    }
    let unreached = known
        .iter()
        .find(|label| !pairs.iter().any(|(_, to)| to == *label));
    match unreached {
        Some(label) => Check::new(
            "parameters",
            Verdict::Warning,
            format!("no value of LabelMapping becomes the label {label}: no upload will have it"),
        ),
        None => Check::new("parameters", Verdict::Ok, format!("labels {labels}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(pairs: &[(&str, &str)]) -> Parameters {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_mapping_to_an_unknown_label_fails_and_a_label_without_values_warns() {
        let wrong = labels("-1,0,1", "1=-1,5=2");
        assert_eq!(wrong.verdict, Verdict::Failed);
        assert!(wrong.finding.contains("maps 5 to 2"), "{wrong:?}");
        let unreached = labels("-1,0,1", "1=-1,5=1");
        assert_eq!(unreached.verdict, Verdict::Warning);
        assert!(unreached.finding.contains("the label 0"), "{unreached:?}");
        assert_eq!(labels("-1,0,1", "1=-1,3=0,5=1").verdict, Verdict::Ok);
    }

    #[test]
    fn a_stack_in_which_nobody_is_told_or_can_answer_is_named() {
        let base = [("Labels", "a,b"), ("LabelMapping", "1=a,2=b")];
        let verdicts = |more: &[(&str, &str)]| -> Vec<Verdict> {
            let all = [&base[..], more].concat();
            check(&parameters(&all))
                .iter()
                .map(|check| check.verdict)
                .collect()
        };
        use Verdict::{Failed, Ok, Warning};
        assert_eq!(verdicts(&[("HumanReview", "none")]), [Ok, Warning, Warning]);
        let told = ("NotificationEmail", "a@example.com");
        assert_eq!(verdicts(&[told, ("HumanReview", "a2i")]), [Ok, Ok, Failed]);
        let reviewer = ("ReviewerEmails", "b@example.com");
        assert_eq!(
            verdicts(&[told, ("HumanReview", "a2i"), reviewer]),
            [Ok, Ok, Ok]
        );
    }
}
