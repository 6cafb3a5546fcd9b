//! What S3 answers when it does not do as asked.

use http::header::{CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
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
    /// The object still has this tag.
    #[error("Not Modified")]
    NotModified(String),
    #[error(
        "One or more of the specified parts could not be found, or its entity tag or checksum does not match: part {0}"
    )]
    InvalidPart(i32),
    #[error("The list of parts was not in ascending order.")]
    InvalidPartOrder,
    #[error("Your proposed upload is smaller than the minimum allowed size: part {0}")]
    EntityTooSmall(i32),
    #[error("Your proposed upload exceeds the maximum allowed size")]
    EntityTooLarge,
    #[error("The bucket {0} you tried to delete is not empty")]
    BucketNotEmpty(String),
    #[error("Your previous request to create the bucket {0} succeeded and you already own it.")]
    BucketAlreadyOwnedByYou(String),
    #[error("The specified bucket is not valid: {0}")]
    InvalidBucketName(String),
    #[error(
        "The {0} location constraint is incompatible for the region specific endpoint this request was sent to."
    )]
    IllegalLocationConstraint(String),
    /// The bucket lies in this region.
    #[error(
        "The bucket is in {0}. Please send all future requests to that region's endpoint, signed for it."
    )]
    PermanentRedirect(String),
    #[error("Your key is too long")]
    KeyTooLong,
    #[error("The {0} you specified did not match the calculated checksum.")]
    BadDigest(&'static str),
    #[error("The provided 'x-amz-content-sha256' header does not match what was computed.")]
    ContentSha256Mismatch,
    #[error("The signature of a chunk does not match what we calculated.")]
    SignatureDoesNotMatch,
    #[error("The requested range is not satisfiable")]
    InvalidRange,
    #[error("{0}")]
    AccessDenied(&'static str),
    /// By a policy, in IAM's words.
    #[error("{0}")]
    Denied(String),
    #[error("X-Amz-Expires must be less than a week (in seconds) that is 604800")]
    PresignedTooLong,
    #[error(
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified"
    )]
    TwoSignatures,
    #[error("{0}")]
    InvalidArgument(String),
    #[error("{0}")]
    InvalidRequest(String),
    #[error(
        "The XML you provided was not well-formed or did not validate against our published schema: {0}"
    )]
    MalformedXml(&'static str),
    #[error("local-aws does not honour {0}")]
    NotImplemented(String),
    #[error("the body could not be read: {0}")]
    IncompleteBody(String),
    #[error(
        "Your socket connection to the server was not read from or written to within the timeout period."
    )]
    RequestTimeout,
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
            Self::NotModified(_) => S3ErrorCode::NotModified,
            Self::InvalidPart(_) => S3ErrorCode::InvalidPart,
            Self::InvalidPartOrder => S3ErrorCode::InvalidPartOrder,
            Self::EntityTooLarge => S3ErrorCode::EntityTooLarge,
            Self::EntityTooSmall(_) => S3ErrorCode::EntityTooSmall,
            Self::BucketNotEmpty(_) => S3ErrorCode::BucketNotEmpty,
            Self::BucketAlreadyOwnedByYou(_) => S3ErrorCode::BucketAlreadyOwnedByYou,
            Self::InvalidBucketName(_) => S3ErrorCode::InvalidBucketName,
            Self::IllegalLocationConstraint(_) => S3ErrorCode::IllegalLocationConstraintException,
            Self::PermanentRedirect(_) => S3ErrorCode::PermanentRedirect,
            Self::KeyTooLong => S3ErrorCode::KeyTooLongError,
            Self::BadDigest(_) => S3ErrorCode::BadDigest,
            Self::ContentSha256Mismatch => S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into()),
            Self::SignatureDoesNotMatch => S3ErrorCode::SignatureDoesNotMatch,
            Self::InvalidRange => S3ErrorCode::InvalidRange,
            Self::AccessDenied(_) | Self::Denied(_) => S3ErrorCode::AccessDenied,
            Self::TwoSignatures => S3ErrorCode::InvalidArgument,
            Self::PresignedTooLong => S3ErrorCode::AuthorizationQueryParametersError,
            Self::InvalidArgument(_) => S3ErrorCode::InvalidArgument,
            Self::InvalidRequest(_) => S3ErrorCode::InvalidRequest,
            Self::MalformedXml(_) => S3ErrorCode::MalformedXML,
            Self::NotImplemented(_) => S3ErrorCode::NotImplemented,
            Self::IncompleteBody(_) => S3ErrorCode::IncompleteBody,
            Self::RequestTimeout => S3ErrorCode::RequestTimeout,
            Self::Storage(_) => S3ErrorCode::InternalError,
        }
    }
}

impl From<Failure> for S3Error {
    fn from(failure: Failure) -> Self {
        if let Failure::Storage(cause) = &failure {
            tracing::error!(error = %cause, "the store could not be used");
            return internal();
        }
        let mut error = Self::with_message(failure.code(), failure.to_string());
        if matches!(failure, Failure::ContentSha256Mismatch) {
            error.set_status_code(StatusCode::BAD_REQUEST);
        }
        if let Failure::NotModified(etag) = &failure
            && let Ok(etag) = HeaderValue::from_str(&format!("\"{etag}\""))
        {
            error.set_headers(HeaderMap::from_iter([(ETAG, etag)]));
        }
        if let Failure::PermanentRedirect(region) = &failure
            && let Ok(region) = HeaderValue::from_str(region)
        {
            // From this header the SDKs learn where to go.
            error.set_headers(HeaderMap::from_iter([
                (CONTENT_TYPE, HeaderValue::from_static("application/xml")),
                (BUCKET_REGION, region),
            ]));
        }
        error
    }
}

const BUCKET_REGION: HeaderName = HeaderName::from_static("x-amz-bucket-region");

/// The answer to a fault that is ours; the log says which.
pub(crate) fn internal() -> S3Error {
    let message = "We encountered an internal error. Please try again.";
    S3Error::with_message(S3ErrorCode::InternalError, message)
}

/// For the services that read or write objects while they answer a call of their own.
impl From<Failure> for AwsError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Storage(cause) => Self::internal(cause),
            Failure::Denied(message) => Self::access_denied(message),
            failure => Self::validation(failure.to_string()),
        }
    }
}
