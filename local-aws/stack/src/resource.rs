//! The resource types that this cloud has: how each is provisioned, and how it is removed.

use anyhow::bail;
use local_core::wire::{AwsError, apis};
use local_s3::Failure;

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::{InUse, Row};
use super::{
    athena, bystander, cloudwatch, cognito, custom, feature_group, function, glue, iam, rule,
    sagemaker, sns, storage,
};

/// The types that `provision` knows besides policies, bystanders and custom resources.
const KNOWN: [&str; 19] = [
    feature_group::TYPE,
    athena::WORK_GROUP,
    glue::DATABASE,
    glue::TABLE,
    function::TYPE,
    rule::TYPE,
    sns::TOPIC,
    sns::SUBSCRIPTION,
    cloudwatch::ALARM,
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SageMaker::ModelPackageGroup",
    "AWS::SageMaker::Pipeline",
    "AWS::SageMaker::Workteam",
    "AWS::SageMaker::HumanTaskUi",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolGroup",
];

pub(super) fn is_known(kind: &str) -> bool {
    KNOWN.contains(&kind)
        || iam::is_iam(kind)
        || custom::is_custom(kind)
        || bystander::find(kind).is_some()
}

/// The resource as the template has it.
pub(super) async fn provision(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let kind = change.resource.resource_type.as_str();
    if let Some(bystander) = bystander::find(kind) {
        return Ok(bystander.provisioned(context, change));
    }
    match kind {
        function::TYPE => function::deploy(context, change).await,
        kind if iam::is_iam(kind) => iam::provision(context, change),
        "AWS::S3::Bucket" => storage::bucket(context, change),
        "AWS::SQS::Queue" => storage::queue(context, change).await,
        rule::TYPE => rule::deploy(context, change).await,
        sns::TOPIC => sns::topic(context, change),
        sns::SUBSCRIPTION => sns::subscription(change),
        cloudwatch::ALARM => cloudwatch::alarm(context, change),
        feature_group::TYPE => feature_group::provision(context, change).await,
        glue::DATABASE => glue::database(context, change).await,
        glue::TABLE => glue::table(context, change).await,
        athena::WORK_GROUP => athena::work_group(context, change).await,
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

/// Removes a resource, as its service does; one that is gone already is removed. A bucket with objects is
/// refused.
pub(super) async fn remove(context: &Context, row: &Row, in_use: &InUse) -> anyhow::Result<()> {
    match row.resource_type.as_str() {
        function::TYPE => function::remove(context, row, in_use),
        "AWS::S3::Bucket" => match storage::delete_bucket(context, row) {
            Err(Failure::NoSuchBucket(_)) => {}
            other => other?,
        },
        kind if iam::is_iam(kind) => iam::remove(context, row)?,
        rule::TYPE => rule::remove(context, row),
        sns::TOPIC => sns::remove_topic(context, row),
        cloudwatch::ALARM => cloudwatch::remove_alarm(context, row),
        feature_group::TYPE => feature_group::remove(context, &row.physical_id).await?,
        custom if custom::is_custom(custom) => custom::delete(context, row).await?,
        _ => {
            let deletions = [
                (apis::SQS, storage::deletion(row)),
                (apis::SAGEMAKER, sagemaker::deletion(context, row)),
                (apis::COGNITO_IDENTITY_PROVIDER, cognito::deletion(row)),
                (apis::GLUE, glue::deletion(row)),
                (apis::ATHENA, athena::deletion(row)),
            ];
            for (api, deletion) in deletions {
                if let Some((operation, members)) = deletion {
                    match context.call(api, operation, members).await {
                        Err(error) if is_missing(&error) => {}
                        other => drop(other?),
                    }
                }
            }
        }
    }
    iam::remove_policy_of(context, row);
    Ok(())
}

/// Services have a code or a sentence for it.
fn is_missing(error: &AwsError) -> bool {
    error.code.contains("NotFound")
        || error.code.contains("DoesNotExist")
        || error.message.contains("does not exist")
        || error.message.contains("is not found")
}
