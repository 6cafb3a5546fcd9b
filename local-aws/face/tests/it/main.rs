//! Clients over the cloud: the real SDK in process, and plain HTTP over a served one.

#![allow(clippy::unwrap_used, reason = "the helpers of tests, too")]

mod changes;
mod data_room;
mod events;
mod functions;
mod life;
mod notifications;
mod policies;
mod project;
mod resource_policies;
mod s3;
mod sigv4;
mod sizes;
mod stack;
mod stop;
mod support;
mod world;
