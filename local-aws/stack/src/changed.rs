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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sam::Resource;
    use serde_json::{Map, Value, json};

    use super::{FIXED, KEPT, check};
    use crate::change::Change;
    use crate::row::Row;

    fn named(name: &str, value: &str) -> Map<String, Value> {
        [(name.to_owned(), json!(value))].into_iter().collect()
    }

    fn change(kind: &str, before: Map<String, Value>, now: Map<String, Value>) -> Change {
        Change {
            resource: Resource {
                logical_id: "It".to_owned(),
                resource_type: kind.to_owned(),
                properties: now,
                depends_on: Vec::new(),
                condition: None,
                deletion_policy: None,
                update_replace_policy: None,
                metadata: Value::Null,
            },
            before: Some(Row {
                resource_type: kind.to_owned(),
                properties: before,
                physical_id: "it".to_owned(),
                attributes: Map::new(),
                generated: BTreeMap::new(),
                retained: false,
                position: 0,
            }),
        }
    }

    #[test]
    fn a_change_that_no_operation_makes_is_refused_by_its_property() {
        for (kind, names) in FIXED {
            for name in names {
                let changed = change(kind, named(name, "a"), named(name, "b"));
                let refused = check(&changed).unwrap_err().to_string();
                assert!(refused.contains(name), "{kind}: {refused}");
                let same = change(kind, named(name, "a"), named(name, "a"));
                check(&same).unwrap();
            }
        }
    }

    #[test]
    fn a_property_that_left_is_refused_where_the_update_would_keep_it() {
        for kind in KEPT {
            let left = change(kind, named("Description", "a"), Map::new());
            let refused = check(&left).unwrap_err().to_string();
            assert!(refused.contains("Description"), "{kind}: {refused}");
            let changed = change(kind, named("Description", "a"), named("Description", "b"));
            check(&changed).unwrap();
        }
        let pool = change("AWS::Cognito::UserPool", named("Policies", "a"), Map::new());
        check(&pool).unwrap();
    }
}
