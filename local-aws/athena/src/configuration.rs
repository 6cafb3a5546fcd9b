//! Where results go, as a request or a workgroup says it.

use local_core::ACCOUNT;
use local_core::wire::AwsError;
use serde::{Deserialize, Serialize};

use super::error::invalid;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ResultConfiguration {
    pub output_location: Option<String>,
    pub encryption_configuration: Option<EncryptionConfiguration>,
    pub expected_bucket_owner: Option<String>,
    pub acl_configuration: Option<AclConfiguration>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct EncryptionConfiguration {
    encryption_option: EncryptionOption,
    kms_key: Option<String>,
}

/// A client could not read what it has to decrypt itself (`CSE_KMS`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum EncryptionOption {
    #[serde(rename = "SSE_S3")]
    SseS3,
    #[serde(rename = "SSE_KMS")]
    SseKms,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AclConfiguration {
    s3_acl_option: AclOption,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum AclOption {
    #[serde(rename = "BUCKET_OWNER_FULL_CONTROL")]
    BucketOwnerFullControl,
}

impl ResultConfiguration {
    pub fn check(&self) -> Result<(), AwsError> {
        let location = self.output_location.as_deref();
        if location.is_some_and(|location| local_s3::parse_uri(location).is_none()) {
            return Err(invalid("outputLocation is not a valid S3 path."));
        }
        match self.expected_bucket_owner.as_deref() {
            None | Some(ACCOUNT) => Ok(()),
            Some(other) => Err(AwsError::unsupported(format!(
                "local-aws has the account {ACCOUNT} alone: no bucket is {other}'s"
            ))),
        }
    }

    /// The folder that results go to, with its final slash.
    pub fn folder(&self) -> Option<String> {
        let location = self.output_location.as_deref()?.trim_end_matches('/');
        Some(format!("{location}/"))
    }
}
