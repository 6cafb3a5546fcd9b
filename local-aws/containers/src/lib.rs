//! Programs that stand for images, under SageMaker's container contract: their folder in place of
//! `/opt/ml`, the objects that go in and come out, their processes. Jobs and endpoints use them.

pub mod archive;
pub mod blocking;
pub mod checkpoints;
pub mod folder;
pub mod inputs;
pub mod objects;
pub mod orphans;
pub mod outputs;
pub mod process;
pub mod program;
