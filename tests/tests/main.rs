//! What no single package can hold: that the template, the events, the sources and the pages
//! agree. One binary, because every further one links the world again.

#![allow(clippy::unwrap_used, reason = "the helpers of tests, too")]

mod handlers;
mod mutation;
mod source;
mod template;
mod tidiness;
