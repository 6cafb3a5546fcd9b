//! Where Feature Store here does otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[
    Semantics {
        api: apis::SAGEMAKER.name,
        differs: &[],
        operations: &[
            Note::differs(
                "CreateFeatureGroup",
                &[
                    "Collections, Iceberg tables, the InMemory store, times to live and provisioned throughput are refused by name; KMS keys are without effect.",
                    "The Glue database and table are made with the caller's rights before it answers.",
                    "The group is CreateFailed where the bucket is missing or its role may not put objects there.",
                ],
            ),
            Note::differs(
                "UpdateFeatureGroup",
                &["Features are added before it answers, to the Glue table, too."],
            ),
            Note::differs(
                "DeleteFeatureGroup",
                &["Rows that wait are written to S3 first."],
            ),
        ],
    },
    Semantics {
        api: apis::SAGEMAKER_FEATURE_STORE_RUNTIME.name,
        differs: &[
            "Rows are in S3 some three seconds after they came; on AWS within fifteen minutes. Where they cannot be written they wait, and `OfflineStoreStatus` is Blocked until they are.",
            "`UpdateRecord` is refused, and so are values in lists and times to live.",
        ],
        operations: &[
            Note::differs(
                "BatchWriteRecord",
                &["`UnprocessedEntries` is empty: each entry is written or among the `Errors`."],
            ),
            Note::differs("BatchGetRecord", &["`UnprocessedIdentifiers` is empty."]),
            Note::differs(
                "DeleteRecord",
                &["After a HardDelete, too, an older record that is put stays hidden."],
            ),
        ],
    },
];
