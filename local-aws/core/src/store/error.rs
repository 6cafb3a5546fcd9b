//! The errors of opening a store.

use std::path::PathBuf;

use thiserror::Error;

/// Why a state folder could not be opened.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error(
        "the state folder {} is in use by another reviewloop; stop it or choose another with --state",
        .0.display()
    )]
    InUse(PathBuf),
    #[error(
        "the state folder {} belongs to another user of this machine (uid {owner}); choose another with --state",
        folder.display()
    )]
    NotOurs { folder: PathBuf, owner: u32 },
    #[error(
        "{} holds other files and is open to other users of this machine; choose a folder of its own with --state",
        .0.display()
    )]
    Shared(PathBuf),
    #[error("the state folder {} cannot be used: {source}", folder.display())]
    Folder {
        folder: PathBuf,
        source: std::io::Error,
    },
    #[error("the state file {} cannot be used: {source}; remove the folder to start afresh", file.display())]
    Database {
        file: PathBuf,
        source: rusqlite::Error,
    },
}
