//! Objects in a role's name: what SageMaker and Augmented AI do with the role that they were handed.

use std::path::Path;

use local_core::store::{Blob, BlobReader, Tx};
use local_core::{Cloud, Principal};

use crate::failure::Failure;
use crate::object::Object;
use crate::{inside, permissions};

/// A role's session, and what it does to objects.
#[derive(Clone, Copy)]
pub struct InName<'a> {
    pub cloud: &'a Cloud,
    pub principal: &'a Principal,
}

impl InName<'_> {
    /// The object's bytes. As at the wire, a missing one is reported only to a principal that may list the bucket.
    pub fn open(&self, bucket: &str, key: &str) -> Result<BlobReader, Failure> {
        let Self { cloud, principal } = *self;
        permissions::check_object(cloud, principal, "s3:GetObject", (bucket, key))?;
        let opened = inside::open(cloud, bucket, key);
        opened.map_err(|failure| permissions::missing(cloud, principal, bucket, failure))
    }

    pub fn list_prefix(
        &self,
        bucket: &str,
        prefix: &str,
    ) -> Result<Vec<(String, Object)>, Failure> {
        permissions::ask_to_list(self.cloud, self.principal, bucket)?;
        inside::list_prefix(self.cloud, bucket, prefix)
    }

    pub fn put_file(&self, bucket: &str, key: &str, file: &Path) -> Result<Object, Failure> {
        permissions::check_object(self.cloud, self.principal, "s3:PutObject", (bucket, key))?;
        inside::put_file(self.cloud, bucket, key, file)
    }

    pub fn put_bytes(&self, bucket: &str, key: &str, bytes: &[u8]) -> Result<Object, Failure> {
        permissions::check_object(self.cloud, self.principal, "s3:PutObject", (bucket, key))?;
        inside::put_bytes(self.cloud, bucket, key, bytes)
    }

    /// Within the caller's transaction.
    pub fn put_blob(
        &self,
        tx: &Tx,
        bucket: &str,
        key: &str,
        blob: &Blob,
    ) -> Result<Object, Failure> {
        let Self { cloud, principal } = *self;
        permissions::check_in(cloud, tx, principal, "s3:PutObject", (bucket, key))?;
        inside::put_blob(tx, cloud, bucket, key, blob)
    }

    /// The object's bytes, within the caller's transaction.
    pub fn read_in(&self, tx: &Tx, bucket: &str, key: &str) -> Result<Vec<u8>, Failure> {
        let Self { cloud, principal } = *self;
        permissions::check_in(cloud, tx, principal, "s3:GetObject", (bucket, key))?;
        inside::get_bytes(cloud, bucket, key)
    }
}
