//! What people upload: the file on the function's disk, and the texts of its rows. Rows with labels are
//! register-dataset's, those without request-labels'.

pub mod download;
mod lines;
pub mod manifest;
mod texts;

pub use download::Source;
pub use lines::Lines;
pub use texts::reviewed;
