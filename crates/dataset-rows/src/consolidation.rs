//! Consolidation in bounded memory: rows go to buckets on disk by their text's hash, each bucket
//! is consolidated by itself, and the buckets are merged again in the rows' order.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Lines, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use contracts::dataset::Row;
use policy::consolidation::{Consolidated, consolidate};
use policy::text::row_hash;

/// Bytes of rows that are consolidated in memory at a time; buckets of open files at most.
const BUCKET_BYTES: u64 = 64 << 20;
const BUCKETS: u64 = 256;

/// Rows on their way to consolidation.
pub struct Consolidation {
    folder: PathBuf,
    buckets: Vec<BufWriter<File>>,
    rows: u64,
}

impl Consolidation {
    /// `folder` is made, and removed in the end; `bytes` are those of all rows to come.
    pub fn new(folder: &Path, bytes: u64) -> Result<Consolidation> {
        let buckets = bytes.div_ceil(BUCKET_BYTES).clamp(1, BUCKETS);
        Consolidation::with_buckets(folder, buckets)
    }

    pub fn with_buckets(folder: &Path, buckets: u64) -> Result<Consolidation> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("remove {}", folder.display()))?;
        }
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
        let create = |bucket| {
            let path = rows_path(folder, bucket);
            let file = File::create(&path).with_context(|| format!("create {}", path.display()))?;
            Ok(BufWriter::new(file))
        };
        Ok(Consolidation {
            folder: folder.to_owned(),
            buckets: (0..buckets).map(create).collect::<Result<_>>()?,
            rows: 0,
        })
    }

    pub fn add(&mut self, row: &Row) -> Result<()> {
        let bucket = match self.buckets.len() {
            1 => 0,
            buckets => place(policy::split::fraction("bucket", &row.text), buckets),
        };
        let file = &mut self.buckets[bucket];
        write_line(file, &(self.rows, row)).context("write a bucket of rows")?;
        self.rows += 1;
        Ok(())
    }

    /// Calls `each` with what remains, in the order of each text's first appearance. Returns how
    /// many rows were superseded.
    pub fn finish(mut self, mut each: impl FnMut(Consolidated) -> Result<()>) -> Result<u64> {
        let mut kept = 0;
        let mut merge = Merge::default();
        for (bucket, mut file) in std::mem::take(&mut self.buckets).into_iter().enumerate() {
            file.flush().context("write a bucket of rows")?;
            drop(file);
            let path = consolidate_bucket(&self.folder, bucket)?;
            merge.add(&path)?;
        }
        while let Some(row) = merge.next()? {
            kept += 1;
            each(row)?;
        }
        Ok(self.rows - kept)
    }
}

impl Drop for Consolidation {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::warn!("cannot remove {}: {error}", self.folder.display());
        }
    }
}

/// Where a fraction falls among equal shares.
pub fn place(fraction: f64, shares: usize) -> usize {
    (0..shares - 1)
        .find(|share| fraction * (shares as f64) < (share + 1) as f64)
        .unwrap_or(shares - 1)
}

fn rows_path(folder: &Path, bucket: impl std::fmt::Display) -> PathBuf {
    folder.join(format!("rows-{bucket}.jsonl"))
}

/// A consolidated row on disk, behind its place.
type Line = (u64, Consolidated);

/// From `rows-<bucket>` to `consolidated-<bucket>`.
fn consolidate_bucket(folder: &Path, bucket: usize) -> Result<PathBuf> {
    let path = rows_path(folder, bucket);
    let file = File::open(&path).with_context(|| format!("open {}", path.display()))?;
    let (mut rows, mut firsts, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for line in BufReader::new(file).lines() {
        let (place, row): (u64, Row) = serde_json::from_str(&line?)?;
        // `consolidate` keeps the order of first appearances, so the n-th place is the n-th row's.
        if seen.insert(row_hash(&row.text)) {
            firsts.push(place);
        }
        rows.push(row);
    }
    fs::remove_file(&path).with_context(|| format!("remove {}", path.display()))?;
    let path = folder.join(format!("consolidated-{bucket}.jsonl"));
    let file = File::create(&path).with_context(|| format!("create {}", path.display()))?;
    let mut file = BufWriter::new(file);
    for (place, row) in firsts.into_iter().zip(consolidate(rows)) {
        write_line(&mut file, &(place, row))?;
    }
    file.flush()
        .with_context(|| format!("write {}", path.display()))?;
    Ok(path)
}

fn write_line(file: &mut impl Write, line: &impl serde::Serialize) -> Result<()> {
    serde_json::to_writer(&mut *file, line)?;
    Ok(file.write_all(b"\n")?)
}

/// Sorted buckets as one.
#[derive(Default)]
struct Merge {
    buckets: Vec<Lines<BufReader<File>>>,
    /// The next row of each bucket that has one.
    rows: Vec<Option<Consolidated>>,
    /// Their places, and the buckets.
    next: BinaryHeap<Reverse<(u64, usize)>>,
}

impl Merge {
    fn add(&mut self, path: &Path) -> Result<()> {
        let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
        self.buckets.push(BufReader::new(file).lines());
        self.rows.push(None);
        self.fill(self.buckets.len() - 1)
    }

    fn fill(&mut self, bucket: usize) -> Result<()> {
        if let Some(line) = self.buckets[bucket].next() {
            let (place, row): Line = serde_json::from_str(&line?)?;
            self.rows[bucket] = Some(row);
            self.next.push(Reverse((place, bucket)));
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Consolidated>> {
        let Some(Reverse((_, bucket))) = self.next.pop() else {
            return Ok(None);
        };
        let row = self.rows[bucket].take();
        self.fill(bucket)?;
        Ok(row)
    }
}
