//! One resource: what is asked, what is there, what is to be done.

use anyhow::bail;
use sam::Resource;
use serde_json::{Map, Value};

use super::call::Context;
use super::row::Row;
use super::{bystander, cognito, custom, function, sagemaker, storage};
use local_core::Cloud;

/// A resource of the template and what an earlier deployment made of it.
pub(super) struct Change {
    pub resource: Resource,
    pub before: Option<Row>,
}

/// What a resource became: `Ref` and `GetAtt`.
pub(super) struct Made {
    pub physical_id: String,
    pub attributes: Map<String, Value>,
}

impl Made {
    pub fn new<const N: usize>(
        physical_id: impl Into<String>,
        attributes: [(&str, Value); N],
    ) -> Self {
        let attributes = attributes
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self {
            physical_id: physical_id.into(),
            attributes,
        }
    }
}

impl Change {
    pub fn of(cloud: &Cloud, resource: Resource) -> Self {
        let before = Row::find(cloud, &resource.logical_id);
        Self {
            before: before.filter(|row| row.resource_type == resource.resource_type),
            resource,
        }
    }

    pub fn property(&self, name: &str) -> Option<&str> {
        self.resource.properties.get(name).and_then(Value::as_str)
    }

    /// The property, or the name that a stack gives.
    pub fn name(&self, context: &Context, property: &str) -> String {
        self.property(property).map_or_else(
            || context.default_name(&self.resource.logical_id),
            str::to_owned,
        )
    }
}

/// Makes it so. Functions and bystanders are looked at each time, because where this cloud is
/// reached may have changed; of everything else only what the template changed.
pub(super) async fn bring_about(context: &Context, change: &Change) -> anyhow::Result<Row> {
    let resource = &change.resource;
    let volatile = resource.resource_type == function::TYPE
        || bystander::find(&resource.resource_type).is_some();
    if let Some(before) = change
        .before
        .as_ref()
        .filter(|row| !volatile && row.properties == resource.properties)
    {
        return Ok(before.clone());
    }
    let made = make(context, change).await?;
    Ok(Row {
        resource_type: resource.resource_type.clone(),
        properties: resource.properties.clone(),
        physical_id: made.physical_id,
        attributes: made.attributes,
    })
}

async fn make(context: &Context, change: &Change) -> anyhow::Result<Made> {
    let kind = change.resource.resource_type.as_str();
    if let Some(bystander) = bystander::find(kind) {
        return Ok(bystander.made(context, change));
    }
    match kind {
        function::TYPE => function::deploy(context, change).await,
        "AWS::S3::Bucket" => storage::bucket(context, change),
        "AWS::SQS::Queue" => storage::queue(context, change).await,
        "AWS::SageMaker::ModelPackageGroup" => {
            sagemaker::model_package_group(context, change).await
        }
        "AWS::SageMaker::Pipeline" => sagemaker::pipeline(context, change).await,
        "AWS::SageMaker::Workteam" => sagemaker::workteam(context, change).await,
        "AWS::SageMaker::HumanTaskUi" => sagemaker::human_task_ui(context, change).await,
        "AWS::Cognito::UserPool" => cognito::user_pool(context, change).await,
        "AWS::Cognito::UserPoolClient" => cognito::user_pool_client(context, change).await,
        "AWS::Cognito::UserPoolDomain" => cognito::user_pool_domain(context, change).await,
        "AWS::Cognito::UserPoolGroup" => cognito::user_pool_group(context, change).await,
        custom
            if custom.starts_with("Custom::")
                || custom == "AWS::CloudFormation::CustomResource" =>
        {
            custom::deploy(context, change).await
        }
        other => bail!("resources of type {other} are not supported by local-aws"),
    }
}
