//! The live endpoint's answers to reviews. Apart from `loop-state`, because only those functions that ask the endpoint
//! should link its client.

pub mod endpoint;

pub use endpoint::Endpoint;
