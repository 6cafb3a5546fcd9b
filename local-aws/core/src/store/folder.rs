//! The state folder: where a store lies, and that it is its owner's alone.
//!
//! The folder holds the seed of every key, the reviews, the answers and the hashes of passwords. It is closed as a
//! whole, so that no file below it has to be.

use std::fs::{DirBuilder, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

use super::error::StoreError;

/// Read, write and search, for the owner.
const OWNER_ONLY: u32 = 0o700;
/// The rights of everybody else.
const OTHERS: u32 = 0o077;

pub(super) fn database(folder: &Path) -> PathBuf {
    folder.join("state.db")
}

pub(super) fn lock(folder: &Path) -> PathBuf {
    folder.join("lock")
}

pub(super) fn make(folder: &Path) -> Result<(), StoreError> {
    make_for(folder, geteuid().as_raw())
}

pub(super) fn has_store(folder: &Path) -> bool {
    database(folder).is_file()
}

pub(super) fn is_in_use(folder: &Path) -> bool {
    File::open(lock(folder))
        .is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
}

fn make_for(folder: &Path, user: u32) -> Result<(), StoreError> {
    let io = |source| StoreError::Folder {
        folder: folder.to_owned(),
        source,
    };
    create(folder).map_err(io)?;
    // The link's owner, where the path is one: it says where the state goes.
    let named = folder.symlink_metadata().map_err(io)?;
    // The folder itself, whatever the path names in a moment.
    let opened = File::open(folder).map_err(io)?;
    let found = opened.metadata().map_err(io)?;
    if let Some(owner) = [named.uid(), found.uid()]
        .into_iter()
        .find(|owner| *owner != user)
    {
        return Err(StoreError::NotOurs {
            folder: folder.to_owned(),
            owner,
        });
    }
    if found.mode() & OTHERS == 0 {
        return Ok(());
    }
    if !has_store(folder) && !is_empty(folder).map_err(io)? {
        return Err(StoreError::Shared(folder.to_owned()));
    }
    let closed = Permissions::from_mode(found.mode() & !OTHERS);
    opened.set_permissions(closed).map_err(io)
}

/// Only the folder itself is closed: what is above it is not ours.
fn create(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        std::fs::create_dir_all(parent)?;
    }
    match DirBuilder::new().mode(OWNER_ONLY).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        created => created,
    }
}

fn is_empty(folder: &Path) -> io::Result<bool> {
    Ok(std::fs::read_dir(folder)?.next().is_none())
}

#[cfg(test)]
mod tests;
