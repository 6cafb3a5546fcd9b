//! Glue's databases and tables.

use anyhow::ensure;
use local_core::wire::{Api, apis};
use serde_json::{Value, json};

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::Row;

const SERVICE: Api = apis::GLUE;

pub(super) const DATABASE: &str = "AWS::Glue::Database";
pub(super) const TABLE: &str = "AWS::Glue::Table";

pub(super) async fn database(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let (name, mut members) = named(change, "DatabaseInput")?;
    let found = context
        .call(SERVICE, "GetDatabase", json!({ "Name": name }))
        .await;
    change.check_name(&name, found.is_ok())?;
    let operation = if found.is_ok() {
        members["Name"] = json!(name);
        "UpdateDatabase"
    } else {
        "CreateDatabase"
    };
    context.call(SERVICE, operation, members).await?;
    Ok(Provisioned::new(name, []))
}

pub(super) async fn table(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let (name, members) = named(change, "TableInput")?;
    let identity = json!({ "DatabaseName": members["DatabaseName"], "Name": name });
    let found = context.call(SERVICE, "GetTable", identity).await;
    change.check_name(&name, found.is_ok())?;
    let operation = match found {
        Ok(_) => "UpdateTable",
        Err(_) => "CreateTable",
    };
    context.call(SERVICE, operation, members).await?;
    Ok(Provisioned::new(name, []))
}

/// The name in the input, or the stack's, and the request's members with it. Glue's names are in lower case.
fn named(change: &Change, input: &str) -> anyhow::Result<(String, Value)> {
    let mut members = Value::Object(change.resource.properties.clone());
    let given = members[input]["Name"].as_str().map(str::to_owned);
    let name = given.unwrap_or_else(|| change.name("")).to_lowercase();
    let before = change.deployed().map(|row| row.physical_id.as_str());
    ensure!(
        before.is_none_or(|before| before == name),
        "local-aws does not rename a database or a table of the stack: {} is {name} now",
        before.unwrap_or_default()
    );
    members[input]["Name"] = json!(name);
    Ok((name, members))
}

pub(super) fn deletion(row: &Row) -> Option<(&'static str, Value)> {
    let name = &row.physical_id;
    match row.resource_type.as_str() {
        DATABASE => Some(("DeleteDatabase", json!({ "Name": name }))),
        TABLE => {
            let members =
                json!({ "DatabaseName": row.properties.get("DatabaseName"), "Name": name });
            Some(("DeleteTable", members))
        }
        _ => None,
    }
}
