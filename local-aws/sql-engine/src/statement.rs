//! A statement's way: its kind, its parameters, its answer.

use crate::error::{AthenaError, Result};
use crate::request::{Answer, Request};
use crate::storage::Storage;
use crate::{ddl, select, trino, write};

pub async fn run(mut request: Request, storage: Storage) -> Result<Answer> {
    request.database = request.database.trim_matches('`').to_lowercase();
    let tokens = trino::tokens(&request.statement)?;
    request.statement = trino::bind(&request.statement, &tokens, &request.parameters)?;
    let scanned = storage.clone();
    let words = ddl::first_words(&request.statement)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let answer = match words.as_slice() {
        ["SELECT" | "WITH" | "VALUES" | "(", ..] => select::run(&request, storage).await,
        ["INSERT", "INTO", ..] => write::insert(&request, storage).await,
        ["UNLOAD", ..] => write::unload(&request, storage).await,
        ["CREATE", "TABLE", ..] => write::create_table_as(&request, storage).await,
        [
            "EXPLAIN" | "EXECUTE" | "PREPARE" | "DEALLOCATE" | "MERGE" | "UPDATE" | "DELETE"
            | "OPTIMIZE" | "VACUUM" | "ANALYZE" | "GRANT" | "REVOKE" | "CALL",
            ..,
        ] => Err(AthenaError::not_supported(words[0])),
        _ => ddl::run(&request, storage).await,
    };
    answer.map(|answer| Answer {
        scanned_bytes: scanned.scanned(),
        ..answer
    })
}
