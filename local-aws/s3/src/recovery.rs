//! What a killed process left behind.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::object::OBJECTS;
use crate::upload::PARTS;
use local_core::store::{Store, Table};

/// What a row says of its bytes, whichever version wrote the rest of it.
#[derive(Serialize, Deserialize)]
struct Bytes {
    sha256: String,
}

#[derive(Serialize, Deserialize)]
struct PartBytes {
    blob: Bytes,
}

const OF_OBJECTS: Table<Bytes> = Table::new(OBJECTS.kind());
const OF_PARTS: Table<PartBytes> = Table::new(PARTS.kind());

/// Removes the blobs that no object and no upload needs. Before anything is served.
pub(crate) fn sweep(store: &Store) {
    let kept: HashSet<String> = store.read(|tx| {
        let objects = OF_OBJECTS.list_everywhere(tx).into_iter();
        let parts = OF_PARTS.list_everywhere(tx).into_iter();
        let of_objects = objects.map(|(_, _, bytes)| bytes.sha256);
        of_objects
            .chain(parts.map(|(_, _, part)| part.blob.sha256))
            .collect()
    });
    store.blobs().sweep(&kept);
}
