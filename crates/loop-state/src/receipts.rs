//! Which uploads register-dataset has received.

use std::collections::BTreeMap;

use anyhow::Result;
use contracts::keys;
use policy::naming;

use crate::Bucket;
use crate::objects::{self, Listed};

/// All receipts of a dataset.
pub struct Receipts {
    dataset: String,
    /// By key, when they were written.
    written: BTreeMap<String, i64>,
}

impl Receipts {
    pub async fn list(bucket: &Bucket, dataset: &str) -> Result<Self> {
        let prefix = keys::receipts_prefix(dataset);
        let listed = objects::list_objects(bucket, &prefix).await?.into_iter();
        Ok(Self {
            dataset: dataset.to_owned(),
            written: listed
                .map(|receipt| (receipt.key, receipt.modified))
                .collect(),
        })
    }

    /// Whether there is one for this upload.
    pub fn has(&self, upload: &Listed) -> bool {
        let Listed {
            key,
            etag,
            modified,
            ..
        } = upload;
        let receipt = |id: String| self.written.get(&keys::receipt(&self.dataset, &id));
        // A receipt with the old name counts only if it was written after this upload.
        receipt(naming::receipt(key, etag, *modified)).is_some()
            || receipt(naming::receipt_without_time(key, etag))
                .is_some_and(|written| written >= modified)
    }
}
