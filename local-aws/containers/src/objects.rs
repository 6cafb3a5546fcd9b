//! Objects by their URI, as jobs and endpoints name them.

use std::fmt;
use std::path::Path;

use local_core::Principal;
use local_core::store::BlobReader;
use local_s3 as s3;
pub use local_s3::InName;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Uri {
    bucket: String,
    /// May be empty, or a prefix.
    pub key: String,
}

impl S3Uri {
    pub fn parse(uri: &str) -> Result<S3Uri, String> {
        let (bucket, key) =
            s3::parse_uri(uri).ok_or_else(|| format!("ClientError: \"{uri}\" is no S3 URI"))?;
        Ok(S3Uri {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    }

    pub fn with_key(&self, key: &str) -> S3Uri {
        S3Uri {
            bucket: self.bucket.clone(),
            key: key.to_owned(),
        }
    }
}

impl fmt::Display for S3Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

/// The keys that begin with the URI's; none where there is no such bucket.
pub fn keys(role: &InName, uri: &S3Uri) -> Result<Vec<String>, String> {
    match role.list_prefix(&uri.bucket, &uri.key) {
        Ok(objects) => Ok(objects.into_iter().map(|(key, _)| key).collect()),
        Err(s3::Failure::Denied(reason)) => Err(denied(uri, &reason)),
        Err(_) => Ok(Vec::new()),
    }
}

/// The principal of a job's or an endpoint's role. Source: the session's name in CloudTrail's events of jobs.
pub fn principal(role_arn: &str) -> Principal {
    Principal::role(role_arn, "SageMaker")
}

fn denied(uri: &S3Uri, reason: &str) -> String {
    format!("ClientError: Access denied to \"{uri}\": {reason}")
}

/// The object's bytes; `None` where there is no such object. A fault of this machine is no absence.
pub fn open(role: &InName, uri: &S3Uri) -> Result<Option<BlobReader>, String> {
    match role.open(&uri.bucket, &uri.key) {
        Ok(reader) => Ok(Some(reader)),
        Err(s3::Failure::NoSuchBucket(_) | s3::Failure::NoSuchKey(_)) => Ok(None),
        Err(s3::Failure::Denied(reason)) => Err(denied(uri, &reason)),
        Err(fault) => Err(format!(
            "InternalServerError: \"{uri}\" could not be read: {fault}"
        )),
    }
}

pub fn put(role: &InName, uri: &S3Uri, file: &Path) -> Result<(), String> {
    written(uri, role.put_file(&uri.bucket, &uri.key, file))
}

pub fn put_bytes(role: &InName, uri: &S3Uri, bytes: &[u8]) -> Result<(), String> {
    written(uri, role.put_bytes(&uri.bucket, &uri.key, bytes))
}

fn written<T>(uri: &S3Uri, put: Result<T, s3::Failure>) -> Result<(), String> {
    put.map(drop)
        .map_err(|error| format!("ClientError: \"{uri}\" could not be written: {error}"))
}
