//! CreateFeatureGroup.

use serde::Deserialize;
use serde_json::json;

use super::catalogue::{self, CATALOG, DATABASE};
use super::config::{DataCatalogConfig, OfflineStoreConfig, OnlineStoreConfig};
use super::error::Refusal;
use super::feature::{Feature, FeatureType, check_names};
use super::group::{FeatureGroup, GROUPS, RESOURCE};
use super::status::Status;
use super::turn::turn;
use local_core::tags::{self, Tag};
use local_core::timestamp::Timestamp;
use local_core::wire::permission::Caller;
use local_core::wire::{AwsError, Reply};
use local_core::{ACCOUNT, Call, names};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    feature_group_name: String,
    record_identifier_feature_name: String,
    event_time_feature_name: String,
    feature_definitions: Vec<Feature>,
    online_store_config: Option<OnlineStoreConfig>,
    offline_store_config: Option<OfflineStoreConfig>,
    role_arn: Option<String>,
    description: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    request.check().map_err(Refusal::of_control)?;
    let given = request.tags.clone();
    let mut group = request.group(&call);
    call.cloud.store.write(|tx| {
        if GROUPS.contains(tx, &call.region, &group.name) {
            let message = format!(
                "Resource Already Exists: FeatureGroup with name {} already exists. Choose a different name.",
                group.name
            );
            return Err(AwsError::new(400, "ResourceInUse", message));
        }
        catalogue::create(Caller::of(&call), tx, &group)?;
        tags::create(tx, &group.arn, &given);
        turn((&call.cloud, tx), &call.region, &mut group);
        Ok(json!({ "FeatureGroupArn": group.arn }))
    })
}

impl CreateRequest {
    fn check(&self) -> Result<(), Refusal> {
        check_names(&self.feature_definitions)?;
        let kind = |name: &str, role: &str| {
            let mut features = self.feature_definitions.iter();
            let found = features.find(|feature| feature.name == name);
            found.map(|feature| feature.kind).ok_or_else(|| {
                Refusal::invalid(format!(
                    "{role} {name} is not among the feature definitions"
                ))
            })
        };
        let identifier = &self.record_identifier_feature_name;
        kind(identifier, "RecordIdentifierFeatureName")?;
        let event_time = &self.event_time_feature_name;
        if kind(event_time, "EventTimeFeatureName")? == FeatureType::Integral {
            return Err(Refusal::invalid(format!(
                "The event time feature {event_time} must be of type String or Fractional"
            )));
        }
        let online = self.online_store_config.as_ref();
        let offline = self.offline_store_config.as_ref();
        if offline.is_none() && !online.is_some_and(OnlineStoreConfig::is_enabled) {
            return Err(Refusal::invalid(
                "A feature group has an online store, an offline store or both",
            ));
        }
        offline.map_or(Ok(()), |offline| self.check_offline(offline))
    }

    fn check_offline(&self, offline: &OfflineStoreConfig) -> Result<(), Refusal> {
        let uri = &offline.s3_storage_config.s3_uri;
        if local_s3::parse_uri(uri).is_none() {
            return Err(Refusal::invalid(format!("{uri} is not an s3:// URI")));
        }
        if self.role_arn.is_none() {
            return Err(Refusal::invalid(
                "RoleArn is required where OfflineStoreConfig is given",
            ));
        }
        match &offline.data_catalog_config {
            Some(config) if config.catalog != CATALOG => Err(Refusal::invalid(format!(
                "The only catalog is {CATALOG}, not {}",
                config.catalog
            ))),
            _ => Ok(()),
        }
    }

    fn group(self, call: &Call) -> FeatureGroup {
        let name = self.feature_group_name;
        let now = Timestamp::now(&call.cloud.world);
        let offline = self.offline_store_config;
        FeatureGroup {
            arn: names::arn(call, RESOURCE, &name),
            status: Status::Creating,
            failure_reason: None,
            blocked: None,
            identifier: self.record_identifier_feature_name,
            event_time: self.event_time_feature_name,
            features: self.feature_definitions,
            online: self.online_store_config,
            offline: offline.map(|store| resolved(store, &name, (&call.region, now))),
            role_arn: self.role_arn,
            description: self.description,
            created: now,
            modified: now,
            is_updated: false,
            name,
        }
    }
}

/// With what AWS adds: where the rows lie, and the table's name where the request gives none.
fn resolved(
    mut store: OfflineStoreConfig,
    name: &str,
    (region, now): (&str, Timestamp),
) -> OfflineStoreConfig {
    let epoch = now.time().unix_timestamp();
    let base = store.s3_storage_config.s3_uri.trim_end_matches('/');
    store.s3_storage_config.resolved_output_s3_uri = Some(format!(
        "{base}/{ACCOUNT}/sagemaker/{region}/offline-store/{name}-{epoch}/data"
    ));
    store.disable_glue_table_creation = Some(!store.makes_table());
    if store.makes_table() && store.data_catalog_config.is_none() {
        let table_name = format!("{}_{epoch}", name.to_lowercase().replace('-', "_"));
        store.data_catalog_config = Some(DataCatalogConfig {
            table_name,
            catalog: CATALOG.to_owned(),
            database: DATABASE.to_owned(),
        });
    }
    store
}
