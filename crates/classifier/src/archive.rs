//! `model.tar.gz`, packed, and unpacked within bounds: a few kilobytes can name any number of files of any size, and
//! places outside of the folder. Files and folders are taken, and nothing else is.

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail, ensure};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tar::{Archive, Builder, EntryType, Header};

/// What an archive may unpack to.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub bytes: u64,
    pub entries: usize,
}

impl Default for Bounds {
    /// BERT large has weights of 1.3 GB, and fastText's two million buckets of a hundred numbers, which are
    /// mostly zeros, 800 MB: six times the larger. A model is some ten files, but its archive may hold the
    /// serving code and the packages that it needs, which are tens of thousands of small ones.
    fn default() -> Bounds {
        Bounds {
            bytes: 8 << 30,
            entries: 100_000,
        }
    }
}

/// What stands before a file in an archive: its name, which the reader keeps in memory, and its attributes.
const HEADER_BYTES: u64 = 1 << 20;

/// The bytes of an archive of one file, without a time: the same content is the same archive.
pub fn packed(name: &str, content: &[u8]) -> io::Result<Vec<u8>> {
    let mut header = Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    archive.append_data(&mut header, name, content)?;
    archive.into_inner()?.finish()
}

/// Unpacks an archive into a folder of its own. If that fails the folder is removed: half a model is of no
/// use.
pub fn unpack(archive: &Path, folder: &Path, bounds: Bounds) -> Result<()> {
    let unpacked = entries(archive, folder, bounds);
    if unpacked.is_err() {
        // The first error is the one that is reported.
        let _ = fs::remove_dir_all(folder);
    }
    unpacked.with_context(|| format!("unpack {}", archive.display()))
}

fn entries(archive: &Path, folder: &Path, bounds: Bounds) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    let meter = Meter::new(bounds.bytes);
    let mut archive = Archive::new(Metered {
        packed: GzDecoder::new(File::open(archive)?),
        meter: Rc::clone(&meter),
    });
    let mut entries = archive.entries()?;
    let mut count = 0;
    loop {
        meter.allow(HEADER_BYTES);
        let Some(entry) = entries.next() else {
            return Ok(());
        };
        let mut entry = entry?;
        count += 1;
        ensure!(
            count <= bounds.entries,
            "it has more than {} files and folders",
            bounds.entries
        );
        let name = entry.path()?.into_owned();
        let path = below(folder, &name)?;
        match entry.header().entry_type() {
            EntryType::Regular => {
                meter.allow(u64::MAX);
                if let Some(parent) = path.parent() {
                    fs::create_dir_all(parent)?;
                }
                let written =
                    File::create(&path).and_then(|mut file| io::copy(&mut entry, &mut file));
                written.with_context(|| format!("{name:?}"))?;
            }
            EntryType::Directory => {
                fs::create_dir_all(&path).with_context(|| format!("{name:?}"))?
            }
            // Attributes of the archive itself.
            EntryType::XGlobalHeader => {}
            other => bail!("{name:?} is neither a file nor a folder, but {other:?}"),
        }
    }
}

/// A place in the folder.
fn below(folder: &Path, name: &Path) -> Result<PathBuf> {
    let mut path = folder.to_owned();
    for component in name.components() {
        match component {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            _ => bail!("{name:?} would leave the folder"),
        }
    }
    Ok(path)
}

/// Bytes that may still be unpacked: in all, and before the next allowance.
struct Meter {
    bound: u64,
    left: Cell<u64>,
    allowed: Cell<u64>,
}

impl Meter {
    fn new(bound: u64) -> Rc<Meter> {
        Rc::new(Meter {
            bound,
            left: Cell::new(bound),
            allowed: Cell::new(0),
        })
    }

    fn allow(&self, bytes: u64) {
        self.allowed.set(bytes);
    }

    fn take(&self, bytes: u64) -> io::Result<()> {
        let Some(left) = self.left.get().checked_sub(bytes) else {
            let reason = format!("it has more than {} bytes", self.bound);
            return Err(io::Error::other(reason));
        };
        let Some(allowed) = self.allowed.get().checked_sub(bytes) else {
            let reason = format!("more than {HEADER_BYTES} bytes stand before a file");
            return Err(io::Error::other(reason));
        };
        self.left.set(left);
        self.allowed.set(allowed);
        Ok(())
    }
}

struct Metered<R> {
    packed: R,
    meter: Rc<Meter>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.packed.read(buffer)?;
        self.meter.take(read as u64)?;
        Ok(read)
    }
}
