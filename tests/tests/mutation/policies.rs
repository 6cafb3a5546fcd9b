//! The template's policies as JSON, evaluated as a cloud evaluates them.

use std::collections::BTreeMap;
use std::sync::Arc;

use local_aws::iam::Policy;
use local_aws::iam::evaluate::Source;
use local_aws::{Cloud, Settings, iam};
use serde_json::Value;

use crate::handlers::roles;

/// What a document belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A role's inline policy, by its name.
    Role(String, String),
    /// Who may assume a role.
    Trust(String),
    /// A managed policy, by its ARN.
    Managed(String),
    /// A bucket, a queue or a topic.
    Resource(String),
}

/// What SAM adds to a role for the destinations of its function.
const OF_SAM: [&str; 3] = [
    "OnFailurePolicy",
    "OnSuccessPolicy",
    "DeadLetterQueuePolicy",
];

#[derive(Clone)]
pub struct Document {
    pub value: Value,
    parsed: Arc<Policy>,
}

#[derive(Clone)]
pub struct Policies(pub BTreeMap<Owner, Document>);

impl Policies {
    /// As a cloud stores them; what SAM adds to a function's role by itself is not the template's.
    pub fn of_template() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let cloud = Cloud::open(Settings::new(folder.path())).expect("a cloud");
        roles::provision(&cloud);
        let (stored, resources, managed) = cloud.store.read(|tx| {
            let roles = iam::Role::all(tx);
            (roles, iam::resource_policies(tx), iam::managed_policies(tx))
        });
        let mut documents = BTreeMap::new();
        for role in stored {
            let name = role.name.clone();
            if !role.trust.contains("lambda.amazonaws.com") {
                documents.insert(Owner::Trust(name.clone()), Document::parse(&role.trust));
            }
            for (policy, document) in &role.policies {
                if !OF_SAM.contains(&policy.as_str()) {
                    let owner = Owner::Role(name.clone(), policy.clone());
                    documents.insert(owner, Document::parse(document));
                }
            }
        }
        for (arn, document) in managed {
            documents.insert(Owner::Managed(arn), Document::parse(&document));
        }
        for (resource, document) in resources {
            documents.insert(Owner::Resource(resource), Document::parse(&document));
        }
        Self(documents)
    }

    pub fn with(&self, owner: &Owner, value: Value) -> Self {
        let mut changed = self.clone();
        changed.0.insert(owner.clone(), Document::new(value));
        changed
    }
}

impl Document {
    fn parse(text: &str) -> Self {
        Self::new(serde_json::from_str(text).expect("a stored policy is JSON"))
    }

    fn new(value: Value) -> Self {
        let parsed = Arc::new(Policy::read(&value).expect("a stored policy is evaluated"));
        Self { value, parsed }
    }
}

impl Source for Policies {
    fn of_role(&self, name: &str) -> Option<Vec<Arc<Policy>>> {
        let documents = self.0.iter().filter(|(owner, _)| match owner {
            Owner::Role(role, _) => role == name,
            _ => false,
        });
        Some(
            documents
                .map(|(_, document)| document.parsed.clone())
                .collect(),
        )
    }

    fn trust(&self, name: &str) -> Option<Arc<Policy>> {
        let document = self.0.get(&Owner::Trust(name.to_owned()))?;
        Some(document.parsed.clone())
    }

    fn of_resource(&self, arn: &str) -> Option<Arc<Policy>> {
        let owner = iam::owner_of(arn).to_owned();
        let document = self.0.get(&Owner::Resource(owner))?;
        Some(document.parsed.clone())
    }
}
