//! A file in memory without reading it: pages come when they are touched.

use std::fs::File;
use std::io::Result;
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

pub struct Mapped(Mmap);

impl Mapped {
    /// The file must not be written to or cut while it is mapped. A model folder's never are:
    /// `train` writes aside and renames, and SageMaker unpacks before it starts the container.
    pub fn open(path: &Path) -> Result<Mapped> {
        let file = File::open(path)?;
        // SAFETY: the bytes do not change while they are borrowed, for the reason above; they are
        // read as bytes only, and every sequence of those is valid.
        #[allow(unsafe_code, reason = "mapping a file")]
        let mapped = unsafe { Mmap::map(&file)? };
        Ok(Mapped(mapped))
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}
