//! State folders of the local emulator: where they are, and that only ours are ever emptied.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

/// Default folders, below the current one; `.gitignore` names their parent.
pub const UP: &str = ".reviewloop/up";
pub const DEMO: &str = ".reviewloop/demo";

/// What a running `up` leaves beside its state, so that `down` can reach it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Running {
    pub process_id: u32,
    pub endpoint_url: String,
}

const RUNNING: &str = "running.json";
/// local-aws's own file: a folder with entries but without it is not one of ours.
const STORE: &str = "state.db";
const LOCK: &str = "lock";

/// Whether another process holds the folder.
pub fn in_use(folder: &Path) -> bool {
    fs::File::open(folder.join(LOCK))
        .is_ok_and(|lock| matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock)))
}

/// Whether the folder holds an emulator's state.
pub fn holds_state(folder: &Path) -> bool {
    folder.join(STORE).is_file()
}

pub fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Removes a state folder with everything in it.
pub fn remove(folder: &Path) -> anyhow::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    if in_use(folder) {
        bail!(
            "the state folder {} is in use by another reviewloop; stop it first",
            folder.display()
        );
    }
    if !holds_state(folder) && !is_empty(folder) {
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
        Some(folder) if folder.exists() && in_use(folder) => bail!(
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
    fs::create_dir_all(&folder).with_context(|| format!("make the folder {}", folder.display()))?;
    folder
        .canonicalize()
        .with_context(|| format!("find {}", folder.display()))
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
    use super::*;

    #[test]
    fn only_a_state_folder_or_an_empty_one_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let photos = folder.path().join("photos");
        fs::create_dir(&photos).expect("made");
        fs::write(photos.join("cat.jpg"), "cat").expect("written");
        let refused = remove(&photos).expect_err("not ours").to_string();
        assert!(refused.contains("is not a state folder"), "{refused}");
        assert!(photos.join("cat.jpg").exists());

        fs::write(photos.join(STORE), "").expect("written");
        remove(&photos).expect("now it is one of ours");
        assert!(!photos.exists());
        remove(&photos).expect("removing nothing is fine");
    }

    #[test]
    fn a_folder_in_use_is_neither_removed_nor_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let lock = fs::File::create(folder.path().join(LOCK)).expect("made");
        lock.lock().expect("locked");
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
        for_demo(Some(folder.path())).expect("empty");
        fs::write(folder.path().join("x"), "").expect("written");
        assert!(for_demo(Some(folder.path())).is_err());
    }
}
