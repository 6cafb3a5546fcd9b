//! The folders of SageMaker's container contract.

use std::env;
use std::path::{Path, PathBuf};

/// `/opt/ml`, or what `SAGEMAKER_BASE_DIR` says: so the same program runs by hand, under
/// local-aws and on SageMaker.
#[derive(Clone, Debug)]
pub struct Container {
    base: PathBuf,
}

impl Container {
    pub fn from_env() -> Container {
        Container::at(env::var_os("SAGEMAKER_BASE_DIR").unwrap_or_else(|| "/opt/ml".into()))
    }

    pub fn at(base: impl Into<PathBuf>) -> Container {
        Container { base: base.into() }
    }

    pub fn base(&self) -> &Path {
        &self.base
    }

    /// Hyperparameters of a training job, all of them strings.
    pub fn hyperparameters(&self) -> PathBuf {
        self.base.join("input/config/hyperparameters.json")
    }

    /// A training job's input channel.
    pub fn channel(&self, name: &str) -> PathBuf {
        self.base.join("input/data").join(name)
    }

    pub fn model(&self) -> PathBuf {
        self.base.join("model")
    }

    /// What a failed training job's `FailureReason` is read from.
    pub fn failure(&self) -> PathBuf {
        self.base.join("output/failure")
    }

    /// What a failed processing job's `ExitMessage` is read from.
    pub fn message(&self) -> PathBuf {
        self.base.join("output/message")
    }

    /// A processing job's input.
    pub fn input(&self, name: &str) -> PathBuf {
        self.base.join("processing/input").join(name)
    }

    /// A processing job's output.
    pub fn output(&self, name: &str) -> PathBuf {
        self.base.join("processing/output").join(name)
    }
}
