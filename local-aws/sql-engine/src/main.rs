//! Athena's SQL for local-aws: Trino's spelling on DataFusion, over S3's API.
//!
//! A stateless program: a statement comes with the Glue definitions that it may read, its result objects are written
//! through S3, and what it changes in the catalogue is answered as Glue requests, which the caller carries out.

mod catalog;
mod ddl;
mod error;
mod functions;
mod request;
mod results;
mod select;
mod server;
mod statement;
mod storage;
mod tables;
mod trino;
mod types;
mod views;
mod write;

use anyhow::Context;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let port = std::env::var("PORT").context("PORT is not set")?;
    let port: u16 = port.parse().with_context(|| format!("PORT is {port}"))?;
    let storage = storage::Storage::from_environment()?;
    tokio::select! {
        biased;
        served = server::serve(port, storage) => served,
        // The starter holds the other end: where it is gone, nobody asks any more.
        () = stdin_closes() => Ok(()),
    }
}

async fn stdin_closes() {
    let mut stdin = tokio::io::stdin();
    let _ = tokio::io::copy(&mut stdin, &mut tokio::io::sink()).await;
}
