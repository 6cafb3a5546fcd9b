//! The loop's only state: JSON objects in S3 under conditional writes, and SageMaker's registry.
//! There is no database of ours.

pub mod answers;
pub mod clock;
pub mod deployments;
pub mod endpoint;
pub mod evidence;
pub mod execution;
pub mod human_loops;
pub mod incumbents;
mod kept;
pub mod objects;
pub mod packages;
pub mod pipelines;
pub mod processing;
pub mod receipts;
pub mod reevaluation;
pub mod refusal;
pub mod reviewers;
pub mod tasks;
pub mod trainings;
pub mod tunings;
pub mod versions;

pub use clock::Clock;
pub use kept::Kept;
pub use objects::Bucket;
pub use reviewers::Reviewers;
