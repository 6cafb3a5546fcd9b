//! A denial in AWS's words, and the statement that is missing.
//!
//! Source: the IAM user guide, "Troubleshoot access denied error messages".

use std::fmt::Write as _;

use local_core::Who;
use local_core::authorization::{Denial, Question, SECURE_TRANSPORT};

use crate::evaluate::{Decision, Side};

pub fn denial(question: &Question, decision: Decision) -> Denial {
    let Question {
        principal,
        action,
        resource,
        ..
    } = question;
    let because = match decision {
        Decision::Denied(side) => format!("with an explicit deny in {}", a_policy(side)),
        Decision::NotAllowed(side) => {
            format!("because no {} allows the {action} action", policy(side))
        }
        Decision::Allowed => String::new(),
    };
    let arn = principal.arn();
    Denial {
        message: format!(
            "User: {arn} is not authorized to perform: {action} on resource: {resource} {because}"
        ),
        missing_statement: match decision {
            Decision::NotAllowed(_) => Some(statement(question)),
            _ => None,
        },
    }
}

fn policy(side: Side) -> &'static str {
    match side {
        Side::Identity => "identity-based policy",
        Side::Resource => "resource-based policy",
        Side::Trust => "trust policy",
    }
}

fn a_policy(side: Side) -> String {
    let article = if side == Side::Identity { "an" } else { "a" };
    format!("{article} {}", policy(side))
}

/// One line of YAML, as it could stand in the template.
fn statement(question: &Question) -> String {
    let mut line = "- {Effect: Allow, ".to_owned();
    if let Who::Service(name) = question.principal.who() {
        let _ = write!(line, "Principal: {{Service: {name}}}, ");
    }
    let _ = write!(line, "Action: {}", question.action);
    if question.action != "sts:AssumeRole" {
        let _ = write!(line, ", Resource: \"{}\"", question.resource);
    }
    let context = question.context.iter();
    let conditions = context.filter(|(key, _)| *key != SECURE_TRANSPORT.0);
    let conditions: Vec<String> = conditions
        .map(|(key, value)| {
            let operator = if value.starts_with("arn:") {
                "ArnLike"
            } else {
                "StringEquals"
            };
            format!("{operator}: {{\"{key}\": \"{value}\"}}")
        })
        .collect();
    if !conditions.is_empty() {
        let _ = write!(line, ", Condition: {{{}}}", conditions.join(", "));
    }
    line.push('}');
    line
}

#[cfg(test)]
mod tests {
    use local_core::Principal;

    use super::*;

    #[test]
    fn a_denial_is_awss_sentence_and_names_the_missing_statement_as_yaml() {
        let role = "arn:aws:iam::123456789012:role/stack-JudgeModelRole";
        let principal = Principal::role(role, "stack-judge-model");
        let question = Question::new(&principal, "s3:GetObject", "arn:aws:s3:::b/k");
        let denied = denial(&question, Decision::NotAllowed(Side::Identity));
        assert_eq!(
            denied.message,
            "User: arn:aws:sts::123456789012:assumed-role/stack-JudgeModelRole/stack-judge-model is not authorized \
             to perform: s3:GetObject on resource: arn:aws:s3:::b/k because no identity-based policy allows the \
             s3:GetObject action"
        );
        assert_eq!(
            denied.missing_statement.as_deref(),
            Some(r#"- {Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::b/k"}"#)
        );
        let denied = denial(&question, Decision::Denied(Side::Resource));
        let ending = "b/k with an explicit deny in a resource-based policy";
        assert!(denied.message.ends_with(ending), "{}", denied.message);
        assert_eq!(denied.missing_statement, None);
    }

    #[test]
    fn a_condition_that_a_policy_may_ask_for_is_named() {
        let role = "arn:aws:iam::123456789012:role/execution";
        let pass = Question::new(&Principal::user(), "iam:PassRole", role)
            .with("iam:PassedToService", "sagemaker.amazonaws.com");
        let denied = denial(&pass, Decision::NotAllowed(Side::Identity));
        assert_eq!(
            denied.missing_statement.as_deref(),
            Some(concat!(
                r#"- {Effect: Allow, Action: iam:PassRole, Resource: "arn:aws:iam::123456789012:role/execution", "#,
                r#"Condition: {StringEquals: {"iam:PassedToService": "sagemaker.amazonaws.com"}}}"#
            ))
        );
    }
}
