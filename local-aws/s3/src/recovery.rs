//! What a killed process left behind.

use std::collections::HashSet;

use crate::object::OBJECTS;
use crate::upload;
use local_core::store::Store;

/// Removes the blobs that no object and no upload needs. Before anything is served.
pub(crate) fn sweep(store: &Store) {
    let kept: HashSet<String> = store.read(|tx| {
        let objects = OBJECTS.list_everywhere(tx).into_iter();
        let objects = objects.map(|(_, _, object)| object.sha256);
        objects.chain(upload::blobs(tx)).collect()
    });
    store.blobs().sweep(&kept);
}
