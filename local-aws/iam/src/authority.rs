//! The answers of a cloud's own rows.

use std::sync::Arc;

use local_core::Cloud;
use local_core::authorization::{Authority, Denial, Question};
use local_core::store::Tx;
use local_core::wire::AwsError;

use crate::document::Policy;
use crate::evaluate::{Decision, Source, decide};
use crate::parsed::Parsed;
use crate::{Role, resource_policy, sentence};

pub struct Policies;

impl Authority for Policies {
    fn decide(&self, cloud: &Cloud, tx: &Tx, question: &Question) -> Result<(), Denial> {
        let rows = Rows {
            tx,
            parsed: cloud.memory::<Parsed>(),
        };
        match decide(&rows, question) {
            Decision::Allowed => Ok(()),
            denied => Err(sentence::denial(question, denied)),
        }
    }

    fn policy(&self, tx: &Tx, resource: &str) -> Option<String> {
        resource_policy::get(tx, resource)
    }

    fn put_policy(&self, tx: &Tx, resource: &str, document: &str) -> Result<(), AwsError> {
        if document.is_empty() {
            resource_policy::remove(tx, resource);
            return Ok(());
        }
        resource_policy::put(tx, resource, document)
    }
}

struct Rows<'a> {
    tx: &'a Tx<'a>,
    parsed: Arc<Parsed>,
}

impl Source for Rows<'_> {
    fn of_role(&self, name: &str) -> Option<Vec<Arc<Policy>>> {
        let role = Role::get(self.tx, name)?;
        let documents = role.documents(self.tx);
        let documents = documents.iter();
        Some(
            documents
                .filter_map(|document| self.parsed.of(document))
                .collect(),
        )
    }

    fn trust(&self, name: &str) -> Option<Arc<Policy>> {
        self.parsed.of(&Role::get(self.tx, name)?.trust)
    }

    fn of_resource(&self, arn: &str) -> Option<Arc<Policy>> {
        self.parsed.of(&resource_policy::get(self.tx, arn)?)
    }
}
