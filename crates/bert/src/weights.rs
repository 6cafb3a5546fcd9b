//! A checkpoint's tensors by BERT's names, left in the file until they are read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use kernels::mapped::Mapped;
use safetensors::tensor::{Dtype, SafeTensors};

use super::tensor::{self, Tensor, Weights};
use super::{BertConfig, Family, init};

pub struct Tensors<'a> {
    stored: BTreeMap<String, Stored<'a>>,
}

enum Stored<'a> {
    InFile(Slice),
    InMemory(&'a Tensor),
}

/// A tensor's place in the file.
#[derive(Clone)]
pub struct Slice {
    /// Its name in the file.
    name: String,
    file: Arc<Mapped>,
    start: usize,
    end: usize,
    dtype: Dtype,
    shape: Vec<usize>,
}

/// Rows of which few are read.
pub enum Table {
    /// Values of f32 in the file.
    InFile(Slice),
    InMemory {
        values: Vec<f32>,
        width: usize,
    },
}

impl<'a> Tensors<'a> {
    /// The tensors of a folder's `model.safetensors`, whatever class of the family it was saved
    /// from.
    pub fn open(folder: &Path, family: Family) -> Result<Tensors<'a>> {
        let path = folder.join("model.safetensors");
        refuse_other_files(folder, &path)?;
        let read = || format!("read {}", path.display());
        let file = Arc::new(Mapped::open(&path).with_context(read)?);
        let (header, metadata) = SafeTensors::read_metadata(&file).with_context(read)?;
        // Eight bytes say how long the header is; offsets count from its end.
        let base = 8 + header;
        let mut stored = BTreeMap::new();
        for (theirs, info) in metadata.tensors() {
            let slice = Slice {
                name: theirs.clone(),
                file: Arc::clone(&file),
                start: base + info.data_offsets.0,
                end: base + info.data_offsets.1,
                dtype: info.dtype,
                shape: info.shape.clone(),
            };
            // Old checkpoints keep position ids among their tensors.
            let name = family.tensor(&theirs);
            if let Some(name) = name.filter(|_| tensor::is_float(slice.dtype)) {
                stored.insert(name, Stored::InFile(slice));
            }
        }
        Ok(Tensors { stored })
    }

    pub fn of(weights: &'a Weights) -> Tensors<'a> {
        let stored = weights
            .iter()
            .map(|(name, tensor)| (name.clone(), Stored::InMemory(tensor)));
        Tensors {
            stored: stored.collect(),
        }
    }

    /// Refuses a checkpoint that does not fit its configuration, naming the tensor.
    pub fn check(&self, config: &BertConfig) -> Result<()> {
        init::check(config, |name| self.stored.get(name).map(Stored::shape))
    }

    #[expect(
        clippy::len_without_is_empty,
        reason = "only how many there are is asked"
    )]
    pub fn len(&self) -> usize {
        self.stored.len()
    }

    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.stored.get(name).map(Stored::shape)
    }

    /// All of them, in memory.
    pub fn to_weights(&self) -> Result<Weights> {
        let tensor = |(name, stored): (&String, &Stored)| {
            let tensor = Tensor {
                shape: stored.shape().to_vec(),
                values: self.values(name)?.into_owned(),
            };
            Ok((name.clone(), tensor))
        };
        self.stored.iter().map(tensor).collect()
    }

    /// One tensor's values, row after row.
    pub fn values(&self, name: &str) -> Result<Cow<'a, [f32]>> {
        let stored = self.stored.get(name);
        match stored.with_context(|| format!("the tensor {name} is missing"))? {
            Stored::InMemory(tensor) => Ok(Cow::Borrowed(&tensor.values)),
            Stored::InFile(slice) => tensor::values(slice.dtype, slice.bytes())
                .and_then(|values| {
                    let place = values.iter().position(|value| !value.is_finite());
                    match place {
                        Some(place) => bail!("value {place} is {}", values[place]),
                        None => Ok(Cow::Owned(values)),
                    }
                })
                .with_context(|| format!("model.safetensors: the tensor {}", slice.name)),
        }
    }

    pub fn table(&self, name: &str) -> Result<Table> {
        match self.stored.get(name) {
            Some(Stored::InFile(slice)) if slice.dtype == Dtype::F32 => {
                Ok(Table::InFile(slice.clone()))
            }
            _ => Ok(Table::InMemory {
                values: self.values(name)?.into_owned(),
                width: self
                    .shape(name)
                    .and_then(|shape| shape.last())
                    .copied()
                    .unwrap_or(0),
            }),
        }
    }
}

impl Table {
    /// Copies one row into `out`, which is as wide.
    pub fn read_row(&self, row: usize, out: &mut [f32]) {
        match self {
            Table::InFile(slice) => {
                let bytes = &slice.bytes()[row * 4 * out.len()..(row + 1) * 4 * out.len()];
                for (out, bytes) in out.iter_mut().zip(bytes.as_chunks::<4>().0) {
                    *out = f32::from_le_bytes(*bytes);
                }
            }
            Table::InMemory { values, width } => {
                out.copy_from_slice(&values[row * width..(row + 1) * width]);
            }
        }
    }
}

impl Stored<'_> {
    fn shape(&self) -> &[usize] {
        match self {
            Stored::InFile(slice) => &slice.shape,
            Stored::InMemory(tensor) => &tensor.shape,
        }
    }
}

impl Slice {
    fn bytes(&self) -> &[u8] {
        &self.file[self.start..self.end]
    }
}

fn refuse_other_files(folder: &Path, path: &Path) -> Result<()> {
    if path.is_file() {
        return Ok(());
    }
    let others = [
        "pytorch_model.bin",
        "model.safetensors.index.json",
        "tf_model.h5",
    ];
    match others.iter().find(|other| folder.join(other).is_file()) {
        Some(other) => bail!(
            "{} holds {other}, but only model.safetensors can be read: load it with transformers and \
             write it with save_pretrained(..., max_shard_size=\"100GB\")",
            folder.display()
        ),
        None => bail!("{} is missing", path.display()),
    }
}
