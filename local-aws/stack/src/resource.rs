//! The resource types that this cloud has: how each is provisioned, and how it is removed.

use anyhow::bail;
use local_core::wire::apis;

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::Row;
use super::{
    bystander, changed, cloudwatch, cognito, custom, function, rule, sagemaker, sns, storage,
};

/// The resource as the template has it. Functions and bystanders are provisioned each time, because
/// the address of this cloud may have changed; others only where the template changed them.
pub(super) async fn bring_about(context: &Context, change: &Change) -> anyhow::Result<Row> {
    let resource = &change.resource;
    let volatile = resource.resource_type == function::TYPE
        || bystander::find(&resource.resource_type).is_some();
    let unchanged = change
        .deployed
        .as_ref()
        .filter(|row| !volatile && row.properties == resource.properties);
    let provisioned = match unchanged {
        Some(row) => Provisioned {
            physical_id: row.physical_id.clone(),
            attributes: row.attributes.clone(),
            generated: row.generated.clone(),
        },
        None => {
            changed::check(change)?;
            provision(context, change).await?
        }
    };
    Ok(change.row(provisioned))
}

async fn provision(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let kind = change.resource.resource_type.as_str();
    if let Some(bystander) = bystander::find(kind) {
        return Ok(bystander.provisioned(context, change));
    }
    match kind {
        function::TYPE => function::deploy(context, change).await,
        "AWS::S3::Bucket" => storage::bucket(context, change),
        "AWS::SQS::Queue" => storage::queue(context, change).await,
        rule::TYPE => rule::deploy(context, change).await,
        sns::TOPIC => sns::topic(context, change),
        sns::SUBSCRIPTION => sns::subscription(context, change),
        cloudwatch::ALARM => cloudwatch::alarm(context, change),
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
        custom if custom::is_custom(custom) => custom::deploy(context, change).await,
        other => bail!("resources of type {other} are not supported by local-aws"),
    }
}

/// Removes a resource that the template has no more, as its service does; a bucket with objects is
/// refused.
pub(super) async fn remove(context: &Context, logical_id: &str, row: &Row) -> anyhow::Result<()> {
    match row.resource_type.as_str() {
        function::TYPE => function::remove(context, row),
        "AWS::S3::Bucket" => storage::delete_bucket(context, row)?,
        rule::TYPE => rule::remove(context, row),
        sns::TOPIC => sns::remove_topic(context, row),
        cloudwatch::ALARM => cloudwatch::remove_alarm(context, row),
        custom if custom::is_custom(custom) => custom::delete(context, logical_id, row).await?,
        _ => {
            let deletions = [
                (apis::SQS, storage::deletion(row)),
                (apis::SAGEMAKER, sagemaker::deletion(context, row)),
                (apis::COGNITO_IDENTITY_PROVIDER, cognito::deletion(row)),
            ];
            for (api, deletion) in deletions {
                if let Some((operation, members)) = deletion {
                    context.call(api, operation, members).await?;
                }
            }
        }
    }
    Ok(())
}
