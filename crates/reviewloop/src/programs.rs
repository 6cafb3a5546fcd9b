//! The programs that the local emulator runs: functions and classifier. They are built first, in the
//! profile of this very program, or taken from a folder: cargo's or SAM's.

mod build;
mod environment;
mod project;
mod sam_build;
mod sql_engine;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::progress::Progress;
use build::build;
pub use project::{CLASSIFIER, Project};
pub use sql_engine::sql_engine;

/// The folder with all programs in it; without `bin_dir` they are built. `state` is the emulator's folder.
pub async fn ready(
    project: &Project,
    bin_dir: Option<&Path>,
    state: &Path,
    progress: &Progress,
) -> anyhow::Result<PathBuf> {
    let folder = match bin_dir {
        Some(folder) => named(project, folder, state)?,
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

fn named(project: &Project, folder: &Path, state: &Path) -> anyhow::Result<PathBuf> {
    let folder = folder
        .canonicalize()
        .with_context(|| format!("find {}", folder.display()))?;
    if sam_build::is_one(&folder) {
        return sam_build::linked(project, &folder, state);
    }
    Ok(folder)
}
