use local_core::Principal;
use serde_json::{Value, json};

use super::*;

/// Every role has the one, every resource the other.
struct Fixed {
    identity: Value,
    resource: Value,
}

impl Source for Fixed {
    fn of_role(&self, _: &str) -> Option<Vec<Arc<Policy>>> {
        Some(policy(&self.identity).into_iter().collect())
    }

    fn trust(&self, _: &str) -> Option<Arc<Policy>> {
        policy(&self.resource)
    }

    fn of_resource(&self, _: &str) -> Option<Arc<Policy>> {
        policy(&self.resource)
    }
}

fn policy(statements: &Value) -> Option<Arc<Policy>> {
    let document = json!({ "Statement": statements });
    (!statements.is_null()).then(|| Arc::new(Policy::read(&document).unwrap()))
}

fn decide_on(identity: Value, resource: Value, question: &Question) -> Decision {
    decide(&Fixed { identity, resource }, question)
}

const OBJECT: &str = "arn:aws:s3:::b/in/a.csv";

fn get() -> Question {
    let role = "arn:aws:iam::123456789012:role/r";
    Question::new(&Principal::role(role, "f"), "s3:GetObject", OBJECT)
}

fn statement(effect: &str, action: &str, resource: &str) -> Value {
    json!({ "Effect": effect, "Action": action, "Resource": resource })
}

fn of(principal: Value, mut statement: Value) -> Value {
    statement["Principal"] = principal;
    statement
}

#[test]
fn a_statement_that_denies_wins_over_one_that_allows_and_nothing_allows_by_itself() {
    let allow = statement("Allow", "s3:Get*", "arn:aws:s3:::b/in/*");
    let deny = statement("Deny", "*", "*");
    let both = json!([allow, deny]);
    assert_eq!(
        decide_on(allow.clone(), Value::Null, &get()),
        Decision::Allowed
    );
    assert_eq!(
        decide_on(both, Value::Null, &get()),
        Decision::Denied(Side::Identity)
    );
    let other = statement("Allow", "s3:Get*", "arn:aws:s3:::b/out/*");
    let not_allowed = Decision::NotAllowed(Side::Identity);
    assert_eq!(decide_on(other, Value::Null, &get()), not_allowed);
    assert_eq!(decide_on(Value::Null, Value::Null, &get()), not_allowed);
    let denied = Decision::Denied(Side::Resource);
    assert_eq!(decide_on(allow, of(json!("*"), deny), &get()), denied);
}

#[test]
fn within_the_account_the_policy_of_the_resource_allows_by_itself() {
    let allow = statement("Allow", "s3:GetObject", "arn:aws:s3:::b/*");
    let role = "arn:aws:iam::123456789012:role/r";
    for principal in [
        json!("*"),
        json!({ "AWS": "*" }),
        json!({ "AWS": role }),
        json!({ "AWS": ["arn:aws:iam::123456789012:role/other", role] }),
        json!({ "AWS": "arn:aws:sts::123456789012:assumed-role/r/f" }),
    ] {
        let decision = decide_on(Value::Null, of(principal.clone(), allow.clone()), &get());
        assert_eq!(decision, Decision::Allowed, "{principal}");
    }
    for principal in [
        json!({ "AWS": "arn:aws:iam::123456789012:role/other" }),
        json!({ "Service": "events.amazonaws.com" }),
    ] {
        let decision = decide_on(Value::Null, of(principal.clone(), allow.clone()), &get());
        assert_eq!(
            decision,
            Decision::NotAllowed(Side::Identity),
            "{principal}"
        );
    }
}

