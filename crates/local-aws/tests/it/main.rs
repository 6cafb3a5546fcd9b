//! Real SDK clients over the in-process cloud.

mod s3;
mod sigv4;
mod support;
