//! Athena's workgroups.

use anyhow::bail;
use local_core::wire::{Api, apis};
use serde_json::{Map, Value, json};

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::Row;

const SERVICE: Api = apis::ATHENA;

pub(super) const WORK_GROUP: &str = "AWS::Athena::WorkGroup";

const HONOURED: [&str; 6] = [
    "Name",
    "Description",
    "State",
    "WorkGroupConfiguration",
    "RecursiveDeleteOption",
    "Tags",
];

pub(super) async fn work_group(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let properties = &change.resource.properties;
    if let Some(other) = properties
        .keys()
        .find(|name| !HONOURED.contains(&name.as_str()))
    {
        bail!("local-aws does not honour the property {other} of a workgroup");
    }
    let name = change.name("Name");
    let identity = json!({ "WorkGroup": name });
    let found = context
        .call(SERVICE, "GetWorkGroup", identity.clone())
        .await;
    change.check_name(&name, found.is_ok())?;
    let description = change.property("Description").unwrap_or_default();
    let configuration = properties.get("WorkGroupConfiguration");
    let configuration = configuration
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    if found.is_err() {
        let members = json!({
            "Name": name,
            "Description": description,
            "Configuration": configuration,
            "Tags": properties.get("Tags"),
        });
        context.call(SERVICE, "CreateWorkGroup", members).await?;
    }
    // A new one is enabled, whatever the template says.
    let members = json!({
        "WorkGroup": name,
        "Description": description,
        "State": change.property("State").unwrap_or("ENABLED"),
        "ConfigurationUpdates": updates(configuration),
    });
    context.call(SERVICE, "UpdateWorkGroup", members).await?;
    let group = context.call(SERVICE, "GetWorkGroup", identity).await?;
    let created = &group["WorkGroup"]["CreationTime"];
    Ok(Provisioned::new(
        name,
        [("CreationTime", json!(created.to_string()))],
    ))
}

/// What makes a workgroup's configuration this one: what it leaves out is removed, or is the default again.
fn updates(mut configuration: Map<String, Value>) -> Value {
    let results = configuration
        .shift_remove("ResultConfiguration")
        .unwrap_or_default();
    let mut results = results.as_object().cloned().unwrap_or_default();
    for member in [
        "OutputLocation",
        "EncryptionConfiguration",
        "ExpectedBucketOwner",
        "AclConfiguration",
    ] {
        if !results.contains_key(member) {
            results.insert(format!("Remove{member}"), json!(true));
        }
    }
    if !configuration.contains_key("BytesScannedCutoffPerQuery") {
        configuration.insert("RemoveBytesScannedCutoffPerQuery".to_owned(), json!(true));
    }
    for (member, default) in [
        ("EnforceWorkGroupConfiguration", true),
        ("PublishCloudWatchMetricsEnabled", true),
        ("RequesterPaysEnabled", false),
    ] {
        configuration.entry(member).or_insert(json!(default));
    }
    configuration.insert("ResultConfigurationUpdates".to_owned(), json!(results));
    json!(configuration)
}

pub(super) fn deletion(row: &Row) -> Option<(&'static str, Value)> {
    if row.resource_type != WORK_GROUP {
        return None;
    }
    let recursive = row.properties.get("RecursiveDeleteOption");
    let members = json!({ "WorkGroup": row.physical_id, "RecursiveDeleteOption": recursive });
    Some(("DeleteWorkGroup", members))
}
