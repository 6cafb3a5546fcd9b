//! From an uploaded file to a part's rows: every row is good, or in quarantine with its reason.
//!
//! register-dataset runs it where one Lambda has the time, a processing job of the classifier's image where not.
//! Memory does not grow with the file.

mod check;
mod collected;
mod labelled;
pub mod manifest;
mod texts;
mod write;

pub use check::{check, columns};
pub use collected::Checked;
pub use texts::reviewed;
pub use write::write;