#[test]
fn the_accounts_name_in_a_resources_policy_allows_no_session_and_denies_every_one() {
    for account in ["123456789012", "arn:aws:iam::123456789012:root"] {
        let of_account = |effect| {
            of(
                json!({ "AWS": account }),
                statement(effect, "s3:GetObject", "arn:aws:s3:::b/*"),
            )
        };
        let allow = statement("Allow", "s3:GetObject", "arn:aws:s3:::b/*");
        for (identity, resource, expected) in [
            (
                Value::Null,
                of_account("Allow"),
                Decision::NotAllowed(Side::Identity),
            ),
            (allow.clone(), of_account("Allow"), Decision::Allowed),
            (allow, of_account("Deny"), Decision::Denied(Side::Resource)),
        ] {
            assert_eq!(decide_on(identity, resource, &get()), expected);
        }
    }
}

#[test]
fn a_service_has_no_rights_but_those_that_a_resource_gives_it() {
    let send = |name: &str| {
        Question::new(
            &Principal::service(name),
            "sqs:SendMessage",
            "arn:aws:sqs:r:1:q",
        )
        .with("aws:SourceArn", "arn:aws:events:r:1:rule/s-a")
    };
    let mut allow = of(
        json!({ "Service": "events.amazonaws.com" }),
        statement("Allow", "sqs:SendMessage", "*"),
    );
    allow["Condition"] = json!({ "ArnLike": { "aws:SourceArn": "arn:aws:events:r:1:rule/s-*" } });
    let events = "events.amazonaws.com";
    assert_eq!(
        decide_on(Value::Null, allow.clone(), &send(events)),
        Decision::Allowed
    );
    let not_allowed = Decision::NotAllowed(Side::Resource);
    let other = send("sns.amazonaws.com");
    assert_eq!(decide_on(Value::Null, allow.clone(), &other), not_allowed);
    let other = send(events).with("aws:SourceArn", "arn:aws:events:r:1:rule/t");
    assert_eq!(decide_on(Value::Null, allow, &other), not_allowed);
}

#[test]
fn the_owner_may_do_everything_that_no_resource_denies() {
    let question = Question::new(&Principal::user(), "s3:PutObject", OBJECT);
    assert_eq!(
        decide_on(Value::Null, Value::Null, &question),
        Decision::Allowed
    );
    let mut plain = of(json!("*"), statement("Deny", "s3:*", "arn:aws:s3:::b/*"));
    plain["Condition"] = json!({ "Bool": { "aws:SecureTransport": "false" } });
    assert_eq!(
        decide_on(Value::Null, plain.clone(), &question),
        Decision::Allowed
    );
    let http = question.with("aws:SecureTransport", "false");
    assert_eq!(
        decide_on(Value::Null, plain, &http),
        Decision::Denied(Side::Resource)
    );
}

#[test]
fn only_a_roles_trust_says_who_assumes_it() {
    let trust = json!({
        "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "Service": "sagemaker.amazonaws.com" },
    });
    let assume = |service| {
        let role = "arn:aws:iam::123456789012:role/r";
        Question::new(&Principal::service(service), "sts:AssumeRole", role)
    };
    let sagemaker = assume("sagemaker.amazonaws.com");
    assert_eq!(
        decide_on(Value::Null, trust.clone(), &sagemaker),
        Decision::Allowed
    );
    let lambda = assume("lambda.amazonaws.com");
    let not_allowed = Decision::NotAllowed(Side::Trust);
    assert_eq!(decide_on(Value::Null, trust, &lambda), not_allowed);
    let owner = Question::new(&Principal::user(), "sts:AssumeRole", &sagemaker.resource);
    assert_eq!(decide_on(Value::Null, Value::Null, &owner), not_allowed);
}

#[test]
fn not_action_allows_every_other_action() {
    let written = json!({ "Effect": "Allow", "NotAction": "s3:Put*", "Resource": "*" });
    assert_eq!(
        decide_on(written.clone(), Value::Null, &get()),
        Decision::Allowed
    );
    let put = Question {
        action: "S3:PutObject".to_owned(),
        ..get()
    };
    assert_eq!(
        decide_on(written, Value::Null, &put),
        Decision::NotAllowed(Side::Identity)
    );
}
