//! Cognito's resources.

use local_core::wire::{Api, apis};
use serde_json::{Value, json};

use super::call::Context;
use super::change::{Change, Origin, Provisioned};
use super::leftover::Leftover;
use super::row::Row;
use super::sagemaker::text;

const SERVICE: Api = apis::COGNITO_IDENTITY_PROVIDER;

pub(super) async fn user_pool(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let name = change.name("UserPoolName");
    let mut members = change.resource.properties.clone();
    members.shift_remove("UserPoolName");
    members.insert("PoolName".to_owned(), json!(name));
    let there = match &change.origin {
        Origin::New => None,
        Origin::Interrupted => {
            let pools = json!({ "MaxResults": 60 });
            let pools = context.call(SERVICE, "ListUserPools", pools).await?;
            find_named(context, &pools["UserPools"], ("Name", &name), "Id")
        }
        Origin::Deployed(row) => Some(row.physical_id.clone()),
    };
    let id = if let Some(id) = there {
        // `replacement` refuses another value; the operation does not take it at all.
        members.shift_remove("UsernameAttributes");
        members.insert("UserPoolId".to_owned(), json!(id));
        context
            .call(SERVICE, "UpdateUserPool", Value::Object(members))
            .await?;
        id
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
    let name = change.name("ClientName");
    members.insert("ClientName".to_owned(), json!(name));
    let there = match &change.origin {
        Origin::New => None,
        Origin::Interrupted => {
            let pool = json!({ "UserPoolId": change.property("UserPoolId"), "MaxResults": 60 });
            let clients = context.call(SERVICE, "ListUserPoolClients", pool).await?;
            let clients = &clients["UserPoolClients"];
            find_named(context, clients, ("ClientName", &name), "ClientId")
        }
        Origin::Deployed(row) => Some(row.physical_id.clone()),
    };
    let operation = match there {
        Some(id) => {
            members.insert("ClientId".to_owned(), json!(id));
            members.shift_remove("GenerateSecret");
            "UpdateUserPoolClient"
        }
        None => "CreateUserPoolClient",
    };
    let client = context
        .call(SERVICE, operation, Value::Object(members))
        .await?;
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
    let domain = change.name("Domain");
    // A domain that is there answers its description; without one the description is empty.
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
    if change.is_new() || !found.is_ok_and(is_of_pool) {
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
    let name = change.name("GroupName");
    let mut members = change.resource.properties.clone();
    members.insert("GroupName".to_owned(), json!(name));
    let identity = json!({ "GroupName": name, "UserPoolId": change.property("UserPoolId") });
    let operation = match context.call(SERVICE, "GetGroup", identity).await {
        Ok(_) if !change.is_new() => "UpdateGroup",
        _ => "CreateGroup",
    };
    context
        .call(SERVICE, operation, Value::Object(members))
        .await?;
    Ok(Provisioned::new(name, []))
}

/// The id of the resource of that name which an interrupted creation made: a service that takes one name
/// twice may also have the one that is replaced.
fn find_named(
    context: &Context,
    listed: &Value,
    (member, name): (&str, &str),
    id: &str,
) -> Option<String> {
    let store = &context.cloud.store;
    let leftovers = store.read(|tx| Leftover::all(tx, &context.pseudo.region));
    let is_made = |found: &&Value| {
        let is_replaced = |leftover: &Leftover| found[id] == leftover.row.physical_id;
        found[member] == name && !leftovers.iter().any(is_replaced)
    };
    let found = listed.as_array()?.iter().find(is_made)?;
    found[id].as_str().map(str::to_owned)
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
