//! Checkpoints in `/opt/ml/checkpoints`, from which a killed job goes on to the same weights.
//!
//! SageMaker makes the folder when a job has a `CheckpointConfig`, and brings it back on the next
//! machine; without the folder nothing is written. A checkpoint is a folder of its own, written
//! aside and renamed, so a killed job leaves none that is half there. Order and dropout are
//! functions of seed and position, so no state of a generator is kept.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use bert::BertConfig;
use bert::files::{put_in_place, write_json};
use bert::network::Parameters;
use bert::optimizer::AdamW;
use bert::tensor;
use contracts::training::Epoch;
use serde::{Deserialize, Serialize};

use super::health::Findings;
use super::profile::Record;

/// The newest, and the one before it in case the newest is being copied away when the job dies.
const KEPT: usize = 2;

const STATE: &str = "state.json";
const WEIGHTS: &str = "weights.safetensors";
const BEST: &str = "best.safetensors";
const FIRST: &str = "first_moment.safetensors";
const SECOND: &str = "second_moment.safetensors";

/// Where training stands, and what it has seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct State {
    /// What the run was started with, by name: it must be the same to go on.
    pub run: BTreeMap<String, String>,
    /// Whole epochs done.
    pub epoch: u32,
    /// Updates done of the epoch at hand.
    pub update: usize,
    /// Updates done in all.
    pub step: usize,
    /// Of the epoch at hand: sum of losses, and rows.
    pub loss: f64,
    pub rows: usize,
    pub epochs: Vec<Epoch>,
    pub best: Option<Best>,
    /// Whether patience or a limit has ended the training.
    pub finished: bool,
    /// For the reports at the end of the run. Checkpoints of earlier versions lack both.
    #[serde(default)]
    pub health: Findings,
    #[serde(default)]
    pub profile: Record,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Best {
    pub epoch: u32,
    /// The bits of its balanced accuracy: ties must stay ties.
    pub balanced_accuracy: u64,
}

#[derive(Serialize, Deserialize)]
struct OptimizerState {
    step: i32,
    /// The bits of the pending decay.
    pending: u32,
    touched: Vec<usize>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(flatten)]
    state: State,
    optimizer: OptimizerState,
}

/// What is read from a checkpoint.
pub struct Restored {
    pub state: State,
    pub parameters: Parameters,
    pub best: Option<Parameters>,
}

/// The newest checkpoint that can be read, if the folder has one; it fills `optimizer`. Errors name
/// what differs from the run that wrote it.
pub fn restore(
    folder: &Path,
    config: &BertConfig,
    run: &BTreeMap<String, String>,
    optimizer: &mut AdamW,
) -> Result<Option<Restored>> {
    let mut checkpoints = all(folder)?;
    while let Some(newest) = checkpoints.pop() {
        match read(&newest, config, run, optimizer) {
            Ok(restored) => return Ok(Some(restored)),
            Err(Unusable::OfAnotherRun(error)) => return Err(error),
            // Its files were being copied when the machine went away.
            Err(Unusable::Damaged(error)) => {
                tracing::warn!("{} cannot be read: {error:#}", newest.display());
                set_aside(&newest)?;
                match checkpoints.last() {
                    Some(before) => tracing::warn!("{} is tried instead", before.display()),
                    None => tracing::warn!("there is no other checkpoint: training begins anew"),
                }
            }
        }
    }
    Ok(None)
}

/// Why a checkpoint cannot be used.
enum Unusable {
    OfAnotherRun(anyhow::Error),
    Damaged(anyhow::Error),
}

impl From<anyhow::Error> for Unusable {
    fn from(error: anyhow::Error) -> Unusable {
        Unusable::Damaged(error)
    }
}

