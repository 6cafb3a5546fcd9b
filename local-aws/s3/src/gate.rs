//! What every request is held to once its signature is verified, before its input is read.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use s3s::access::{S3Access, S3AccessContext};
use s3s::{S3Result, path::S3Path};

use crate::bucket;
use crate::failure::Failure;
use crate::key;
use crate::origin::Origin;
use crate::permissions;
use local_core::Cloud;

pub(crate) struct Gate(pub Arc<Cloud>);

#[async_trait::async_trait]
impl S3Access for Gate {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        Ok(self.check(context)?)
    }
}

/// They are not asked of one region's bucket.
const OF_ANY_REGION: [&str; 2] = ["CreateBucket", "GetBucketLocation"];

impl Gate {
    fn check(&self, context: &mut S3AccessContext) -> Result<(), Failure> {
        let signer = context.credentials();
        let signer = signer.ok_or(Failure::AccessDenied("Signature is required"))?;
        let known = self.0.principal_of(&signer.access_key);
        let (principal, _) = known.ok_or(Failure::AccessDenied("Access Denied"))?;
        // Keys, prefixes and markers come back in the answer's XML.
        let uri = context
            .uri()
            .path_and_query()
            .map_or("", |uri| uri.as_str());
        key::check_text(&percent_decode_str(uri).decode_utf8_lossy())?;
        context.extensions_mut().insert(principal.clone());
        let origin = context.extensions_mut().get::<Origin>().cloned();
        if let Some(origin) = origin {
            self.check_origin(context, origin)?;
        }
        permissions::check(
            &self.0,
            &principal,
            context.s3_op().name(),
            context.s3_path(),
        )
    }

    fn check_origin(&self, context: &S3AccessContext, origin: Origin) -> Result<(), Failure> {
        if origin.is_double {
            return Err(Failure::TwoSignatures);
        }
        if origin.lasts_too_long {
            return Err(Failure::PresignedTooLong);
        }
        // Or the holder of a presigned PUT could copy any object that the signer may read.
        if origin.is_uncovered {
            return Err(Failure::AccessDenied(
                "There were headers present in the request which were not signed",
            ));
        }
        match (origin.region, context.s3_path()) {
            (Some(region), S3Path::Bucket { bucket } | S3Path::Object { bucket, .. })
                if !OF_ANY_REGION.contains(&context.s3_op().name()) =>
            {
                self.check_region(bucket, &region)
            }
            _ => Ok(()),
        }
    }

    /// A bucket answers in its own region; elsewhere S3 says where that is.
    fn check_region(&self, name: &str, region: &str) -> Result<(), Failure> {
        let bucket = self.0.store.read(|tx| bucket::get(tx, name));
        match bucket {
            Ok(bucket) if bucket.region != region => Err(Failure::PermanentRedirect(bucket.region)),
            // What is missing is said by the operation.
            _ => Ok(()),
        }
    }
}
