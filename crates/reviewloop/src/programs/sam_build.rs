//! The folder that `sam build` writes: `.aws-sam/build/<logical id>/bootstrap`, and the template with those folders
//! as `CodeUri`. It has the functions alone; the classifier is the image's, and here the program beside this one.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::project::{CLASSIFIER, Project};

/// SAM writes its own template there, and cargo never does.
pub fn is_one(folder: &Path) -> bool {
    folder.join("template.yaml").is_file()
}

/// One link for each program, by the name that cargo gives it, in a folder below `state`, which it returns.
pub fn linked(project: &Project, build: &Path, state: &Path) -> anyhow::Result<PathBuf> {
    let links = state.join("programs");
    std::fs::create_dir_all(&links).with_context(|| format!("make {}", links.display()))?;
    for function in &project.functions {
        let bootstrap = build.join(logical_id(function)).join("bootstrap");
        if !bootstrap.is_file() {
            bail!(
                "{} is missing; run sam build, or name another folder with --bin-dir",
                bootstrap.display()
            );
        }
        link(&bootstrap, &links.join(function))?;
    }
    let program = std::env::current_exe().context("find this program")?;
    link(&program.with_file_name(CLASSIFIER), &links.join(CLASSIFIER))?;
    Ok(links)
}

/// The template's name of a function: `RegisterDataset` for `register-dataset`.
fn logical_id(function: &str) -> String {
    function.split('-').map(capitalised).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// A link of an earlier start gives way.
fn link(program: &Path, at: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(at) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("replace {}", at.display()));
        }
        _ => {}
    }
    std::os::unix::fs::symlink(program, at).with_context(|| format!("link {}", at.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> Project {
        Project {
            root: PathBuf::new(),
            functions: vec!["judge-model".to_owned(), "predict".to_owned()],
        }
    }

    fn built(build: &Path, logical_id: &str, text: &str) {
        let folder = build.join(logical_id);
        std::fs::create_dir_all(&folder).expect("make a function's folder");
        std::fs::write(folder.join("bootstrap"), text).expect("write a bootstrap");
    }

    #[test]
    fn the_bootstraps_of_a_sam_build_are_linked_under_the_functions_names() {
        let folder = tempfile::tempdir().expect("make a folder");
        let (build, state) = (folder.path().join("build"), folder.path().join("state"));
        built(&build, "JudgeModel", "judge");
        built(&build, "Predict", "first");
        assert!(!is_one(&build));
        std::fs::write(build.join("template.yaml"), "").expect("write the template");
        assert!(is_one(&build));

        linked(&project(), &build, &state).expect("link");
        // Another build, another start.
        built(&build, "Predict", "second");
        let links = linked(&project(), &build, &state).expect("link again");
        let read = |name: &str| std::fs::read_to_string(links.join(name)).expect("read a link");
        assert_eq!(read("judge-model"), "judge");
        assert_eq!(read("predict"), "second");
        assert!(links.join(CLASSIFIER).is_symlink());
    }

    #[test]
    fn a_sam_build_without_one_of_the_functions_is_refused_by_its_path() {
        let folder = tempfile::tempdir().expect("make a folder");
        built(folder.path(), "JudgeModel", "judge");
        let refusal = linked(&project(), folder.path(), folder.path()).expect_err("one is missing");
        assert!(refusal.to_string().contains("Predict/bootstrap is missing"));
    }
}
