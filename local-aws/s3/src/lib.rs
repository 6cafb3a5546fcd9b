//! S3 on `s3s`: its wire and signatures, our store.
//!
//! A row for each object, its bytes in a blob: a write stores the blob first and then, in one
//! transaction, checks the condition, puts the row and emits the event. So of a hundred concurrent
//! `If-None-Match: *` puts one wins, and an object that a client saw acknowledged is on disk.

mod api;
mod body;
mod bucket;
mod checksum;
mod chunks;
mod event;
mod failure;
mod gate;
mod in_name;
mod inside;
mod key;
mod listing;
mod object;
mod origin;
mod permissions;
mod presign;
mod recovery;
mod resign;
mod rows;
mod semantics;
mod sign;
mod upload;
mod wire;

use std::sync::Arc;

use local_core::part::Part;

pub use bucket::{Bucket, create_bucket, delete_bucket, has_bucket, set_event_bridge};
pub use failure::Failure;
pub use in_name::InName;
pub use inside::{
    delete, get_bytes, list_prefix, open, parse_uri, put_blob, put_bytes, put_file, store_bytes,
};
pub use object::Object;
pub use presign::presign;

pub fn part() -> Part {
    Part {
        front: Some(|cloud| Arc::new(wire::Wire::new(cloud))),
        recover: Some(|cloud| recovery::sweep(&cloud.store)),
        semantics: semantics::NOTES,
        ..Part::default()
    }
}

#[cfg(test)]
mod tests;
