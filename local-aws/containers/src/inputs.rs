//! From S3 into a job's folder.

use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::folder;
use crate::objects::{self, InName, S3Uri};

/// How a URI names objects: as a prefix, or by a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum S3DataType {
    S3Prefix,
    ManifestFile,
}

/// Brings everything that the URI names into `target`; the messages are AWS's `ClientError`s.
pub fn download(
    role: &InName,
    data_type: S3DataType,
    uri: &str,
    target: &Path,
) -> Result<(), String> {
    let uri = S3Uri::parse(uri)?;
    let objects = match data_type {
        S3DataType::S3Prefix => prefix(role, &uri)?,
        S3DataType::ManifestFile => manifest(role, &uri)?,
    };
    bring(role, objects, target)
}

/// Brings what is below a prefix into `target`, if anything is.
pub fn download_any(role: &InName, uri: &str, target: &Path) -> Result<(), String> {
    let objects = below(role, &S3Uri::parse(uri)?)?;
    bring(role, objects, target)
}

fn bring(role: &InName, objects: Objects, target: &Path) -> Result<(), String> {
    std::fs::create_dir_all(target).map_err(io)?;
    for (path, key) in objects {
        let path = folder::join(target, path)
            .ok_or_else(|| format!("ClientError: key '{}' leaves its folder", key.key))?;
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(io)?;
        }
        let blob = objects::open(role, &key)?
            .ok_or_else(|| format!("ClientError: No S3 objects found under S3 URL \"{key}\""))?;
        // A copy: the job may write into its folder, and the object must not change with it.
        blob.copy_to(&path).map_err(io)?;
    }
    Ok(())
}

/// Path below the target to object.
type Objects = BTreeMap<PathBuf, S3Uri>;

/// Every object below a prefix, or the one object of that name.
fn prefix(role: &InName, uri: &S3Uri) -> Result<Objects, String> {
    let objects = below(role, uri)?;
    if objects.is_empty() {
        return Err(format!(
            "ClientError: No S3 objects found under S3 URL \"{uri}\""
        ));
    }
    Ok(objects)
}

/// Folder markers bring nothing.
fn below(role: &InName, uri: &S3Uri) -> Result<Objects, String> {
    let keys = objects::keys(role, uri)?.into_iter();
    Ok(keys
        .filter(|key| !key.ends_with('/'))
        .map(|key| (relative(&uri.key, &key), uri.with_key(&key)))
        .collect())
}

/// `a/b` + `a/b/c.csv` is `c.csv`; `a/b` + `a/b.csv` (or `a/b` itself) is named from the last slash.
fn relative(prefix: &str, key: &str) -> PathBuf {
    let rest = &key[prefix.len()..];
    let whole_folder = prefix.is_empty() || prefix.ends_with('/');
    match rest.strip_prefix('/') {
        Some(rest) if !whole_folder => PathBuf::from(rest),
        _ if whole_folder => PathBuf::from(rest),
        _ => PathBuf::from(&key[prefix.rfind('/').map_or(0, |slash| slash + 1)..]),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prefix {
    prefix: String,
}

/// `[{"prefix": "s3://bucket/folder/"}, "a.jsonl", "b/c.jsonl"]`
fn manifest(role: &InName, uri: &S3Uri) -> Result<Objects, String> {
    let wrong = |what: &dyn std::fmt::Display| {
        format!("ClientError: the manifest at \"{uri}\" cannot be read: {what}")
    };
    let manifest = objects::open(role, uri)?
        .ok_or_else(|| format!("ClientError: No S3 objects found under S3 URL \"{uri}\""))?;
    let manifest = BufReader::new(manifest);
    let entries: Vec<Value> = serde_json::from_reader(manifest).map_err(|e| wrong(&e))?;
    let Some((first, rest)) = entries.split_first() else {
        return Err(wrong(&"it is empty"));
    };
    let Prefix { prefix } = Prefix::deserialize(first).map_err(|e| wrong(&e))?;
    let prefix = S3Uri::parse(&prefix)?;
    rest.iter()
        .map(|entry| {
            let path = entry
                .as_str()
                .ok_or_else(|| wrong(&format!("{entry} is no relative key")))?;
            let key = prefix.with_key(&format!("{}{path}", prefix.key));
            Ok((PathBuf::from(path), key))
        })
        .collect()
}

fn io(error: impl std::fmt::Display) -> String {
    format!("InternalServerError: an input could not be written: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_named_below_their_prefix() {
        let cases = [
            ("a/b", "a/b/c.csv", "c.csv"),
            ("a/b/", "a/b/c/d.csv", "c/d.csv"),
            ("a/b/x.csv", "a/b/x.csv", "x.csv"),
            ("a/b", "a/bc.csv", "bc.csv"),
            ("", "a/b.csv", "a/b.csv"),
            ("model.tar.gz", "model.tar.gz", "model.tar.gz"),
        ];
        for (prefix, key, expected) in cases {
            assert_eq!(
                relative(prefix, key),
                PathBuf::from(expected),
                "{prefix} {key}"
            );
        }
    }
}
