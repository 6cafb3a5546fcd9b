//! Where Glue here does otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[Semantics {
    api: apis::GLUE.name,
    differs: &[
        "The Data Catalog of the account alone; crawlers, jobs, connections, functions, table versions and Lake Formation are refused.",
        "Names of databases and tables are kept and looked up in lower case.",
    ],
    operations: &[
        Note::differs(
            "DeleteDatabase",
            &["Its tables are gone when it answers; AWS removes them soon after."],
        ),
        Note::differs(
            "GetPartitions",
            &[
                "`Expression` has comparisons, IN, BETWEEN, LIKE, IS NULL, AND, OR and NOT of partition keys and literals.",
            ],
        ),
        Note::differs("UpdateDatabase", &["A database keeps its name."]),
        Note::differs(
            "UpdateTable",
            &["No earlier version is kept, whatever `SkipArchive` says."],
        ),
    ],
}];
