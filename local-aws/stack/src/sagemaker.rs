//! SageMaker's resources: CloudFormation's properties are mostly the request's members.

use anyhow::{Context as _, bail};
use local_core::wire::{Api, apis};
use serde_json::{Map, Value, json};

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::Row;

const SERVICE: Api = apis::SAGEMAKER;

pub(super) async fn model_package_group(
    context: &Context,
    change: &Change,
) -> anyhow::Result<Provisioned> {
    let name = change.name("ModelPackageGroupName");
    let mut members = change.resource.properties.clone();
    members.insert("ModelPackageGroupName".to_owned(), json!(name));
    let identity = json!({ "ModelPackageGroupName": name });
    let found = find(context, change, "DescribeModelPackageGroup", identity).await;
    let arn = if let Some(group) = found {
        let arn = text(&group, "ModelPackageGroupArn")?;
        set_tags(context, &arn, &members).await?;
        arn
    } else {
        let group = context
            .call(SERVICE, "CreateModelPackageGroup", Value::Object(members))
            .await?;
        text(&group, "ModelPackageGroupArn")?
    };
    Ok(Provisioned::new(
        arn.clone(),
        [("ModelPackageGroupArn", json!(arn))],
    ))
}

pub(super) async fn pipeline(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let name = change.name("PipelineName");
    let mut members = change.resource.properties.clone();
    let definition = members
        .shift_remove("PipelineDefinition")
        .unwrap_or_default();
    let Some(body) = definition["PipelineDefinitionBody"].as_str() else {
        bail!("local-aws takes a pipeline's definition as PipelineDefinitionBody only");
    };
    members.insert("PipelineName".to_owned(), json!(name));
    members.insert("PipelineDefinition".to_owned(), json!(body));
    let identity = json!({ "PipelineName": name });
    let found = find(context, change, "DescribePipeline", identity).await;
    if let Some(found) = found {
        set_tags(context, &text(&found, "PipelineArn")?, &members).await?;
        members.shift_remove("Tags");
        context
            .call(SERVICE, "UpdatePipeline", Value::Object(members))
            .await?;
    } else {
        // The token makes a repeated create find the first.
        let token = context.cloud.world.dice("stack/client-token").uuid();
        members.insert("ClientRequestToken".to_owned(), json!(token));
        context
            .call(SERVICE, "CreatePipeline", Value::Object(members))
            .await?;
    }
    Ok(Provisioned::new(name, []))
}

pub(super) async fn workteam(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let name = change.name("WorkteamName");
    let mut members = change.resource.properties.clone();
    members.insert("WorkteamName".to_owned(), json!(name));
    for definition in members
        .get_mut("MemberDefinitions")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if let Some(cognito) = definition
            .get_mut("CognitoMemberDefinition")
            .and_then(Value::as_object_mut)
        {
            // CloudFormation's names have a prefix that the API's have not.
            for short in ["UserPool", "ClientId", "UserGroup"] {
                if let Some(value) = cognito.shift_remove(&format!("Cognito{short}")) {
                    cognito.insert(short.to_owned(), value);
                }
            }
        }
    }
    let identity = json!({ "WorkteamName": name });
    let found = find(context, change, "DescribeWorkteam", identity).await;
    let arn = context.arn("sagemaker", &format!("workteam/private-crowd/{name}"));
    if found.is_some() {
        set_tags(context, &arn, &members).await?;
        members.shift_remove("Tags");
        members.shift_remove("WorkforceName");
        context
            .call(SERVICE, "UpdateWorkteam", Value::Object(members))
            .await?;
    } else {
        context
            .call(SERVICE, "CreateWorkteam", Value::Object(members))
            .await?;
    }
    Ok(Provisioned::new(arn, [("WorkteamName", json!(name))]))
}

pub(super) async fn human_task_ui(
    context: &Context,
    change: &Change,
) -> anyhow::Result<Provisioned> {
    let name = change.name("HumanTaskUiName");
    let identity = json!({ "HumanTaskUiName": name });
    let mut members: Map<String, Value> = change.resource.properties.clone();
    members.insert("HumanTaskUiName".to_owned(), json!(name));
    // The API has no update.
    let task_ui = match find(context, change, "DescribeHumanTaskUi", identity).await {
        Some(found) => found,
        None => {
            let members = Value::Object(members);
            context.call(SERVICE, "CreateHumanTaskUi", members).await?
        }
    };
    let arn = text(&task_ui, "HumanTaskUiArn")?;
    Ok(Provisioned::new(
        arn.clone(),
        [("HumanTaskUiArn", json!(arn))],
    ))
}

/// What is there of a resource that is not new.
async fn find(
    context: &Context,
    change: &Change,
    operation: &str,
    identity: Value,
) -> Option<Value> {
    if change.is_new() {
        return None;
    }
    context.call(SERVICE, operation, identity).await.ok()
}

/// Gives a resource the tags of its properties, and takes every other tag away.
pub(super) async fn set_tags(
    context: &Context,
    arn: &str,
    properties: &Map<String, Value>,
) -> anyhow::Result<()> {
    let wanted = properties.get("Tags").cloned().unwrap_or(json!([]));
    let identity = json!({ "ResourceArn": arn });
    let mut found = context.call(SERVICE, "ListTags", identity).await?;
    let found = found["Tags"].take();
    let keys = |tags: &Value| -> Vec<Value> {
        let tags = tags.as_array().into_iter().flatten();
        tags.map(|tag| tag["Key"].clone()).collect()
    };
    let (wanted_keys, mut gone) = (keys(&wanted), keys(&found));
    gone.retain(|key| !wanted_keys.contains(key));
    if !gone.is_empty() {
        let members = json!({ "ResourceArn": arn, "TagKeys": gone });
        context.call(SERVICE, "DeleteTags", members).await?;
    }
    if !wanted_keys.is_empty() {
        let members = json!({ "ResourceArn": arn, "Tags": wanted });
        context.call(SERVICE, "AddTags", members).await?;
    }
    Ok(())
}

/// The operation that removes a resource of these types, and its members.
pub(super) fn deletion(context: &Context, row: &Row) -> Option<(&'static str, Value)> {
    let name = row.physical_id.rsplit('/').next();
    Some(match row.resource_type.as_str() {
        "AWS::SageMaker::ModelPackageGroup" => (
            "DeleteModelPackageGroup",
            json!({ "ModelPackageGroupName": name }),
        ),
        "AWS::SageMaker::Pipeline" => {
            let token = context.cloud.world.dice("stack/client-token").uuid();
            let members = json!({ "PipelineName": name, "ClientRequestToken": token });
            ("DeletePipeline", members)
        }
        "AWS::SageMaker::Workteam" => ("DeleteWorkteam", json!({ "WorkteamName": name })),
        "AWS::SageMaker::HumanTaskUi" => ("DeleteHumanTaskUi", json!({ "HumanTaskUiName": name })),
        _ => return None,
    })
}

pub(super) fn text(response: &Value, member: &str) -> anyhow::Result<String> {
    response[member]
        .as_str()
        .map(str::to_owned)
        .with_context(|| format!("the answer has no {member}"))
}
