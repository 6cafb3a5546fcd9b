//! S3 on `s3s`: its wire and signatures, our store.

mod wire;

use crate::store::Store;

pub(crate) use wire::Wire;

/// Sweeps what a killed process left behind.
pub(crate) fn recover(store: &Store) {
    store.sweep_blobs(&std::collections::HashSet::new());
}
