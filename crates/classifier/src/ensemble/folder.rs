//! A candidate's own folder, laid out as a job's, with what it shares with the job.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::container::Container;

/// Below the model's folder, for only within it can a model be moved to its place: SageMaker mounts each folder of a
/// container by itself.
pub struct Own {
    base: PathBuf,
    pub container: Container,
}

impl Own {
    /// What an earlier attempt left is removed.
    pub fn new(of: &Container, name: &str) -> Result<Own> {
        let base = of.model().join(format!("{name}.training"));
        if base.exists() {
            fs::remove_dir_all(&base).with_context(|| format!("remove {}", base.display()))?;
        }
        fs::create_dir_all(&base).with_context(|| format!("create {}", base.display()))?;
        let container = Container::at(&base);
        Ok(Own { base, container })
    }

    /// Of those that the job has.
    pub fn share_channels(&self, of: &Container, names: &[&str]) -> Result<()> {
        let names = names.iter();
        names
            .filter(|name| of.channel(name).exists())
            .try_for_each(|name| share(&of.channel(name), &self.container.channel(name)))
    }

    /// A killed job goes on from its checkpoints, and what the training leaves beside its model is the job's.
    pub fn share_outputs(&self, of: &Container) -> Result<()> {
        if of.checkpoints().is_dir() {
            share(&of.checkpoints(), &self.container.checkpoints())?;
        }
        let output = of.output_data();
        fs::create_dir_all(&output).with_context(|| format!("create {}", output.display()))?;
        share(&output, &self.container.output_data())
    }

    /// Moves the model to its place in the job's model folder.
    pub fn keep_model(&self, of: &Container, name: &str) -> Result<()> {
        let place = of.model().join(name);
        if place.exists() {
            fs::remove_dir_all(&place).with_context(|| format!("remove {}", place.display()))?;
        }
        let model = self.container.model();
        fs::rename(&model, &place).with_context(|| format!("move {}", model.display()))
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.base) {
            tracing::warn!("cannot remove {}: {error}", self.base.display());
        }
    }
}

fn share(there: &Path, here: &Path) -> Result<()> {
    let link = || {
        fs::create_dir_all(here.parent().unwrap_or(here))?;
        symlink(std::path::absolute(there)?, here)
    };
    link().with_context(|| format!("link {} to {}", here.display(), there.display()))
}
