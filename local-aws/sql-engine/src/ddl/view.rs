//! `CREATE VIEW` and `DROP VIEW`.

use serde_json::json;

use super::cursor::Cursor;
use super::outcome::{Outcome, delete_table};
use crate::error::{AthenaError, Result};
use crate::request::Request;
use crate::select;
use crate::storage::Storage;
use crate::views;

pub async fn create(
    request: &Request,
    cursor: &mut Cursor<'_>,
    storage: &Storage,
) -> Result<Outcome> {
    let replace = cursor.take("CREATE OR REPLACE VIEW");
    if !replace {
        cursor.expect("CREATE VIEW")?;
    }
    let (database, name) = cursor.table(request)?;
    request.databases.database(&database)?;
    cursor.expect("AS")?;
    let sql = cursor.rest();
    let existing = request.databases.find(&database, &name);
    if existing.is_some_and(|table| !table.is_view()) || (existing.is_some() && !replace) {
        return Err(AthenaError::user(format!(
            "ALREADY_EXISTS: line 1:1: View already exists: 'awsdatacatalog.{database}.{name}'"
        )));
    }
    let described = select::described(request, sql, storage).await?;
    let names: Vec<String> = described
        .columns
        .iter()
        .map(|column| column.name.to_lowercase())
        .collect();
    let input = views::table_input(&name, &request.database, sql, &names, &described.schema)?;
    let action = if existing.is_some() {
        "UpdateTable"
    } else {
        "CreateTable"
    };
    let mut change = json!({});
    change[action] = json!({ "DatabaseName": database, "TableInput": input });
    Ok(Outcome::changed("CREATE_VIEW", vec![change]))
}

pub fn drop(request: &Request, cursor: &mut Cursor) -> Result<Outcome> {
    cursor.expect("DROP VIEW")?;
    let if_exists = cursor.take("IF EXISTS");
    let (database, name) = cursor.table(request)?;
    cursor.end()?;
    match request.databases.find(&database, &name) {
        Some(table) if table.is_view() => Ok(Outcome::changed(
            "DROP_VIEW",
            vec![delete_table(&database, &name)],
        )),
        None if if_exists => Ok(Outcome::changed("DROP_VIEW", Vec::new())),
        _ => Err(AthenaError::user(format!(
            "VIEW_NOT_FOUND: line 1:1: View 'awsdatacatalog.{database}.{name}' does not exist"
        ))),
    }
}
