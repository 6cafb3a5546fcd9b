//! Unpacks model archives: `.tar.gz` of regular files and folders, within bounds.

use std::borrow::Cow;
use std::fs::{File, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use tar::{Archive, Entry, EntryType, PaxExtensions};

use crate::folder;

/// The most that an archive may unpack to.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub bytes: u64,
    pub entries: u64,
}

/// Several times the largest model that a CPU of one machine serves; far below its disk. The classifier
/// unpacks as much, so what can be evaluated can serve.
pub const OF_A_MODEL: Bounds = Bounds {
    bytes: 8 << 30,
    entries: 100_000,
};

/// A header of names is this long at most: Linux's longest path, and room for a few members.
const MOST_HEADER_BYTES: u64 = 64 << 10;

/// Unpacks the archive into an empty folder. Files that were unpacked before an error stay.
pub fn unpack(archive: impl Read, target: &Path, bounds: Bounds) -> io::Result<()> {
    let mut archive = Archive::new(GzDecoder::new(archive));
    let mut left = bounds;
    let mut long_name = None;
    // Raw: otherwise headers of any length are read into memory on the way.
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        left.entries = left
            .entries
            .checked_sub(1)
            .ok_or_else(|| refused(format!("more than {} entries", bounds.entries)))?;
        left.bytes = left
            .bytes
            .checked_sub(entry.header().entry_size()?)
            .ok_or_else(|| refused(format!("more than {} bytes", bounds.bytes)))?;
        match entry.header().entry_type() {
            EntryType::GNULongName => long_name = Some(gnu_name(&mut entry)?),
            EntryType::XHeader => long_name = pax_name(&mut entry)?.or(long_name),
            EntryType::XGlobalHeader => {}
            kind @ (EntryType::Regular | EntryType::Continuous | EntryType::Directory) => {
                let name = match long_name.take() {
                    Some(name) => name,
                    None => entry.path().map(Cow::into_owned)?,
                };
                write(&mut entry, kind, &name, target)?;
            }
            _ => {
                let name = long_name.take().unwrap_or(entry.path()?.into_owned());
                let name = name.display();
                return Err(refused(format!("{name} is neither a file nor a folder")));
            }
        }
    }
    Ok(())
}

fn write(
    entry: &mut Entry<impl Read>,
    kind: EntryType,
    name: &Path,
    target: &Path,
) -> io::Result<()> {
    let inside = name.strip_prefix(".").unwrap_or(name);
    if inside.as_os_str().is_empty() {
        return Ok(());
    }
    let path = folder::join(target, inside)
        .ok_or_else(|| refused(format!("{} leaves the folder", name.display())))?;
    if kind == EntryType::Directory {
        return std::fs::create_dir_all(path);
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    io::copy(entry, &mut File::create(&path)?)?;
    let mode = 0o600 | (entry.header().mode()? & 0o777);
    std::fs::set_permissions(path, Permissions::from_mode(mode))
}

/// The name of the next entry, where it is too long for its own header.
fn gnu_name(entry: &mut Entry<impl Read>) -> io::Result<PathBuf> {
    let mut name = header(entry)?;
    if name.last() == Some(&0) {
        name.pop();
    }
    text(name).map(PathBuf::from)
}

fn pax_name(entry: &mut Entry<impl Read>) -> io::Result<Option<PathBuf>> {
    for member in PaxExtensions::new(&header(entry)?) {
        let member = member?;
        if member.key_bytes() == b"path" {
            return text(member.value_bytes().to_vec()).map(|name| Some(PathBuf::from(name)));
        }
    }
    Ok(None)
}

fn header(entry: &mut Entry<impl Read>) -> io::Result<Vec<u8>> {
    if entry.header().entry_size()? > MOST_HEADER_BYTES {
        return Err(refused("a header is too long".to_owned()));
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|_| refused("a name is not UTF-8".to_owned()))
}

fn refused(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests;
