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
        trust: json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": ["lambda.amazonaws.com"] },
                "Action": ["sts:AssumeRole"],
            }],
        })
        .to_string(),
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

fn destination(arn: &str) -> anyhow::Result<String> {
    let service = Arn::parse(arn).map(|arn| arn.service);
    let known = DESTINATIONS.iter().find(|(of, _)| Some(*of) == service);
    let (_, action) = known.with_context(|| format!("{arn} is no destination of a function"))?;
    let statement = json!({ "Effect": "Allow", "Action": action, "Resource": arn });
    Ok(json!({ "Statement": [statement] }).to_string())
}

/// Lets each rule of a function invoke it, and no other.
pub fn allow_triggers(
    context: &Context,
    function_arn: &str,
    generated: &BTreeMap<String, Generated>,
) -> anyhow::Result<()> {
    let rules = generated.values().filter_map(|trigger| {
        let is_rule = trigger.resource_type == "AWS::Events::Rule";
        let arn = trigger.attributes.get("Arn").and_then(Value::as_str);
        arn.filter(|_| is_rule)
    });
    let statements = rules.map(|rule| {
        permission(
            "lambda:InvokeFunction",
            "events.amazonaws.com",
            Some(rule),
            function_arn,
        )
    });
    let statements: Vec<Value> = statements.collect();
    let store = &context.cloud.store;
    if statements.is_empty() {
        store.update(|tx| iam::remove_resource_policy(tx, function_arn));
        return Ok(());
    }
    let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    Ok(store.write(|tx| iam::put_resource_policy(tx, function_arn, &document))?)
}

/// The statement that a permission adds to a function's policy.
pub fn permission(
    action: &str,
    service: &str,
    source_arn: Option<&str>,
    function_arn: &str,
) -> Value {
    let mut statement = json!({
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
