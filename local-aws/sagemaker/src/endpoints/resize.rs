//! `UpdateEndpointWeightsAndCapacities`: what an endpoint's variants become.

use serde::Deserialize;

use super::state::Endpoint;
use super::variant::Variant;
use crate::endpoint_configs::check_weight;
use local_core::wire::AwsError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DesiredWeightAndCapacity {
    variant_name: String,
    desired_weight: Option<f64>,
    desired_instance_count: Option<u32>,
}

impl Endpoint {
    /// Its variants with the weights and counts that are asked for; what is not named stays as it is.
    pub fn resized(&self, wanted: &[DesiredWeightAndCapacity]) -> Result<Vec<Variant>, AwsError> {
        let mut variants = self.variants.clone();
        for (place, desired) in wanted.iter().enumerate() {
            let name = &desired.variant_name;
            let mut earlier = wanted[..place].iter();
            if earlier.any(|other| &other.variant_name == name) {
                return Err(AwsError::validation(format!(
                    "Duplicate variant name: {name}"
                )));
            }
            let Some(variant) = variants.iter_mut().find(|variant| &variant.name == name) else {
                return Err(AwsError::validation(format!(
                    "The variant name(s) \"{name}\" is/are not present within endpoint configuration \"{}\".",
                    self.config_name
                )));
            };
            desired.check(variant)?;
            variant.weight = desired.desired_weight.unwrap_or(variant.weight);
            variant.instance_count = desired
                .desired_instance_count
                .unwrap_or(variant.instance_count);
        }
        Ok(variants)
    }
}

impl DesiredWeightAndCapacity {
    pub fn instances(variant: &str, count: u32) -> Self {
        Self {
            variant_name: variant.to_owned(),
            desired_weight: None,
            desired_instance_count: Some(count),
        }
    }

    fn check(&self, variant: &Variant) -> Result<(), AwsError> {
        let name = &self.variant_name;
        if self.desired_instance_count.is_some() && variant.serverless.is_some() {
            return Err(AwsError::validation(format!(
                "variant {name} is serverless: it has no instance count"
            )));
        }
        // Inference components alone can be scaled to none, and there are none here.
        if self.desired_instance_count == Some(0) {
            return Err(AwsError::validation(format!(
                "The instance count of variant {name} must be greater than or equal to 1"
            )));
        }
        check_weight(name, self.desired_weight)
    }
}
