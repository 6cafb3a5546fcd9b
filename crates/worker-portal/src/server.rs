//! The portal over HTTP.

mod answer;
mod answers;
mod assets;
mod attempts;
mod cookie;
mod guard;
mod hashing;
mod kept;
mod leave;
mod new_password;
mod no_task;
mod page;
mod portal;
mod router;
mod sign_in;
mod sign_in_page;
mod signed_in;
mod task;
mod tasks;
mod visit;
mod welcome;

#[cfg(test)]
mod tests;

pub use attempts::Attempts;
pub use hashing::Hashing;
pub use portal::PortalSettings;
pub use router::router;
