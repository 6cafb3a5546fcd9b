//! The portal over HTTP.

mod assets;
mod attempts;
mod cookie;
mod guard;
mod hashing;
mod new_password;
mod page;
mod portal;
mod router;
mod sign_in;
mod signed_in;
mod task;
mod tasks;
mod visit;

#[cfg(test)]
mod tests;

pub use attempts::Attempts;
pub use hashing::Hashing;
pub use portal::PortalSettings;
pub use router::router;
