//! What becomes of each parameter of a request: read, refused by name, or left alone for a reason.

use s3s::dto::{
    BucketCannedACL, ObjectCannedACL, ObjectOwnership, ObjectVersionId, ServerSideEncryption,
    StorageClass, TaggingDirective,
};

use crate::failure::Failure;

/// Takes an input apart into its members, every one of which is named: a version of `s3s` that
/// knows one more does not compile until it is decided what becomes of that one.
///
/// ```text
/// members!(input => PutObjectInput {
///     read: bucket, key;
///     refused: tagging, storage_class unless is_standard;
///     ignored "the bucket's owner pays": request_payer;
/// });
/// ```
macro_rules! members {
    ($input:expr => $type:ident {
        read: $($read:ident),*;
        $(refused: $($refused:ident $(unless $harmless:path)?),*;)?
        $(ignored $reason:literal: $($ignored:ident),*;)*
    }) => {
        let $type { $($read,)* $($($refused,)*)? $($($ignored: _,)*)* } = $input;
        $($(
            if $crate::api::parameters::members!(@asks $refused $($harmless)?) {
                return Err($crate::api::parameters::refusal(stringify!($refused)).into());
            }
        )*)?
    };
    (@asks $member:ident) => { $member.is_some() };
    (@asks $member:ident $harmless:path) => { $member.as_ref().is_some_and(|value| !$harmless(value)) };
}

pub(crate) use members;

pub(crate) fn refusal(member: &str) -> Failure {
    Failure::NotImplemented(format!("the parameter {}", aws_name(member)))
}

/// `grant_read_acp` is `GrantReadACP` at AWS.
fn aws_name(member: &str) -> String {
    let words = member.split('_').map(|word| match word {
        "acl" | "acp" | "md5" | "mfa" | "sse" | "ssekms" => word.to_uppercase(),
        word => word[..1].to_uppercase() + &word[1..],
    });
    words.collect()
}

/// S3's pages hold at most a thousand entries.
pub(crate) fn count(argument: &str, asked: Option<i32>) -> Result<usize, Failure> {
    let asked = usize::try_from(asked.unwrap_or(1000)).map_err(|_| {
        Failure::InvalidArgument(format!(
            "Argument {argument} must be an integer between 0 and 2147483647"
        ))
    })?;
    Ok(asked.min(1000))
}

pub(crate) fn part_number(number: i32) -> Result<i32, Failure> {
    if (1..=10_000).contains(&number) {
        Ok(number)
    } else {
        Err(Failure::InvalidArgument(
            "Part number must be an integer between 1 and 10000, inclusive".to_owned(),
        ))
    }
}

/// `aws-chunked` is how the body travelled; S3 does not keep it.
pub(crate) fn kept_encoding(sent: Option<String>) -> Option<String> {
    let sent = sent?;
    let kept = sent.split(',').map(str::trim);
    let kept: Vec<&str> = kept
        .filter(|coding| !coding.is_empty() && *coding != "aws-chunked")
        .collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

// Values that ask for what happens here anyway.

pub(crate) fn is_false(value: &bool) -> bool {
    !value
}

/// Buckets here have no versions; `null` names the only one.
pub(crate) fn is_null(version_id: &ObjectVersionId) -> bool {
    version_id == "null"
}

pub(crate) fn is_private(acl: &ObjectCannedACL) -> bool {
    matches!(acl.as_str(), "private" | "bucket-owner-full-control")
}

pub(crate) fn is_private_bucket(acl: &BucketCannedACL) -> bool {
    acl.as_str() == "private"
}

/// Buckets here know no ACL, as AWS's do not unless they are told to.
pub(crate) fn is_enforced(ownership: &ObjectOwnership) -> bool {
    ownership.as_str() == ObjectOwnership::BUCKET_OWNER_ENFORCED
}

pub(crate) fn is_standard(class: &StorageClass) -> bool {
    class.as_str() == StorageClass::STANDARD
}

/// Every bucket is encrypted with S3's own keys, as AWS's are; no other key exists here.
pub(crate) fn is_aes256(encryption: &ServerSideEncryption) -> bool {
    encryption.as_str() == ServerSideEncryption::AES256
}

pub(crate) fn is_copy(directive: &TaggingDirective) -> bool {
    directive.as_str() == TaggingDirective::COPY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_spells_a_parameter_as_aws_does() {
        for (member, name) in [
            ("tagging", "Tagging"),
            ("acl", "ACL"),
            ("grant_write_acp", "GrantWriteACP"),
            ("ssekms_key_id", "SSEKMSKeyId"),
            ("sse_customer_key_md5", "SSECustomerKeyMD5"),
            ("e_tag", "ETag"),
            ("mfa", "MFA"),
        ] {
            assert_eq!(aws_name(member), name);
        }
    }
}
