//! What people upload, on its way from the bucket: the file on the function's disk, and an object's lines.

pub mod download;
mod lines;
pub mod schema;

pub use download::Source;
pub use lines::Lines;
