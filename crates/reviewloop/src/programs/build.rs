//! The one call of cargo that builds the programs, and its progress.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

use super::environment;
use super::project::{CLASSIFIER, Project};
use crate::progress::{Progress, Task};

/// Builds all programs into the folder of this one, which it returns.
pub async fn build(project: &Project, progress: &Progress) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("find this program")?;
    let folder = program
        .parent()
        .context("this program lies in no folder")?
        .to_owned();
    let mut command = cargo(std::env::vars_os(), project, &folder);
    let task = progress.task("building the functions");
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!(
                "cargo was not found; install Rust (rustup.rs), or name a folder of built programs with --bin-dir"
            )
        }
        Err(error) => return Err(error).context("start cargo"),
    };
    let mut stderr = child.stderr.take().context("cargo's stderr is piped")?;
    let stdout = BufReader::new(child.stdout.take().context("cargo's stdout is piped")?);
    let complaint = tokio::spawn(async move {
        let mut text = String::new();
        // What could not be read is not shown; the exit status decides.
        let _ = stderr.read_to_string(&mut text).await;
        text
    });
    let built = follow(stdout, &task).await?;
    let status = child.wait().await.context("wait for cargo")?;
    if !status.success() {
        let complaint = complaint.await.unwrap_or_default();
        bail!(explain(
            &complaint,
            "the functions",
            "cargo build --workspace"
        ));
    }
    let seconds = task.seconds();
    task.done(seconds, &format!("{built} crates compiled"));
    Ok(folder)
}

/// One call for all packages and this one: features then unify as they did for this program, so that nothing
/// already built is built again.
fn cargo(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    project: &Project,
    folder: &Path,
) -> Command {
    let variables: BTreeMap<OsString, OsString> = environment::of_no_package(variables).collect();
    let cargo = variables.get(OsStr::new("CARGO"));
    let mut command = Command::new(cargo.map_or(OsStr::new("cargo"), OsString::as_os_str));
    command
        .env_clear()
        .envs(&variables)
        .current_dir(&project.root)
        .arg("build")
        .args(profile(folder));
    if let Some(target) = folder.parent() {
        // Cargo has a folder for each target that a build names.
        let named = variables.get(OsStr::new("CARGO_BUILD_TARGET"));
        let is_of_named = target.file_name() == named.map(OsString::as_os_str);
        let all = target.parent().filter(|_| is_of_named);
        command.arg("--target-dir").arg(all.unwrap_or(target));
    }
    let functions = project.functions.iter().map(String::as_str);
    for package in functions.chain([CLASSIFIER, env!("CARGO_PKG_NAME")]) {
        command.args(["--package", package]);
    }
    command
        .arg("--message-format=json-render-diagnostics")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// The profile is the folder's name, but for `debug`, which is the profile `dev`.
fn profile(folder: &Path) -> Vec<String> {
    match folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
    {
        Some(name) if name != "debug" => vec!["--profile".to_owned(), name],
        _ => Vec::new(),
    }
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    fresh: bool,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Shows what was compiled last; returns how many crates were not fresh.
async fn follow(
    stdout: BufReader<tokio::process::ChildStdout>,
    task: &Task,
) -> anyhow::Result<usize> {
    let mut lines = stdout.lines();
    let (mut built, mut last) = (0, "looking what is new".to_owned());
    let mut tick = tokio::time::interval(Duration::from_millis(250));
    loop {
        tokio::select! {
            line = lines.next_line() => {
                let Some(line) = line.context("read cargo's messages")? else { return Ok(built) };
                let Ok(message) = serde_json::from_str::<Message>(&line) else { continue };
                if message.reason == "compiler-artifact" && !message.fresh {
                    built += 1;
                    last = format!("{built} crates compiled, last {}", message.target.map(|target| target.name).unwrap_or_default());
                }
            }
            _ = tick.tick() => task.note(&last),
        }
    }
}

/// One sentence for what people meet, the compiler's own words for the rest: of what was built, and the command
/// that shows all of them.
pub fn explain(complaint: &str, built: &str, command: &str) -> String {
    if complaint.contains("linker `") && complaint.contains("not found") {
        return "no C linker was found; install one (Debian: apt install gcc; macOS: xcode-select --install)".to_owned();
    }
    if complaint.contains("No space left on device") {
        return "the disk is full; the build needs a few gigabytes under target/".to_owned();
    }
    let errors: Vec<&str> = complaint
        .lines()
        .filter(|line| line.starts_with("error"))
        .take(3)
        .collect();
    format!(
        "{built} could not be built: {}; run `{command}` to see all of it",
        errors.join("; ")
    )
}

#[cfg(test)]
mod tests;