fn read(
    checkpoint: &Path,
    config: &BertConfig,
    run: &BTreeMap<String, String>,
    optimizer: &mut AdamW,
) -> Result<Restored, Unusable> {
    let at = || format!("resume from {}", checkpoint.display());
    let path = checkpoint.join(STATE);
    let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    let written: Written = serde_json::from_slice(&json).with_context(at)?;
    same_run(checkpoint, &written.state.run, run).map_err(Unusable::OfAnotherRun)?;
    let read = |name: &str| {
        let tensors = tensor::read(&checkpoint.join(name))?;
        Parameters::from_weights(config, &tensors).with_context(at)
    };
    let best = written.state.best.map(|_| read(BEST)).transpose()?;
    let parameters = read(WEIGHTS)?;
    let (first, second) = (read(FIRST)?, read(SECOND)?);
    let mut touched = vec![false; optimizer.touched.len()];
    for row in written.optimizer.touched {
        *touched.get_mut(row).with_context(at)? = true;
    }
    // Only after every file could be read.
    (optimizer.first, optimizer.second) = (first, second);
    optimizer.step = written.optimizer.step;
    optimizer.pending = f32::from_bits(written.optimizer.pending);
    optimizer.touched = touched;
    tracing::info!(
        "resuming from {}: {} epochs and {} updates are done",
        checkpoint.display(),
        written.state.epoch,
        written.state.step
    );
    Ok(Restored {
        state: written.state,
        parameters,
        best,
    })
}

fn same_run(
    checkpoint: &Path,
    then: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Result<()> {
    for name in then.keys().chain(now.keys()) {
        let (then, now) = (then.get(name), now.get(name));
        if then != now {
            let say = |value: Option<&String>| value.map_or("absent", |value| value).to_owned();
            bail!(
                "{} was written with {name} {}, this job has {}: use the same, or an empty checkpoint folder",
                checkpoint.display(),
                say(then),
                say(now)
            );
        }
    }
    Ok(())
}

/// Writes a checkpoint and removes the oldest.
pub fn save(
    folder: &Path,
    config: &BertConfig,
    state: &State,
    parameters: &mut Parameters,
    best: Option<&mut Parameters>,
    optimizer: &mut AdamW,
) -> Result<()> {
    let aside = folder.join(".writing");
    clear(&aside)?;
    fs::create_dir_all(&aside).with_context(|| format!("create {}", aside.display()))?;
    let write = |name: &str, parameters: &mut Parameters| {
        let weights = parameters.to_weights(config)?;
        let named = weights.iter().map(|(name, tensor)| (name.clone(), tensor));
        tensor::write(&aside.join(name), named)
    };
    write(WEIGHTS, parameters)?;
    write(FIRST, &mut optimizer.first)?;
    write(SECOND, &mut optimizer.second)?;
    if let Some(best) = best {
        write(BEST, best)?;
    }
    let touched = optimizer.touched.iter().enumerate();
    let written = Written {
        state: state.clone(),
        optimizer: OptimizerState {
            step: optimizer.step,
            pending: optimizer.pending.to_bits(),
            touched: touched
                .filter(|(_, touched)| **touched)
                .map(|(row, _)| row)
                .collect(),
        },
    };
    write_json(&aside.join(STATE), &written)?;
    let name = format!("step-{:09}", state.step);
    let place = folder.join(&name);
    if place.exists() {
        remove(folder, &place)?;
    }
    put_in_place(&aside, &place)?;
    tracing::info!("checkpoint {name} is written");
    let mut kept = all(folder)?;
    kept.truncate(kept.len().saturating_sub(KEPT));
    for old in kept {
        remove(folder, &old)?;
    }
    Ok(())
}

/// Moved aside first: a job that is killed meanwhile leaves no half of a checkpoint in its place.
fn remove(folder: &Path, checkpoint: &Path) -> Result<()> {
    let aside = folder.join(".removing");
    clear(&aside)?;
    fs::rename(checkpoint, &aside)
        .with_context(|| format!("move {} aside", checkpoint.display()))?;
    clear(&aside)
}

/// Renamed, so that it does not count as one of the checkpoints to keep.
fn set_aside(checkpoint: &Path) -> Result<()> {
    let name = checkpoint.file_name().unwrap_or_default();
    let aside = checkpoint.with_file_name(format!("damaged-{}", name.display()));
    clear(&aside)?;
    fs::rename(checkpoint, &aside).with_context(|| format!("move {} aside", checkpoint.display()))
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("remove {}", folder.display()))?;
    }
    Ok(())
}

/// Whole checkpoints, the oldest first.
fn all(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut checkpoints = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.starts_with("step-") && path.join(STATE).is_file() {
            checkpoints.push(path);
        }
    }
    checkpoints.sort();
    Ok(checkpoints)
}
