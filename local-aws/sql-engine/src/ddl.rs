//! Hive's statements on the catalogue. They change nothing here: what they ask for is answered as Glue requests.

mod create_table;
mod cursor;
mod databases;
mod outcome;
mod partitions;
mod show;
mod view;

pub use create_table::{Format, PARQUET, table_input};
pub use cursor::Cursor;
pub use partitions::{directory, partition_input};

use crate::error::Result;
use crate::request::{Answer, Request};
use crate::results;
use crate::storage::Storage;

/// The first words of a statement, in capitals.
pub fn first_words(text: &str) -> Result<Vec<String>> {
    Ok(Cursor::new(text)?.words(4))
}

pub async fn run(request: &Request, storage: Storage) -> Result<Answer> {
    let mut cursor = Cursor::new(&request.statement)?;
    let words = cursor.words(4);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["CREATE", "EXTERNAL", "TABLE", ..] => create_table::create(request, &mut cursor)?,
        ["DROP", "TABLE", ..] => create_table::drop(request, &mut cursor)?,
        ["CREATE", "DATABASE" | "SCHEMA", ..] => databases::create(request, &mut cursor)?,
        ["DROP", "DATABASE" | "SCHEMA", ..] => databases::drop(request, &mut cursor)?,
        ["CREATE", "VIEW", ..] | ["CREATE", "OR", "REPLACE", "VIEW"] => {
            view::create(request, &mut cursor, &storage).await?
        }
        ["DROP", "VIEW", ..] => view::drop(request, &mut cursor)?,
        ["MSCK", "REPAIR", "TABLE", ..] => {
            partitions::repair(request, &mut cursor, &storage).await?
        }
        ["ALTER", "TABLE", ..] => partitions::alter(request, &mut cursor)?,
        ["SHOW", ..] => show::show(request, &mut cursor)?,
        ["DESCRIBE" | "DESC", ..] => show::describe(request, &mut cursor)?,
        _ => return Err(cursor.mismatched()),
    };
    let uri = results::output(&request.output, &request.id, ".txt")?;
    results::write_lines(&storage, &uri, &outcome.columns, &outcome.lines).await?;
    Ok(Answer {
        statement_type: outcome.statement_type,
        substatement_type: outcome.substatement_type,
        rows: outcome.lines.len() as u64,
        columns: outcome.columns,
        scanned_bytes: 0,
        update_count: None,
        output_location: uri.to_string(),
        manifest_location: None,
        changes: outcome.changes,
    })
}
