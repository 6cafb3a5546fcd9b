//! The folders of SageMaker's container contract.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::{env, fs};

/// `/opt/ml`, or what `SAGEMAKER_BASE_DIR` says: so the same program runs by hand, under
/// local-aws and on SageMaker.
#[derive(Clone, Debug)]
pub struct Container {
    base: PathBuf,
    moved: bool,
}

impl Container {
    pub fn from_env() -> Container {
        match env::var_os("SAGEMAKER_BASE_DIR") {
            Some(base) => Container::at(base),
            None => Container {
                base: "/opt/ml".into(),
                moved: false,
            },
        }
    }

    pub fn at(base: impl Into<PathBuf>) -> Container {
        Container {
            base: base.into(),
            moved: true,
        }
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

    /// What SageMaker brings back when a job is started again; there only if the job asked for it.
    pub fn checkpoints(&self) -> PathBuf {
        self.base.join("checkpoints")
    }

    /// What a training job leaves beside its model: `output.tar.gz`.
    pub fn output_data(&self) -> PathBuf {
        self.base.join("output/data")
    }

    /// Writes the reason where SageMaker reads it: a training job's `FailureReason` from
    /// `output/failure`, a processing job's `ExitMessage` from `output/message`.
    pub fn explain_failure(&self, error: &anyhow::Error) {
        let output = self.base.join("output");
        for name in ["failure", "message"] {
            let written = fs::create_dir_all(&output)
                .and_then(|()| fs::write(output.join(name), format!("{error:#}")));
            if let Err(error) = written {
                tracing::warn!("cannot write {name} into {}: {error}", output.display());
            }
        }
    }

    /// An earlier run's reason is not this one's.
    pub fn forget_failure(&self) {
        for name in ["failure", "message"] {
            // Usually there is no such file.
            let _ = fs::remove_file(self.base.join("output").join(name));
        }
    }

    /// Outside a container the network is the whole machine's: only itself may call then.
    pub fn bind_address(&self) -> IpAddr {
        if self.moved {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv4Addr::UNSPECIFIED.into()
        }
    }

    /// A processing job's input.
    pub fn input(&self, name: &str) -> PathBuf {
        self.base.join("processing/input").join(name)
    }

    /// Which instances share a processing job.
    pub fn resource_config(&self) -> PathBuf {
        self.base.join("config/resourceconfig.json")
    }

    /// A folder beside a processing job's inputs and outputs that nobody uploads.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.base.join("processing/scratch").join(name)
    }

    /// A processing job's output.
    pub fn output(&self, name: &str) -> PathBuf {
        self.base.join("processing/output").join(name)
    }
}
