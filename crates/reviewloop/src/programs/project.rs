//! Where the sources lie, and what must be built from them.

use std::path::PathBuf;

use anyhow::{Context, bail};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_is_found_with_its_functions() {
        let project = Project::find().expect("this test runs in the project");
        assert!(project.functions.iter().any(|name| name == "predict"));
        assert!(!project.functions.contains(&CLASSIFIER.to_owned()));
    }
}
