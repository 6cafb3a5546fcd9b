//! The policies of resources that the template has: whole documents, and single statements of functions' policies.

use anyhow::Context as _;
use local_core::Cloud;
use local_core::store::Tx;
use local_core::wire::AwsError;
use local_iam as iam;
use sam::Resource;
use serde_json::{Map, Value};

use super::function::permission;
use super::resource::texts;

const BUCKET_POLICY: &str = "AWS::S3::BucketPolicy";
const QUEUE_POLICY: &str = "AWS::SQS::QueuePolicy";
const TOPIC_POLICY: &str = "AWS::SNS::TopicPolicy";
const PERMISSION: &str = "AWS::Lambda::Permission";

/// The properties of a permission that are honoured.
const OF_PERMISSION: [&str; 4] = ["Action", "FunctionName", "Principal", "SourceArn"];

pub fn is_policy(resource_type: &str) -> bool {
    [BUCKET_POLICY, QUEUE_POLICY, TOPIC_POLICY, PERMISSION].contains(&resource_type)
}

pub enum Policy {
    /// The resources that it speaks of, and its document.
    Whole(Vec<String>, String),
    /// A function, and the statement of its policy under its Sid.
    Statement {
        function: String,
        sid: String,
        statement: Value,
    },
}

impl Policy {
    /// `sid` is the stack's name for the resource.
    pub fn of(cloud: &Cloud, region: &str, sid: &str, resource: &Resource) -> anyhow::Result<Self> {
        let properties = &resource.properties;
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
            _ => return Self::permission(cloud, region, sid, properties),
        };
        let document = properties.get("PolicyDocument");
        let document = document.context("a policy needs a PolicyDocument")?;
        Ok(Self::Whole(arns, document.to_string()))
    }

    fn permission(
        cloud: &Cloud,
        region: &str,
        sid: &str,
        properties: &Map<String, Value>,
    ) -> anyhow::Result<Self> {
        let mut names = properties.keys();
        if let Some(other) = names.find(|name| !OF_PERMISSION.contains(&name.as_str())) {
            anyhow::bail!(
                "local-aws does not honour the property {other} of a function's permission"
            );
        }
        let function = text(properties, "FunctionName")?;
        let name = function.rsplit(':').next().unwrap_or(function);
        let function = cloud.arn("lambda", region, &format!("function:{name}"));
        let source_arn = properties.get("SourceArn").and_then(Value::as_str);
        let action = text(properties, "Action")?;
        let service = text(properties, "Principal")?;
        Ok(Self::Statement {
            statement: permission(sid, action, (service, source_arn), &function),
            sid: sid.to_owned(),
            function,
        })
    }

    pub fn put(&self, tx: &Tx) -> Result<(), AwsError> {
        match self {
            Self::Whole(arns, document) => arns
                .iter()
                .try_for_each(|arn| iam::put_resource_policy(tx, arn, document)),
            Self::Statement {
                function,
                sid,
                statement,
            } => iam::put_statements(tx, function, |other| other == sid, vec![statement.clone()]),
        }
    }

    pub fn remove(&self, tx: &Tx) -> Result<(), AwsError> {
        match self {
            Self::Whole(arns, _) => {
                for arn in arns {
                    iam::remove_resource_policy(tx, arn);
                }
                Ok(())
            }
            Self::Statement { function, sid, .. } => {
                iam::put_statements(tx, function, |other| other == sid, Vec::new())
            }
        }
    }
}

fn text<'a>(properties: &'a Map<String, Value>, name: &str) -> anyhow::Result<&'a str> {
    let value = properties.get(name).and_then(Value::as_str);
    value.with_context(|| format!("the resource needs {name}"))
}
