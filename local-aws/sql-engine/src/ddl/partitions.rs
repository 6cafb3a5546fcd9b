//! Partitions: found by their folders' names, added and dropped by statements.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::cursor::Cursor;
use super::outcome::Outcome;
use crate::catalog::Table;
use crate::error::{AthenaError, Result};
use crate::request::Request;
use crate::storage::{Storage, Uri};

pub async fn repair(
    request: &Request,
    cursor: &mut Cursor<'_>,
    storage: &Storage,
) -> Result<Outcome> {
    cursor.expect("MSCK REPAIR TABLE")?;
    let (database, name) = cursor.table(request)?;
    cursor.end()?;
    let table = request.databases.table(&database, &name)?;
    let folder = Uri::folder(table.location()?)?;
    let known: BTreeSet<_> = request
        .databases
        .partitions(&database, &name)
        .iter()
        .map(|partition| partition.values.clone())
        .collect();
    let mut found = BTreeMap::new();
    for object in storage.list(&folder).await? {
        let path = object.key.strip_prefix(&folder.key).unwrap_or_default();
        let steps: Vec<&str> = path.split('/').take(table.partition_keys.len()).collect();
        let value = |(key, step): (&crate::catalog::Column, &&str)| {
            let (name, value) = step.split_once('=')?;
            name.eq_ignore_ascii_case(&key.name)
                .then(|| unescaped(value))
        };
        let values = table
            .partition_keys
            .iter()
            .zip(&steps)
            .map(value)
            .collect::<Option<Vec<_>>>();
        if let Some(values) = values
            .filter(|values| values.len() == table.partition_keys.len() && !known.contains(values))
        {
            found.insert(values, format!("{folder}{}/", steps.join("/")));
        }
    }
    let lines = found.keys().map(|values| {
        format!(
            "Repair: Added partition to metastore {database}.{name}:{}",
            directory(table, values)
        )
    });
    let lines = if found.is_empty() {
        Vec::new()
    } else {
        std::iter::once("Partitions not in metastore:".to_owned())
            .chain(lines)
            .collect()
    };
    let inputs: Vec<Value> = found
        .iter()
        .map(|(values, location)| partition_input(table, values, location))
        .collect();
    Ok(Outcome {
        lines,
        ..Outcome::changed("MSCK_REPAIR_TABLE", added(&database, &name, &inputs))
    })
}

pub fn alter(request: &Request, cursor: &mut Cursor) -> Result<Outcome> {
    cursor.expect("ALTER TABLE")?;
    let (database, name) = cursor.table(request)?;
    let table = request.databases.table(&database, &name)?;
    let known: BTreeSet<_> = request
        .databases
        .partitions(&database, &name)
        .iter()
        .map(|partition| partition.values.clone())
        .collect();
    if cursor.take("DROP") {
        let if_exists = cursor.take("IF EXISTS");
        let mut changes = Vec::new();
        while cursor.take("PARTITION") {
            let values = values(table, cursor)?;
            if known.contains(&values) {
                changes.push(json!({ "DeletePartition": { "DatabaseName": database, "TableName": name, "PartitionValues": values } }));
            } else if !if_exists {
                return Err(AthenaError::user(format!(
                    "FAILED: SemanticException [Error 10006]: Partition not found {}",
                    directory(table, &values)
                )));
            }
            cursor.take(",");
        }
        cursor.end()?;
        return Ok(Outcome::changed("ALTER_TABLE_DROP_PARTITION", changes));
    }
    if !cursor.take("ADD") {
        return Err(AthenaError::not_supported(format!(
            "ALTER TABLE {}",
            cursor.words(1).concat()
        )));
    }
    let if_not_exists = cursor.take("IF NOT EXISTS");
    let mut inputs = Vec::new();
    while cursor.take("PARTITION") {
        let values = values(table, cursor)?;
        let location = if cursor.take("LOCATION") {
            cursor.text()?
        } else {
            format!(
                "{}{}/",
                Uri::folder(table.location()?)?,
                directory(table, &values)
            )
        };
        if !known.contains(&values) {
            inputs.push(partition_input(table, &values, &location));
        } else if !if_not_exists {
            return Err(AthenaError::user(
                "FAILED: SemanticException Partition already exists.".to_owned(),
            ));
        }
    }
    cursor.end()?;
    Ok(Outcome::changed(
        "ALTER_TABLE_ADD_PARTITION",
        added(&database, &name, &inputs),
    ))
}

fn values(table: &Table, cursor: &mut Cursor) -> Result<Vec<String>> {
    let given = cursor.properties()?;
    let value = |key: &crate::catalog::Column| {
        given
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&key.name))
            .map(|(_, value)| value.clone())
    };
    let values = table
        .partition_keys
        .iter()
        .map(value)
        .collect::<Option<Vec<_>>>();
    let values = values.filter(|values| values.len() == given.len());
    values.ok_or_else(|| AthenaError::user(format!("FAILED: SemanticException partition spec {given:?} does not match the partition keys of {}", table.name)))
}

/// Glue takes a hundred at once.
fn added(database: &str, table: &str, inputs: &[Value]) -> Vec<Value> {
    let request = |inputs: &[Value]| json!({ "BatchCreatePartition": { "DatabaseName": database, "TableName": table, "PartitionInputList": inputs } });
    inputs.chunks(100).map(request).collect()
}

pub fn partition_input(table: &Table, values: &[String], location: &str) -> Value {
    let descriptor = &table.storage_descriptor;
    let column =
        |column: &crate::catalog::Column| json!({ "Name": column.name, "Type": column.kind });
    let mut input = json!({
        "Values": values,
        "StorageDescriptor": {
            "Columns": descriptor.columns.iter().map(column).collect::<Vec<_>>(),
            "Location": location,
            "SerdeInfo": { "Parameters": descriptor.serde_info.parameters },
        },
    });
    if let Some(format) = &descriptor.input_format {
        input["StorageDescriptor"]["InputFormat"] = format.as_str().into();
    }
    if let Some(library) = &descriptor.serde_info.serialization_library {
        input["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"] = library.as_str().into();
    }
    input
}

/// `key=value/key=value`, with Hive's escapes; a space stays.
pub fn directory(table: &Table, values: &[String]) -> String {
    let steps: Vec<_> = table
        .partition_keys
        .iter()
        .zip(values)
        .map(|(key, value)| format!("{}={}", key.name, escaped(value)))
        .collect();
    steps.join("/")
}

fn escaped(value: &str) -> String {
    let escape = |letter: char| {
        if letter.is_control() || "\"#%'*/:=?\\{[]^".contains(letter) {
            format!("%{:02X}", u32::from(letter))
        } else {
            letter.to_string()
        }
    };
    value.chars().map(escape).collect()
}

fn unescaped(value: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), value.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
