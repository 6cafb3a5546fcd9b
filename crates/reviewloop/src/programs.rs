//! The programs that the local emulator runs: functions and classifier. They are built first, in the
//! profile of this very program, or taken from a folder.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use crate::progress::{Progress, Task};

/// The container image's program.
pub const CLASSIFIER: &str = "classifier";

/// Where the sources lie, and what must be built from them.
pub struct Project {
    pub root: PathBuf,
    /// One package per function, named as its folder.
    pub functions: Vec<String>,
}

impl Project {
    pub fn template(&self) -> PathBuf {
        self.root.join("infra/template.yaml")
    }

    /// Looks above this program (`target/debug/reviewloop`), then above the current folder.
    pub fn find() -> anyhow::Result<Project> {
        let program = std::env::current_exe().context("find this program")?;
        let here = std::env::current_dir().context("find the current folder")?;
        let root = program.ancestors().chain(here.ancestors()).find(|folder| {
            folder.join("infra/template.yaml").is_file() && folder.join("functions").is_dir()
        });
        let Some(root) = root else {
            bail!(
                "infra/template.yaml was not found above {}; run this from the project's folder",
                here.display()
            );
        };
        let mut functions = Vec::new();
        for entry in std::fs::read_dir(root.join("functions")).context("list functions/")? {
            let folder = entry.context("list functions/")?;
            if folder.path().join("Cargo.toml").is_file() {
                functions.push(folder.file_name().to_string_lossy().into_owned());
            }
        }
        functions.sort();
        Ok(Project {
            root: root.to_owned(),
            functions,
        })
    }
}

/// The folder with all programs in it; without `bin_dir` they are built.
pub async fn ready(
    project: &Project,
    bin_dir: Option<&Path>,
    progress: &Progress,
) -> anyhow::Result<PathBuf> {
    let folder = match bin_dir {
        Some(folder) => folder
            .canonicalize()
            .with_context(|| format!("find {}", folder.display()))?,
        None => build(project, progress).await?,
    };
    for program in project
        .functions
        .iter()
        .map(String::as_str)
        .chain([CLASSIFIER])
    {
        if !folder.join(program).is_file() {
            bail!(
                "{} has no program {program}; build it with cargo or name another folder with --bin-dir",
                folder.display()
            );
        }
    }
    Ok(folder)
}

/// One cargo call for all packages and this one: features then unify as they did for this
/// program, so that nothing already built is built again.
async fn build(project: &Project, progress: &Progress) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("find this program")?;
    let folder = program
        .parent()
        .context("this program lies in no folder")?
        .to_owned();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = tokio::process::Command::new(cargo);
    command
        .current_dir(&project.root)
        .arg("build")
        .args(profile(&folder));
    if let Some(target) = folder.parent() {
        command.arg("--target-dir").arg(target);
    }
    for package in project
        .functions
        .iter()
        .map(String::as_str)
        .chain([CLASSIFIER, env!("CARGO_PKG_NAME")])
    {
        command.args(["--package", package]);
    }
    command.arg("--message-format=json-render-diagnostics");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
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
        bail!(explain(&complaint));
    }
    let seconds = task.seconds();
    task.done(seconds, &format!("{built} crates compiled"));
    Ok(folder)
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

/// One sentence for what people meet, the compiler's own words for the rest.
fn explain(complaint: &str) -> String {
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
        "the functions could not be built: {}; run `cargo build --workspace` to see all of it",
        errors.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_linker_is_one_sentence_that_says_what_to_do() {
        let complaint =
            "error: linker `cc` not found\n  |\n  = note: No such file or directory (os error 2)\n";
        assert!(explain(complaint).starts_with("no C linker was found; install one"));
    }

    #[test]
    fn other_complaints_are_quoted() {
        let complaint =
            "warning: x\nerror[E0425]: cannot find value\n --> a.rs\nerror: could not compile\n";
        let sentence = explain(complaint);
        assert!(
            sentence.contains("error[E0425]: cannot find value; error: could not compile"),
            "{sentence}"
        );
    }

    #[test]
    fn the_profile_follows_the_folder() {
        assert!(profile(Path::new("target/debug")).is_empty());
        assert_eq!(
            profile(Path::new("target/release")),
            ["--profile", "release"]
        );
    }

    #[test]
    fn the_project_is_found_with_its_functions() {
        let project = Project::find().expect("this test runs in the project");
        assert!(project.functions.iter().any(|name| name == "predict"));
        assert!(!project.functions.contains(&CLASSIFIER.to_owned()));
    }
}
