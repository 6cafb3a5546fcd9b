//! The plots. Each is a function from values to one `<svg>`; all share the page's classes for
//! colour, so that they follow its light and dark theme.

mod axis;
mod balance;
mod confidence;
mod confusion;
mod coverage;
mod epochs;
mod intervals;
mod reliability;
mod words;

pub use axis::{round_step, ticks};
pub use balance::balance;
pub use confidence::confidence;
pub use confusion::confusion;
pub use coverage::coverage;
pub use epochs::{Epochs, accuracy, epochs_of, loss};
pub use intervals::intervals;
pub use reliability::reliability;
pub use words::words;
