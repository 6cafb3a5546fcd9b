//! The commands that speak to a stack, wherever it is.

mod decide;
mod discard;
mod doctor;
mod down;
mod logs;
mod model;
mod pin;
mod predict;
mod redrive;
mod report;
mod rollback;
mod sample;
mod serving;
mod start;
mod status;
mod stop;
mod up;
mod upload;

pub use decide::{approve, reject};
pub use discard::discard;
pub use doctor::doctor;
pub use down::down;
pub use logs::logs;
pub use model::model;
pub use pin::{pin, unpin};
pub use predict::predict;
pub use redrive::redrive;
pub use report::report;
pub use rollback::rollback;
pub use sample::sample;
pub use start::{release, start};
pub use status::status;
pub use stop::stop;
pub use up::up;
pub use upload::upload;
