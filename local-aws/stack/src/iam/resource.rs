//! The template's own roles and policies.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use local_core::Cloud;
use local_iam::Role;
use sam::Resource;
use serde_json::{Map, Value, json};

const BUCKET_POLICY: &str = "AWS::S3::BucketPolicy";
const QUEUE_POLICY: &str = "AWS::SQS::QueuePolicy";
const TOPIC_POLICY: &str = "AWS::SNS::TopicPolicy";
const PERMISSION: &str = "AWS::Lambda::Permission";

pub fn is_policy(resource_type: &str) -> bool {
    [BUCKET_POLICY, QUEUE_POLICY, TOPIC_POLICY, PERMISSION].contains(&resource_type)
}

/// Properties of a role that decide nothing here.
const WITHOUT_EFFECT: [&str; 3] = ["Description", "MaxSessionDuration", "Tags"];

pub fn role(cloud: &Cloud, name: &str, resource: &Resource) -> anyhow::Result<Role> {
    let mut role = Role {
        name: name.to_owned(),
        created: cloud.world.now(),
        trust: String::new(),
        policies: BTreeMap::new(),
        managed: Vec::new(),
    };
    for (property, value) in &resource.properties {
        match property.as_str() {
            "AssumeRolePolicyDocument" => role.trust = value.to_string(),
            "ManagedPolicyArns" => role.managed = texts(value),
            "Policies" => {
                for policy in value.as_array().into_iter().flatten() {
                    let name = policy["PolicyName"]
                        .as_str()
                        .context("a policy needs a PolicyName")?;
                    let document = policy["PolicyDocument"].to_string();
                    role.policies.insert(name.to_owned(), document);
                }
            }
            "RoleName" => {}
            other if WITHOUT_EFFECT.contains(&other) => {}
            other => bail!("local-aws does not honour the property {other} of a role"),
        }
    }
    Ok(role)
}

/// The document of a managed policy.
pub fn managed(resource: &Resource) -> anyhow::Result<String> {
    let known = ["Description", "ManagedPolicyName", "PolicyDocument"];
    let mut properties = resource.properties.keys();
    if let Some(other) = properties.find(|name| !known.contains(&name.as_str())) {
        bail!("local-aws does not honour the property {other} of a managed policy");
    }
    let document = resource.properties.get("PolicyDocument");
    Ok(document
        .context("a policy needs a PolicyDocument")?
        .to_string())
}

/// The resources that a policy speaks of, and its document.
pub fn policies(
    cloud: &Cloud,
    region: &str,
    resource: &Resource,
) -> anyhow::Result<Vec<(String, String)>> {
    let properties = &resource.properties;
    let document = || properties.get("PolicyDocument").map(Value::to_string);
    let arns = match resource.resource_type.as_str() {
        BUCKET_POLICY => vec![format!("arn:aws:s3:::{}", text(properties, "Bucket")?)],
        QUEUE_POLICY => {
            let urls = properties.get("Queues").map(texts).unwrap_or_default();
            let name = |url: &String| url.rsplit('/').next().unwrap_or_default().to_owned();
            urls.iter()
                .map(|url| cloud.arn("sqs", region, &name(url)))
                .collect()
        }
        TOPIC_POLICY => properties.get("Topics").map(texts).unwrap_or_default(),
        _ => return Ok(vec![permission(cloud, region, properties)?]),
    };
    let document = document().context("a policy needs a PolicyDocument")?;
    Ok(arns
        .into_iter()
        .map(|arn| (arn, document.clone()))
        .collect())
}

/// `AWS::Lambda::Permission`: one statement of a function's policy.
fn permission(
    cloud: &Cloud,
    region: &str,
    properties: &Map<String, Value>,
) -> anyhow::Result<(String, String)> {
    let known = ["Action", "FunctionName", "Principal", "SourceArn"];
    if let Some(other) = properties
        .keys()
        .find(|name| !known.contains(&name.as_str()))
    {
        bail!("local-aws does not honour the property {other} of a function's permission");
    }
    let function = text(properties, "FunctionName")?;
    let name = function.rsplit(':').next().unwrap_or(function);
    let arn = cloud.arn("lambda", region, &format!("function:{name}"));
    let statement = super::function::permission(
        text(properties, "Action")?,
        text(properties, "Principal")?,
        properties.get("SourceArn").and_then(Value::as_str),
        &arn,
    );
    let stored = cloud.store.read(|tx| local_iam::resource_policy(tx, &arn));
    let mut document: Value = match stored {
        Some(stored) => serde_json::from_str(&stored)?,
        None => json!({ "Version": "2012-10-17", "Statement": [] }),
    };
    if let Some(statements) = document["Statement"].as_array_mut()
        && !statements.contains(&statement)
    {
        statements.push(statement);
    }
    Ok((arn, document.to_string()))
}

fn text<'a>(properties: &'a Map<String, Value>, name: &str) -> anyhow::Result<&'a str> {
    let value = properties.get(name).and_then(Value::as_str);
    value.with_context(|| format!("the resource needs {name}"))
}

fn texts(list: &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}
