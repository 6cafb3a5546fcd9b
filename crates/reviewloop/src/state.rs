//! State folders of the local emulator: where they are, and that only ours are ever emptied.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use local_aws::Store;
use serde::{Deserialize, Serialize};

/// Default folders, below the current one; `.gitignore` names their parent.
pub const UP: &str = ".reviewloop/up";
pub const DEMO: &str = ".reviewloop/demo";

/// The variable with the folder of an emulator's state, as `up` prints it.
pub const VARIABLE: &str = "REVIEWLOOP_STATE";

/// The folder of `up` and `down`: the given one, else that of the environment, else the default one.
pub fn folder(given: Option<&Path>) -> PathBuf {
    first(given, of_environment())
}

fn first(given: Option<&Path>, of_environment: Option<PathBuf>) -> PathBuf {
    let given = given.map(Path::to_owned);
    given.or(of_environment).unwrap_or_else(|| UP.into())
}

/// The folder that the variable names.
pub fn of_environment() -> Option<PathBuf> {
    named(std::env::var_os(VARIABLE))
}

fn named(variable: Option<OsString>) -> Option<PathBuf> {
    variable.filter(|name| !name.is_empty()).map(PathBuf::from)
}

/// What a running `up` leaves beside its state, so that `down` can reach it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Running {
    pub process_id: u32,
    pub endpoint_url: String,
}

const RUNNING: &str = "running.json";

/// The folder, made if missing and closed to other users of the machine, under its whole name.
pub fn prepare(folder: &Path) -> anyhow::Result<PathBuf> {
    Store::make_folder(folder)?;
    folder
        .canonicalize()
        .with_context(|| format!("find {}", folder.display()))
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Removes a state folder with everything in it.
pub fn remove(folder: &Path) -> anyhow::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    if Store::is_in_use(folder) {
        bail!(
            "the state folder {} is in use by another reviewloop; stop it first",
            folder.display()
        );
    }
    if !Store::is_in(folder) && !is_empty(folder) {
        bail!(
            "{} is not a state folder of reviewloop, so it stays as it is",
            folder.display()
        );
    }
    fs::remove_dir_all(folder).with_context(|| format!("remove {}", folder.display()))
}

/// A folder for a demo: the default one afresh, or the chosen one, which must be empty.
pub fn for_demo(chosen: Option<&Path>) -> anyhow::Result<PathBuf> {
    let folder = match chosen {
        Some(folder) if Store::is_in_use(folder) => bail!(
            "the state folder {} is in use by another reviewloop; stop it or choose another with --state",
            folder.display()
        ),
        Some(folder) if folder.exists() && !is_empty(folder) => bail!(
            "{} is not empty; a demo starts from nothing: choose another folder with --state",
            folder.display()
        ),
        Some(folder) => folder.to_owned(),
        None => {
            let folder = PathBuf::from(DEMO);
            remove(&folder)?;
            folder
        }
    };
    prepare(&folder)
}

pub fn write_running(folder: &Path, running: &Running) -> anyhow::Result<()> {
    let path = folder.join(RUNNING);
    fs::write(&path, serde_json::to_vec(running)?)
        .with_context(|| format!("write {}", path.display()))
}

pub fn read_running(folder: &Path) -> Option<Running> {
    serde_json::from_slice(&fs::read(folder.join(RUNNING)).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_given_folder_comes_before_the_environments_and_that_before_the_default_one() {
        let of_environment = || Some(PathBuf::from("exported"));
        let given = Some(Path::new("given"));
        assert_eq!(first(given, of_environment()), Path::new("given"));
        assert_eq!(first(None, of_environment()), Path::new("exported"));
        assert_eq!(first(None, None), Path::new(UP));
    }

    #[test]
    fn a_variable_that_is_empty_names_no_folder() {
        assert_eq!(named(None), None);
        assert_eq!(named(Some("".into())), None);
        assert_eq!(named(Some("s".into())), Some(PathBuf::from("s")));
    }

    #[test]
    fn only_a_state_folder_or_an_empty_one_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let photos = folder.path().join("photos");
        fs::create_dir(&photos).expect("made");
        fs::write(photos.join("cat.jpg"), "cat").expect("written");
        let refused = remove(&photos).expect_err("not ours").to_string();
        assert!(refused.contains("is not a state folder"), "{refused}");
        assert!(photos.join("cat.jpg").exists());

        let state = folder.path().join("state");
        drop(Store::open(&state).expect("a state"));
        remove(&state).expect("it is one of ours");
        assert!(!state.exists());
        remove(&state).expect("removing nothing is fine");
    }

    #[test]
    fn a_folder_in_use_is_neither_removed_nor_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let _store = Store::open(folder.path()).expect("a state");
        assert!(
            remove(folder.path())
                .expect_err("in use")
                .to_string()
                .contains("in use")
        );
        assert!(
            for_demo(Some(folder.path()))
                .expect_err("in use")
                .to_string()
                .contains("in use")
        );
    }

    #[test]
    fn a_demo_asks_for_an_empty_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("set");
        let demo = for_demo(Some(folder.path())).expect("empty");
        let mode = demo.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "others could read the reviews");
        fs::write(folder.path().join("x"), "").expect("written");
        assert!(for_demo(Some(folder.path())).is_err());
    }
}
