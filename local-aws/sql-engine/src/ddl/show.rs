//! `SHOW` and `DESCRIBE`.

use super::cursor::Cursor;
use super::outcome::Outcome;
use super::partitions;
use crate::error::{AthenaError, Result};
use crate::request::Request;

pub fn show(request: &Request, cursor: &mut Cursor) -> Result<Outcome> {
    if cursor.take("SHOW PARTITIONS") {
        let (database, name) = cursor.table(request)?;
        cursor.end()?;
        let table = request.databases.table(&database, &name)?;
        if table.partition_keys.is_empty() {
            return Err(AthenaError::user(format!(
                "FAILED: SemanticException [Error 10241]: Table {name} is not a partitioned table"
            )));
        }
        let mut lines: Vec<_> = request
            .databases
            .partitions(&database, &name)
            .iter()
            .map(|partition| partitions::directory(table, &partition.values))
            .collect();
        lines.sort();
        return Ok(Outcome::told("SHOW_PARTITIONS", &["partition"], lines));
    }
    for (words, kind) in [("SHOW TABLES", "SHOW_TABLES"), ("SHOW VIEWS", "SHOW_VIEWS")] {
        if !cursor.take(words) {
            continue;
        }
        let database = if cursor.take("IN") || cursor.take("FROM") {
            cursor.name()?
        } else {
            request.database.clone()
        };
        cursor.take("LIKE");
        let pattern = if cursor.is_over() {
            "*".to_owned()
        } else {
            cursor.text()?
        };
        cursor.end()?;
        let tables = request
            .databases
            .database(&database)?
            .tables
            .iter()
            .filter(|table| kind == "SHOW_TABLES" || table.is_view());
        let lines = matching(tables.map(|table| table.name.clone()), &pattern)?;
        return Ok(Outcome::told(
            kind,
            &[if kind == "SHOW_TABLES" {
                "tab_name"
            } else {
                "views"
            }],
            lines,
        ));
    }
    if cursor.take("SHOW DATABASES") || cursor.take("SHOW SCHEMAS") {
        cursor.take("LIKE");
        let pattern = if cursor.is_over() {
            "*".to_owned()
        } else {
            cursor.text()?
        };
        cursor.end()?;
        let lines = matching(request.databases.databases.keys().cloned(), &pattern)?;
        return Ok(Outcome::told("SHOW_DATABASES", &["database_name"], lines));
    }
    if cursor.take("SHOW COLUMNS IN") || cursor.take("SHOW COLUMNS FROM") {
        let (mut database, name) = cursor.table(request)?;
        if cursor.take("IN") || cursor.take("FROM") {
            database = cursor.name()?;
        }
        cursor.end()?;
        let table = request.databases.table(&database, &name)?;
        let columns = table
            .storage_descriptor
            .columns
            .iter()
            .chain(&table.partition_keys);
        return Ok(Outcome::told(
            "SHOW_COLUMNS",
            &["field"],
            columns
                .map(|column| format!("{:<20}", column.name))
                .collect(),
        ));
    }
    Err(AthenaError::not_supported(cursor.words(2).join(" ")))
}

/// Hive's pattern: `*` is any letters, `|` stands between alternatives.
fn matching(names: impl Iterator<Item = String>, pattern: &str) -> Result<Vec<String>> {
    let alternatives: Vec<_> = pattern
        .split('|')
        .map(|part| {
            part.split('*')
                .map(regex::escape)
                .collect::<Vec<_>>()
                .join(".*")
        })
        .collect();
    let regex = regex::Regex::new(&format!("(?i)^(?:{})$", alternatives.join("|")))
        .map_err(|error| AthenaError::syntax(format!("line 1:1: {error}")))?;
    let mut names: Vec<_> = names.filter(|name| regex.is_match(name)).collect();
    names.sort();
    Ok(names)
}

pub fn describe(request: &Request, cursor: &mut Cursor) -> Result<Outcome> {
    let _ = cursor.take("DESCRIBE") || cursor.take("DESC");
    if ["EXTENDED", "FORMATTED"].contains(&cursor.words(1).concat().as_str()) {
        return Err(AthenaError::not_supported(format!(
            "DESCRIBE {}",
            cursor.words(1).concat()
        )));
    }
    let (database, name) = cursor.table(request)?;
    cursor.end()?;
    let table = request.databases.table(&database, &name)?;
    // Hive pads each part to twenty letters.
    let line =
        |name: &str, kind: &str, comment: &str| format!("{name:<20}\t{kind:<20}\t{comment:<20}");
    let of = |column: &crate::catalog::Column| {
        line(
            &column.name,
            &column.kind,
            column.comment.as_deref().unwrap_or_default(),
        )
    };
    let mut lines: Vec<_> = table
        .storage_descriptor
        .columns
        .iter()
        .chain(&table.partition_keys)
        .map(of)
        .collect();
    if !table.partition_keys.is_empty() {
        lines.push("\t \t ".to_owned());
        lines.push("# Partition Information\t \t ".to_owned());
        lines.push(line("# col_name", "data_type", "comment"));
        lines.push("\t \t ".to_owned());
        lines.extend(table.partition_keys.iter().map(of));
    }
    Ok(Outcome::told(
        "DESCRIBE_TABLE",
        &["col_name", "data_type", "comment"],
        lines,
    ))
}
