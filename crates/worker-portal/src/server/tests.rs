//! The portal over a desk that keeps one worker and one task in memory.

mod cookies;
mod ended;
mod fake_desk;
mod guard;
mod guessing;
mod leaving;
mod rendering;
mod sessions;
mod unavailable;
mod visitor;
