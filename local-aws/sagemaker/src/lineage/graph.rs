//! Entities by their ARN, and the associations between them.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::entity::{Association, AssociationType, Entity, LineageType};
use local_core::Cloud;
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;

/// The kind of an artifact that no one knows more of.
pub const DATA_SET: &str = "DataSet";
pub const IMAGE: &str = "Image";
pub const MODEL: &str = "Model";

pub struct Graph<'a> {
    pub cloud: &'a Cloud,
    pub region: &'a str,
    entities: BTreeMap<String, Entity>,
    /// Two entities have one association at most, as on AWS.
    associations: BTreeMap<(String, String), Association>,
}

impl<'a> Graph<'a> {
    pub fn new(cloud: &'a Cloud, region: &'a str) -> Self {
        Graph {
            cloud,
            region,
            entities: BTreeMap::new(),
            associations: BTreeMap::new(),
        }
    }

    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.entities.values()
    }

    pub fn associations(&self) -> impl Iterator<Item = &Association> {
        self.associations.values()
    }

    pub fn get(&self, arn: &str) -> Option<&Entity> {
        self.entities.get(arn)
    }

    pub fn required(&self, arn: &str) -> Result<&Entity, AwsError> {
        self.get(arn).ok_or_else(|| {
            let message = format!("The lineage entity {arn} does not exist.");
            AwsError::new(400, "ResourceNotFound", message)
        })
    }

    pub fn arn(&self, lineage_type: LineageType, name: &str) -> String {
        let resource = format!("{}/{name}", lineage_type.resource());
        self.cloud.arn("sagemaker", self.region, &resource)
    }

    /// An entity of that name; what it is and stands for is the caller's to say.
    pub fn named(&self, lineage_type: LineageType, name: &str, created: Timestamp) -> Entity {
        Entity {
            lineage_type,
            arn: self.arn(lineage_type, name),
            name: Some(name.to_owned()),
            kind: String::new(),
            source: String::new(),
            created,
            modified: created,
            properties: BTreeMap::new(),
            summary: Value::Null,
            described: Value::Null,
        }
    }

    pub fn add(&mut self, entity: Entity) -> String {
        let arn = entity.arn.clone();
        self.entities.insert(arn.clone(), entity);
        arn
    }

    /// The artifact of a URI; its ARN. There is one for each, so its ARN is made of the URI alone: what is a
    /// data set to one job is the model of another, and is called a model then.
    pub fn artifact(&mut self, uri: &str, kind: &str, created: Timestamp) -> String {
        let digest = HEXLOWER.encode(&Sha256::digest(uri));
        let named = self.named(LineageType::Artifact, &digest[..32], created);
        let arn = named.arn.clone();
        let entity = self.entities.entry(arn.clone()).or_insert(Entity {
            name: None,
            kind: kind.to_owned(),
            source: uri.to_owned(),
            ..named
        });
        if kind != DATA_SET {
            kind.clone_into(&mut entity.kind);
        }
        entity.created = entity.created.min(created);
        entity.modified = entity.created;
        arn
    }

    /// Members that Describe of an artifact has besides.
    pub fn describe(&mut self, arn: &str, described: Value) {
        if let Some(entity) = self.entities.get_mut(arn) {
            entity.described = described;
        }
    }

    pub fn associate(
        &mut self,
        source: &str,
        kind: AssociationType,
        destination: &str,
        created: Timestamp,
    ) {
        let ends = (source.to_owned(), destination.to_owned());
        self.associations.entry(ends).or_insert(Association {
            source: source.to_owned(),
            destination: destination.to_owned(),
            kind,
            created,
        });
    }
}
