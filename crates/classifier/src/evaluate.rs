//! `classifier evaluate`.
pub mod confusion;
