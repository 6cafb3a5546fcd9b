//! Limits that members have in many operations, written once.

use std::borrow::Cow;

use super::constraints::Rule::{Items, Length, OneOf, Pattern, Range};
use super::constraints::{Constraint, Rule};
use super::operation::Operation;

/// A member and one limit on it.
pub type Limit = (&'static str, Rule);

/// Each limit in each operation. A member that an operation does not have is never there to be checked.
pub fn in_each(operations: &[Operation], limits: &[&[Limit]]) -> Cow<'static, [Constraint]> {
    let names = operations.iter().map(|operation| operation.name);
    let constraints = names.flat_map(|operation| {
        let limits = limits.iter().copied().flatten();
        limits.map(move |(member, rule)| Constraint {
            operation,
            member,
            rule: *rule,
        })
    });
    constraints.collect()
}

/// Of SageMaker's lists, and of Amazon A2I's.
pub const PAGES: &[Limit] = &[
    ("MaxResults", Range(1, 100)),
    ("NextToken", Length(0, 8192)),
    ("SortOrder", SORT_ORDER),
];

pub const SORT_ORDER: Rule = OneOf(&["Ascending", "Descending"]);

/// Of the data that SageMaker's jobs read.
pub const COMPRESSION: Rule = OneOf(&["None", "Gzip"]);
pub const DISTRIBUTION: Rule = OneOf(&["FullyReplicated", "ShardedByS3Key"]);

/// Of what a training job reads, and how.
pub const TRAINING_DATA: Rule = OneOf(&[
    "ManifestFile",
    "S3Prefix",
    "AugmentedManifestFile",
    "Converse",
]);
pub const TRAINING_INPUT: Rule = OneOf(&["Pipe", "File", "FastFile"]);

/// Of the roles that SageMaker's operations take.
pub const ROLES: &[Limit] = &[
    ("RoleArn", Pattern(ROLE_ARN)),
    ("RoleArn", Length(20, 2048)),
    ("ExecutionRoleArn", Pattern(ROLE_ARN)),
    ("ExecutionRoleArn", Length(20, 2048)),
];

/// Of the tags that SageMaker's operations take.
pub const TAGS: &[Limit] = &[
    ("Tags", Items(0, 50)),
    ("Tags[].Key", Pattern(TAG)),
    ("Tags[].Key", Length(1, 128)),
    ("Tags[].Value", Pattern(TAG)),
    ("Tags[].Value", Length(0, 256)),
];

pub const ROLE_ARN: &str = r"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+";

/// One line of any characters.
pub const LINE: &str = ".*";
pub const S3_URI: &str = r"(https|s3)://([^/]+)/?(.*)";
pub const TAG: &str = r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)";

/// An end that AWS leaves open.
pub const MOST: i64 = i32::MAX as i64;
