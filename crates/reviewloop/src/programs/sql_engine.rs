//! The program that runs Athena's statements: a workspace of its own, built at the first statement, so that nobody
//! waits for it who asks none.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, bail};
use local_aws::Source;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;

use super::build::explain;
use super::environment;
use super::project::Project;

const NAME: &str = "sql-engine";

/// The workspace's manifest, below the project's root.
const MANIFEST: &str = "local-aws/sql-engine/Cargo.toml";

/// Taken from the folder of programs, where it lies there.
pub fn sql_engine(project: &Project, programs: &Path) -> Source {
    let (root, there) = (project.root.clone(), programs.join(NAME));
    Source::new(move || {
        let (root, there) = (root.clone(), there.clone());
        Box::pin(async move {
            if there.is_file() {
                return Ok(there);
            }
            tracing::info!("building the SQL engine: the first time takes minutes");
            let built = build(&root).await;
            built.map_err(|error| format!("the SQL engine: {error:#}"))
        })
    })
}

/// One call of cargo; its progress is in the log.
async fn build(root: &Path) -> anyhow::Result<PathBuf> {
    let mut child = cargo(root).spawn().context("start cargo")?;
    let stdout = child.stdout.take().context("cargo's stdout is piped")?;
    let stderr = child.stderr.take().context("cargo's stderr is piped")?;
    let (built, complaint) = tokio::try_join!(executable(stdout), told(stderr))?;
    let status = child.wait().await.context("wait for cargo")?;
    if !status.success() {
        let command = format!("cargo build --manifest-path {MANIFEST}");
        bail!(explain(&complaint, "it", &command));
    }
    built.context("cargo built no program")
}

/// In a folder of its own: the packages are others, and two builds do not wait for each other.
fn cargo(root: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(environment::of_no_package(std::env::vars_os()))
        .current_dir(root)
        .args(["build", "--locked", "--manifest-path", MANIFEST])
        .arg("--target-dir")
        .arg(target.join(NAME))
        .arg("--message-format=json-render-diagnostics")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
}

/// The program that cargo's messages name.
async fn executable(messages: impl AsyncRead + Unpin) -> anyhow::Result<Option<PathBuf>> {
    let mut lines = BufReader::new(messages).lines();
    let mut found = None;
    while let Some(line) = lines.next_line().await.context("read cargo's messages")? {
        let message = serde_json::from_str::<Message>(&line).ok();
        found = message.and_then(|message| message.executable).or(found);
    }
    Ok(found)
}

/// What cargo tells, each line in the log.
async fn told(output: impl AsyncRead + Unpin) -> anyhow::Result<String> {
    let mut lines = BufReader::new(output).lines();
    let mut told = String::new();
    while let Some(line) = lines.next_line().await.context("read what cargo tells")? {
        tracing::info!(cargo = line.trim(), "building the SQL engine");
        told += &line;
        told.push('\n');
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_program_is_the_last_that_cargo_names() {
        let messages = "{\"reason\":\"compiler-artifact\",\"executable\":null}\n\
                        {\"reason\":\"compiler-artifact\",\"executable\":\"/target/sql-engine\"}\n\
                        {\"reason\":\"build-finished\",\"success\":true}\n";
        let found = executable(messages.as_bytes())
            .await
            .expect("messages are read");
        assert_eq!(found, Some(PathBuf::from("/target/sql-engine")));
    }

    #[tokio::test]
    async fn an_engine_beside_the_programs_is_taken_and_not_built() {
        let folder = tempfile::tempdir().expect("make a folder");
        let there = folder.path().join(NAME);
        std::fs::write(&there, "").expect("write a program");
        let project = Project {
            root: folder.path().to_owned(),
            functions: Vec::new(),
        };
        let source = sql_engine(&project, folder.path());
        assert_eq!(source.obtain().await, Ok(there));
    }
}
