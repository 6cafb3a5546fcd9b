//! The one endpoint, as DescribeEndpoint tells of it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use policy::deployment::{self, Endpoint};
use policy::hosting::Kind;

use crate::refusal;

/// The endpoint as it was described.
pub struct Described {
    pub status: String,
    config: String,
    pending_config: Option<String>,
    failure_reason: String,
    kind: Option<Kind>,
    /// Those that answer.
    variants: BTreeMap<String, Variant>,
    shadows: BTreeSet<String>,
    /// RFC 3339.
    pub last_modified_time: String,
}

/// A variant as it is now.
struct Variant {
    /// Only the ratio of weights counts.
    weight: f64,
    /// `None` of a serverless one.
    instances: Option<i32>,
}

impl Described {
    /// The share of the requests that a variant answers; `None` where there is no such variant.
    pub fn share(&self, variant: &str) -> Option<f64> {
        let weight = self.variants.get(variant)?.weight;
        let all: f64 = self.variants.values().map(|variant| variant.weight).sum();
        Some(if all > 0.0 { weight / all } else { 0.0 })
    }

    pub fn has_shadow(&self, variant: &str) -> bool {
        self.shadows.contains(variant)
    }

    /// Those that answer.
    pub fn variants(&self) -> impl Iterator<Item = &str> {
        self.variants.keys().map(String::as_str)
    }

    pub fn instances(&self, variant: &str) -> Option<i32> {
        self.variants.get(variant)?.instances
    }

    pub fn view(&self) -> Endpoint<'_> {
        Endpoint {
            status: deployment::status(&self.status),
            config: &self.config,
            pending_config: self.pending_config.as_deref(),
            failure_reason: &self.failure_reason,
            kind: self.kind,
            last_modified_time: &self.last_modified_time,
        }
    }
}

/// `None` where there is no endpoint.
pub async fn describe(
    sagemaker: &aws_sdk_sagemaker::Client,
    name: &str,
) -> Result<Option<Described>> {
    let describe = sagemaker.describe_endpoint().endpoint_name(name);
    let endpoint = match describe.send().await {
        Ok(endpoint) => endpoint,
        Err(error) if refusal::is_missing(&error) => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("describe the endpoint {name}")),
    };
    let variant = endpoint.production_variants().first();
    let kind = variant.map(|variant| match variant.current_serverless_config() {
        Some(_) => Kind::Serverless,
        None => Kind::Instance,
    });
    let variants = endpoint.production_variants().iter().filter_map(|variant| {
        let seen = Variant {
            weight: variant.current_weight().map(f64::from)?,
            instances: variant.current_instance_count(),
        };
        Some((variant.variant_name()?.to_owned(), seen))
    });
    let shadows = endpoint.shadow_production_variants().iter();
    let shadows = shadows.filter_map(|shadow| Some(shadow.variant_name()?.to_owned()));
    Ok(Some(Described {
        kind,
        shadows: shadows.collect(),
        variants: variants.collect(),
        status: endpoint
            .endpoint_status
            .map(|s| s.as_str().to_owned())
            .unwrap_or_default(),
        config: endpoint.endpoint_config_name.unwrap_or_default(),
        pending_config: endpoint
            .pending_deployment_summary
            .and_then(|pending| pending.endpoint_config_name),
        failure_reason: endpoint.failure_reason.unwrap_or_default(),
        last_modified_time: endpoint
            .last_modified_time
            .map(|time| time.to_string())
            .unwrap_or_default(),
    }))
}
