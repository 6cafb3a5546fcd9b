//! Databases; Hive calls them schemas, too.

use serde_json::json;

use super::cursor::Cursor;
use super::outcome::{Outcome, delete_table};
use crate::error::{AthenaError, Result};
use crate::request::Request;

pub fn create(request: &Request, cursor: &mut Cursor) -> Result<Outcome> {
    let _ = cursor.take("CREATE DATABASE") || cursor.take("CREATE SCHEMA");
    let if_not_exists = cursor.take("IF NOT EXISTS");
    let name = cursor.name()?;
    let mut input = json!({ "Name": name });
    while !cursor.is_over() {
        if cursor.take("COMMENT") {
            input["Description"] = cursor.text()?.into();
        } else if cursor.take("LOCATION") {
            input["LocationUri"] = cursor.text()?.into();
        } else {
            cursor.expect("WITH DBPROPERTIES")?;
            input["Parameters"] = json!(cursor.properties()?);
        }
    }
    if request.databases.databases.contains_key(&name) {
        if if_not_exists {
            return Ok(Outcome::changed("CREATE_DATABASE", Vec::new()));
        }
        return Err(AthenaError::user(format!(
            "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. Database {name} already exists"
        )));
    }
    Ok(Outcome::changed(
        "CREATE_DATABASE",
        vec![json!({ "CreateDatabase": { "DatabaseInput": input } })],
    ))
}

pub fn drop(request: &Request, cursor: &mut Cursor) -> Result<Outcome> {
    let _ = cursor.take("DROP DATABASE") || cursor.take("DROP SCHEMA");
    let if_exists = cursor.take("IF EXISTS");
    let name = cursor.name()?;
    let cascade = cursor.take("CASCADE");
    cursor.take("RESTRICT");
    cursor.end()?;
    let Some(database) = request.databases.databases.get(&name) else {
        if if_exists {
            return Ok(Outcome::changed("DROP_DATABASE", Vec::new()));
        }
        return Err(AthenaError::user(format!(
            "FAILED: SemanticException [Error 10072]: Database does not exist: {name}"
        )));
    };
    if !database.tables.is_empty() && !cascade {
        let message = format!(
            "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. InvalidOperationException(message:Database {name} is not empty. One or more tables exist.)"
        );
        return Err(AthenaError::user(message));
    }
    let mut changes: Vec<_> = database
        .tables
        .iter()
        .map(|table| delete_table(&name, &table.name))
        .collect();
    changes.push(json!({ "DeleteDatabase": { "Name": name } }));
    Ok(Outcome::changed("DROP_DATABASE", changes))
}
