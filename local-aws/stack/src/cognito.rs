//! Cognito's resources.

use local_core::wire::{Api, apis};
use serde_json::{Value, json};

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::Row;
use super::sagemaker::text;

const SERVICE: Api = apis::COGNITO_IDENTITY_PROVIDER;

pub(super) async fn user_pool(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let name = change.name(context, "UserPoolName");
    let mut members = change.resource.properties.clone();
    members.shift_remove("UserPoolName");
    members.insert("PoolName".to_owned(), json!(name));
    let id = if let Some(before) = &change.deployed {
        // `changed` refuses another value; the operation does not take it at all.
        members.shift_remove("UsernameAttributes");
        members.insert("UserPoolId".to_owned(), json!(before.physical_id));
        context
            .call(SERVICE, "UpdateUserPool", Value::Object(members))
            .await?;
        before.physical_id.clone()
    } else {
        let created = context
            .call(SERVICE, "CreateUserPool", Value::Object(members))
            .await?;
        text(&created["UserPool"], "Id")?
    };
    let provider = format!("cognito-idp.{}.amazonaws.com/{id}", context.pseudo.region);
    Ok(Provisioned::new(
        id.clone(),
        [
            (
                "Arn",
                json!(context.arn("cognito-idp", &format!("userpool/{id}"))),
            ),
            ("UserPoolId", json!(id)),
            ("ProviderName", json!(provider)),
            ("ProviderURL", json!(format!("https://{provider}"))),
        ],
    ))
}

pub(super) async fn user_pool_client(
    context: &Context,
    change: &Change,
) -> anyhow::Result<Provisioned> {
    let mut members = change.resource.properties.clone();
    members.insert(
        "ClientName".to_owned(),
        json!(change.name(context, "ClientName")),
    );
    // Another pool or another secret is another client; the one before is removed.
    let before = change.deployed_with_unchanged(&["UserPoolId", "GenerateSecret"]);
    let client = if let Some(before) = before {
        members.insert("ClientId".to_owned(), json!(before.physical_id));
        members.shift_remove("GenerateSecret");
        context
            .call(SERVICE, "UpdateUserPoolClient", Value::Object(members))
            .await?
    } else {
        context
            .call(SERVICE, "CreateUserPoolClient", Value::Object(members))
            .await?
    };
    let client = &client["UserPoolClient"];
    let id = text(client, "ClientId")?;
    Ok(Provisioned::new(
        id.clone(),
        [
            ("ClientId", json!(id)),
            ("ClientSecret", client["ClientSecret"].clone()),
            ("Name", client["ClientName"].clone()),
        ],
    ))
}

pub(super) async fn user_pool_domain(
    context: &Context,
    change: &Change,
) -> anyhow::Result<Provisioned> {
    let domain = change.name(context, "Domain");
    // A domain that is there answers its description; without one the description is empty. One of another
    // pool is refused by Cognito's own words.
    let found = context
        .call(
            SERVICE,
            "DescribeUserPoolDomain",
            json!({ "Domain": domain }),
        )
        .await;
    let pool = change.property("UserPoolId");
    let is_of_pool =
        |found: Value| pool.is_some() && found["DomainDescription"]["UserPoolId"].as_str() == pool;
    if !found.is_ok_and(is_of_pool) {
        context
            .call(
                SERVICE,
                "CreateUserPoolDomain",
                Value::Object(change.resource.properties.clone()),
            )
            .await?;
    }
    Ok(Provisioned::new(domain, []))
}

pub(super) async fn user_pool_group(
    context: &Context,
    change: &Change,
) -> anyhow::Result<Provisioned> {
    let name = change.name(context, "GroupName");
    let mut members = change.resource.properties.clone();
    members.insert("GroupName".to_owned(), json!(name));
    let identity = json!({ "GroupName": name, "UserPoolId": change.property("UserPoolId") });
    let operation = match context.call(SERVICE, "GetGroup", identity).await {
        Ok(_) => "UpdateGroup",
        Err(_) => "CreateGroup",
    };
    context
        .call(SERVICE, operation, Value::Object(members))
        .await?;
    Ok(Provisioned::new(name, []))
}

/// The operation that removes a resource of these types, and its members.
pub(super) fn deletion(row: &Row) -> Option<(&'static str, Value)> {
    let id = &row.physical_id;
    let pool = row.properties.get("UserPoolId");
    Some(match row.resource_type.as_str() {
        "AWS::Cognito::UserPool" => ("DeleteUserPool", json!({ "UserPoolId": id })),
        "AWS::Cognito::UserPoolClient" => (
            "DeleteUserPoolClient",
            json!({ "UserPoolId": pool, "ClientId": id }),
        ),
        "AWS::Cognito::UserPoolDomain" => (
            "DeleteUserPoolDomain",
            json!({ "UserPoolId": pool, "Domain": id }),
        ),
        "AWS::Cognito::UserPoolGroup" => (
            "DeleteGroup",
            json!({ "UserPoolId": pool, "GroupName": id }),
        ),
        _ => return None,
    })
}
