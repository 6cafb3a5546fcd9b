//! The ML program and container entry point: `prepare`, `train`, `evaluate`, `serve`.
//!
//! Every command works by SageMaker's container contract below one folder, `/opt/ml` or what
//! `SAGEMAKER_BASE_DIR` says, and knows nothing of S3: SageMaker brings the files and takes them.

pub mod channel;
pub mod container;
pub mod evaluate;
pub mod files;
pub mod labels;
pub mod model;
pub mod prepare;
pub mod serve;
pub mod train;

#[cfg(test)]
mod testing;
