//! A folder that is kept in S3 while a program writes into it: a training's checkpoints.
//!
//! Nothing is deleted in S3, as on AWS. Names that begin with a dot are left alone: a program that
//! renames its files into place writes them under such names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::inputs;
use crate::objects::{self, InName, S3Uri};

pub struct Checkpoints {
    folder: PathBuf,
    uri: String,
    /// The files as they are in S3.
    copied: Files,
    /// The files as the last look found them.
    seen: Files,
}

type Files = BTreeMap<PathBuf, Stamp>;

/// By which a file that was written again is known.
type Stamp = (u64, SystemTime);

impl Checkpoints {
    pub fn new(folder: PathBuf, uri: &str) -> Checkpoints {
        Checkpoints {
            folder,
            // A prefix would bring the objects of a neighbour whose name begins alike.
            uri: format!("{}/", uri.trim_end_matches('/')),
            copied: Files::new(),
            seen: Files::new(),
        }
    }

    /// Brings what S3 has into the folder, which is made.
    pub fn download(&mut self, role: &InName) -> Result<(), String> {
        inputs::download_any(role, &self.uri, &self.folder)?;
        self.copied = self.files()?;
        Ok(())
    }

    /// Copies the folders in which nothing has changed since the last call: a file that is being
    /// written has no copy.
    pub fn copy_settled(&mut self, role: &InName) -> Result<(), String> {
        let files = self.files()?;
        let before = std::mem::replace(&mut self.seen, files.clone());
        let is_moving = |(path, stamp): &(&PathBuf, &Stamp)| before.get(*path) != Some(*stamp);
        let moving = files.iter().filter(is_moving);
        let moving: BTreeSet<PathBuf> = moving.filter_map(|(path, _)| parent(path)).collect();
        self.copy(role, files, |path| {
            parent(path).is_some_and(|folder| !moving.contains(&folder))
        })
    }

    /// Copies all that is new, once the program has ended.
    pub fn copy_all(&mut self, role: &InName) -> Result<(), String> {
        let files = self.files()?;
        self.copy(role, files, |_| true)
    }

    fn copy(
        &mut self,
        role: &InName,
        files: Files,
        chosen: impl Fn(&Path) -> bool,
    ) -> Result<(), String> {
        let is_new =
            |(path, stamp): &(PathBuf, Stamp)| self.copied.get(path) != Some(stamp) && chosen(path);
        let files = in_order(files.into_iter().filter(is_new));
        let uri = S3Uri::parse(&self.uri)?;
        for (path, stamp) in files {
            let (source, key) = (self.folder.join(&path), path.to_string_lossy());
            let copied = objects::put(role, &uri.with_key(&format!("{}{key}", uri.key)), &source);
            // A program removes its old checkpoints while it runs.
            if source.exists() {
                copied?;
                self.copied.insert(path, stamp);
            }
        }
        Ok(())
    }

    fn files(&self) -> Result<Files, String> {
        let mut found = Files::new();
        for path in visible(&self.folder).map_err(io)? {
            // A file that has gone meanwhile is none.
            let Ok(metadata) = self.folder.join(&path).metadata() else {
                continue;
            };
            found.insert(path, (metadata.len(), metadata.modified().map_err(io)?));
        }
        Ok(found)
    }
}

fn in_order(files: impl Iterator<Item = (PathBuf, Stamp)>) -> Vec<(PathBuf, Stamp)> {
    let mut files: Vec<(PathBuf, Stamp)> = files.collect();
    files.sort_by_key(|(path, _)| is_description(path));
    files
}

/// Programs describe a checkpoint in JSON and read it by that file (`state.json` of the classifier,
/// `trainer_state.json` of Hugging Face's trainer). It is copied last, so that a copy that was cut
/// short has none.
fn is_description(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "json")
}

fn parent(path: &Path) -> Option<PathBuf> {
    path.parent().map(Path::to_owned)
}

/// Every file below a folder whose path has no hidden name, relative to it. What goes meanwhile is
/// passed over.
fn visible(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(relative) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(folder.join(&relative)) else {
            continue;
        };
        for entry in entries {
            let entry = entry?;
            let (name, kind) = (entry.file_name(), entry.file_type()?);
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if kind.is_dir() {
                waiting.push(relative.join(name));
            } else if kind.is_file() {
                found.push(relative.join(name));
            }
        }
    }
    Ok(found)
}

fn io(error: impl std::fmt::Display) -> String {
    format!("InternalServerError: a checkpoint could not be read: {error}")
}

#[cfg(test)]
mod tests;
