//! The commands that speak to a stack, wherever it is.

mod decide;
mod down;
mod model;
mod predict;
mod report;
mod sample;
mod start;
mod status;
mod up;
mod upload;

pub use decide::{approve, reject};
pub use down::down;
pub use model::model;
pub use predict::predict;
pub use report::report;
pub use sample::sample;
pub use start::start;
pub use status::status;
pub use up::up;
pub use upload::upload;
