//! Where Amazon S3 here does otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[Semantics {
    api: "Amazon S3",
    differs: &[
        "A bucket is addressed by path alone: `http://127.0.0.1:PORT/bucket/key`.",
        "There are no versions, locks, ACLs, lifecycles or storage classes: what is overwritten is gone.",
        "A name with U+10FFFF is refused, as are those that XML cannot carry.",
        "An event of an object goes to EventBridge, if the bucket says so.",
    ],
    operations: OPERATIONS,
}];

/// Every operation of `api`; a parameter that is not honoured is refused by name.
const OPERATIONS: &[Note] = &[
    Note::differs("CreateBucket", &[]),
    Note::differs("HeadBucket", &[]),
    Note::differs("ListBuckets", &[]),
    Note::differs("DeleteBucket", &[]),
    Note::differs("GetBucketLocation", &[]),
    Note::differs("PutBucketNotificationConfiguration", &[]),
    Note::differs("GetBucketNotificationConfiguration", &[]),
    Note::differs("PutObject", &[]),
    Note::differs("GetObject", &[]),
    Note::differs("HeadObject", &[]),
    Note::differs("CopyObject", &[]),
    Note::differs("DeleteObject", &[]),
    Note::differs("DeleteObjects", &[]),
    Note::differs("ListObjects", &[]),
    Note::differs("ListObjectsV2", &[]),
    Note::differs("CreateMultipartUpload", &[]),
    Note::differs("UploadPart", &[]),
    Note::differs("CompleteMultipartUpload", &[]),
    Note::differs("AbortMultipartUpload", &[]),
    Note::differs("ListParts", &[]),
];
