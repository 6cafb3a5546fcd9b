//! Changes of a deployed resource that this cloud refuses.
//!
//! | type | the effect of a changed property |
//! |---|---|
//! | functions, queues, topics, rules, alarms, buckets, groups, pipelines, work teams | the resource is updated; another name makes another resource |
//! | user pools, app clients | the resource is updated, its name too; another pool or secret makes another app client |
//! | domains | another name makes another domain; another pool is refused by Cognito |
//! | task UIs | deleted and created under the same name; another name makes another task UI |
//! | model package groups | the tags are updated, the rest is refused; another name makes another group |
//! | custom resources | their function is asked to update |
//!
//! A property below, and one that left the template where the update would keep it, is refused.

use anyhow::bail;

use super::change::Change;
use super::identity;

/// Properties that no operation of the service changes; CloudFormation replaces the resource or refuses.
const FIXED: [(&str, &str); 3] = [
    ("AWS::Cognito::UserPool", "UsernameAttributes"),
    ("AWS::Cognito::UserPoolGroup", "UserPoolId"),
    ("AWS::SageMaker::Workteam", "WorkforceName"),
];

/// A type of which no operation changes anything but the tags.
const UNCHANGED: &str = "AWS::SageMaker::ModelPackageGroup";

/// Types whose update keeps a member that it is not given.
const KEPT: [&str; 3] = [
    "AWS::Cognito::UserPoolGroup",
    "AWS::SageMaker::Pipeline",
    "AWS::SageMaker::Workteam",
];

/// Refuses a change that the update would leave out without a word.
pub(super) fn check(change: &Change) -> anyhow::Result<()> {
    let Some(before) = &change.deployed else {
        return Ok(());
    };
    let kind = change.resource.resource_type.as_str();
    let now = &change.resource.properties;
    let name_property = identity::name_property(kind);
    let names = before.properties.keys().chain(now.keys());
    let changed = names.filter(|name| {
        // The name is the same, given or not.
        before.properties.get(*name) != now.get(*name)
            && *name != "Tags"
            && Some(name.as_str()) != name_property
    });
    for name in changed {
        if kind == UNCHANGED || FIXED.contains(&(kind, name)) {
            let remedy = name_property.map_or("another logical id", |_| "another name");
            bail!(
                "local-aws does not change {name} of a resource that is there: give it {remedy}, or \
                 remove the state folder"
            );
        }
        if KEPT.contains(&kind) && !now.contains_key(name) {
            bail!("local-aws keeps {name} of a resource that is there: give its new value");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sam::Resource;
    use serde_json::{Map, Value, json};

    use super::{FIXED, KEPT, UNCHANGED, check};
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
            before: None,
            deployed: Some(Row {
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
        let group = (UNCHANGED, "ModelPackageGroupDescription");
        for (kind, name) in FIXED.into_iter().chain([group]) {
            let changed = change(kind, named(name, "a"), named(name, "b"));
            let refused = check(&changed).unwrap_err().to_string();
            assert!(refused.contains(name), "{kind}: {refused}");
            let by_logical_id = kind == "AWS::Cognito::UserPool";
            assert_eq!(refused.contains("another logical id"), by_logical_id);
            let same = change(kind, named(name, "a"), named(name, "a"));
            check(&same).unwrap();
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
            check(&change(kind, named("Tags", "a"), Map::new())).unwrap();
        }
        let pool = change("AWS::Cognito::UserPool", named("Policies", "a"), Map::new());
        check(&pool).unwrap();
    }
}
