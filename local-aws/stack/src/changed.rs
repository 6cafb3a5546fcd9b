//! Changes of a deployed resource that this cloud refuses.
//!
//! | type | what a changed property does |
//! |---|---|
//! | functions, queues, buckets, user pools, app clients, groups, pipelines, work teams | the resource is updated; another name, and what CloudFormation replaces an app client for, make another resource |
//! | task UIs | deleted and created under the same name |
//! | model package groups, and the rows below | refused |
//! | custom resources | their function is asked to update |

use anyhow::bail;

use super::change::Change;

/// Properties that no operation of the service changes; CloudFormation replaces the resource or refuses.
const FIXED: [(&str, &[&str]); 4] = [
    ("AWS::Cognito::UserPool", &["UsernameAttributes"]),
    ("AWS::Cognito::UserPoolGroup", &["UserPoolId"]),
    ("AWS::SageMaker::Pipeline", &["Tags"]),
    ("AWS::SageMaker::Workteam", &["Tags", "WorkforceName"]),
];

/// Types whose update keeps a member that it is not given.
const KEPT: [&str; 3] = [
    "AWS::Cognito::UserPoolGroup",
    "AWS::SageMaker::Pipeline",
    "AWS::SageMaker::Workteam",
];

/// Refuses a change that the update would leave out without a word.
pub(super) fn check(change: &Change) -> anyhow::Result<()> {
    let Some(before) = change.same_type() else {
        return Ok(());
    };
    let kind = change.resource.resource_type.as_str();
    let now = &change.resource.properties;
    let fixed = FIXED.iter().filter(|(of, _)| *of == kind);
    for name in fixed.flat_map(|(_, names)| *names) {
        if before.properties.get(*name) != now.get(*name) {
            bail!(
                "local-aws does not change {name} of a resource that is there: give it another name, or \
                 remove the state folder"
            );
        }
    }
    let gone = before
        .properties
        .keys()
        .find(|name| !now.contains_key(*name));
    match gone {
        Some(name) if KEPT.contains(&kind) => {
            bail!("local-aws keeps {name} of a resource that is there: give its new value")
        }
        _ => Ok(()),
    }
}
