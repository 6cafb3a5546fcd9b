//! What S3 answers when it does not do as asked.

use s3s::{S3Error, S3ErrorCode};
use thiserror::Error;

use local_core::wire::AwsError;

#[derive(Debug, Error)]
pub enum Failure {
    #[error("The specified bucket {0} does not exist")]
    NoSuchBucket(String),
    #[error("The specified key {0} does not exist.")]
    NoSuchKey(String),
    #[error(
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."
    )]
    NoSuchUpload,
    #[error("At least one of the pre-conditions you specified did not hold: {0}")]
    PreconditionFailed(&'static str),
    #[error("Not Modified")]
    NotModified,
    #[error(
        "One or more of the specified parts could not be found, or its entity tag does not match: part {0}"
    )]
    InvalidPart(i32),
    #[error("The list of parts was not in ascending order.")]
    InvalidPartOrder,
    #[error("Your proposed upload is smaller than the minimum allowed size: part {0}")]
    EntityTooSmall(i32),
    #[error("The bucket {0} you tried to delete is not empty")]
    BucketNotEmpty(String),
    #[error("Your previous request to create the bucket {0} succeeded and you already own it.")]
    BucketAlreadyOwnedByYou(String),
    #[error(
        "The {0} location constraint is incompatible for the region specific endpoint this request was sent to."
    )]
    IllegalLocationConstraint(String),
    #[error("The {0} you specified did not match the calculated checksum.")]
    BadDigest(&'static str),
    #[error("The requested range is not satisfiable")]
    InvalidRange,
    #[error("Access Denied")]
    AccessDenied,
    #[error("{0}")]
    InvalidArgument(String),
    #[error("local-aws does not honour {0}")]
    NotImplemented(String),
    #[error("the body could not be read: {0}")]
    IncompleteBody(String),
    #[error("the store could not be used: {0}")]
    Storage(#[from] std::io::Error),
}

impl Failure {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::NoSuchBucket(_) => S3ErrorCode::NoSuchBucket,
            Self::NoSuchKey(_) => S3ErrorCode::NoSuchKey,
            Self::NoSuchUpload => S3ErrorCode::NoSuchUpload,
            Self::PreconditionFailed(_) => S3ErrorCode::PreconditionFailed,
            Self::NotModified => S3ErrorCode::NotModified,
            Self::InvalidPart(_) => S3ErrorCode::InvalidPart,
            Self::InvalidPartOrder => S3ErrorCode::InvalidPartOrder,
            Self::EntityTooSmall(_) => S3ErrorCode::EntityTooSmall,
            Self::BucketNotEmpty(_) => S3ErrorCode::BucketNotEmpty,
            Self::BucketAlreadyOwnedByYou(_) => S3ErrorCode::BucketAlreadyOwnedByYou,
            Self::IllegalLocationConstraint(_) => S3ErrorCode::IllegalLocationConstraintException,
            Self::BadDigest(_) => S3ErrorCode::BadDigest,
            Self::InvalidRange => S3ErrorCode::InvalidRange,
            Self::AccessDenied => S3ErrorCode::AccessDenied,
            Self::InvalidArgument(_) => S3ErrorCode::InvalidArgument,
            Self::NotImplemented(_) => S3ErrorCode::NotImplemented,
            Self::IncompleteBody(_) => S3ErrorCode::IncompleteBody,
            Self::Storage(_) => S3ErrorCode::InternalError,
        }
    }
}

impl From<Failure> for S3Error {
    fn from(failure: Failure) -> Self {
        let code = failure.code();
        if let Failure::Storage(cause) = &failure {
            tracing::error!(error = %cause, "the store could not be used");
            return Self::with_message(code, "We encountered an internal error. Please try again.");
        }
        Self::with_message(code, failure.to_string())
    }
}

/// For the services that read or write objects while they answer a call of their own.
impl From<Failure> for AwsError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Storage(cause) => Self::internal(cause),
            failure => Self::validation(failure.to_string()),
        }
    }
}
