//! What SAM generates for a function: its role, and the permissions of its rules.
//!
//! Source: SAM's transform, `samtranslator` on PyPI: `SamFunction._construct_role` and `IAMRolePolicies` (model/iam.py),
//! and the permissions in model/eventsources.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use local_core::{Arn, Cloud};
use local_iam::{self as iam, Role};
use serde_json::{Value, json};

use crate::call::Context;
use crate::row::Generated;

const BASIC_EXECUTION: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
const XRAY: &str = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";

/// Services of destinations and dead-letter queues, and what the function's role must be allowed.
const DESTINATIONS: [(&str, &str); 4] = [
    ("sqs", "sqs:SendMessage"),
    ("sns", "sns:Publish"),
    ("lambda", "lambda:InvokeFunction"),
    ("events", "events:PutEvents"),
];

/// Stores the role of a function that names none.
pub fn put_role(context: &Context, name: &str, function: &sam::Function) -> anyhow::Result<()> {
    let role = role(&context.cloud, name, function)?;
    Ok(context.cloud.store.write(|tx| role.put(tx))?)
}

pub fn role(cloud: &Cloud, name: &str, function: &sam::Function) -> anyhow::Result<Role> {
    let mut role = Role {
        name: name.to_owned(),
        created: cloud.world.now(),
        trust: trust("lambda.amazonaws.com"),
        policies: BTreeMap::new(),
        managed: vec![BASIC_EXECUTION.to_owned()],
    };
    if function
        .tracing
        .as_deref()
        .is_some_and(|mode| mode != "Disabled")
    {
        role.managed.push(XRAY.to_owned());
    }
    for (index, policy) in function.policies.iter().enumerate() {
        let name = format!("{}RolePolicy{index}", function.logical_id);
        match policy {
            Value::String(arn) if arn.starts_with("arn:") => role.managed.push(arn.clone()),
            Value::Object(members) if members.contains_key("Statement") => {
                role.policies.insert(name, policy.to_string());
            }
            other => bail!(
                "local-aws does not know the policy {other} of a function: give its statements"
            ),
        }
    }
    let invoke = &function.event_invoke_config;
    let destinations = [
        ("OnSuccessPolicy", &invoke.on_success),
        ("OnFailurePolicy", &invoke.on_failure),
        ("DeadLetterQueuePolicy", &invoke.dead_letter_queue),
    ];
    for (name, arn) in destinations {
        if let Some(arn) = arn {
            role.policies.insert(name.to_owned(), destination(arn)?);
        }
    }
    Ok(role)
}

/// Lets one service assume a role.
pub fn trust(service: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": [service] },
            "Action": ["sts:AssumeRole"],
        }],
    })
    .to_string()
}

/// The policy that lets a function's or a schedule's role send to a target.
pub fn destination(arn: &str) -> anyhow::Result<String> {
    let service = Arn::parse(arn).map(|arn| arn.service);
    let known = DESTINATIONS.iter().find(|(of, _)| Some(*of) == service);
    let (_, action) = known.with_context(|| format!("{arn} is no destination of a function"))?;
    let statement = json!({ "Effect": "Allow", "Action": action, "Resource": arn });
    Ok(json!({ "Statement": [statement] }).to_string())
}

/// Begins the Sid of a statement for a rule of the function.
const OF_TRIGGER: &str = "trigger-";

/// Lets each rule of a function invoke it. The statements of permissions of their own stay.
pub fn allow_triggers(
    context: &Context,
    function_arn: &str,
    generated: &BTreeMap<String, Generated>,
) -> anyhow::Result<()> {
    let statements = generated.iter().filter_map(|(event, trigger)| {
        let is_rule = trigger.resource_type == "AWS::Events::Rule";
        let arn = trigger.attributes.get("Arn").and_then(Value::as_str);
        let source = ("events.amazonaws.com", Some(arn.filter(|_| is_rule)?));
        let sid = format!("{OF_TRIGGER}{event}");
        Some(permission(
            &sid,
            "lambda:InvokeFunction",
            source,
            function_arn,
        ))
    });
    let statements = statements.collect();
    let is_of_trigger = |sid: &str| sid.starts_with(OF_TRIGGER);
    let store = &context.cloud.store;
    Ok(store.write(|tx| iam::put_statements(tx, function_arn, is_of_trigger, statements))?)
}

/// The statement that a permission adds to a function's policy: for a service, or one resource of it.
pub fn permission(
    sid: &str,
    action: &str,
    (service, source_arn): (&str, Option<&str>),
    function_arn: &str,
) -> Value {
    let mut statement = json!({
        "Sid": sid,
        "Effect": "Allow",
        "Principal": { "Service": service },
        "Action": action,
        "Resource": function_arn,
    });
    if let Some(arn) = source_arn {
        statement["Condition"] = json!({ "ArnLike": { "aws:SourceArn": arn } });
    }
    statement
}
