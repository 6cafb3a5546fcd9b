//! A scalable target with its policy and its scheduled actions, as stored.

use serde::{Deserialize, Serialize};

use super::alarms;
use super::decision::Bounds;
use super::resource::Resource;
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;
use local_core::{ACCOUNT, Cloud};
use local_sagemaker::scaling;

/// By the resource's ID. One whose variant is gone is on its way out: [`get`] and [`list`] leave it out.
pub const TARGETS: Table<Target> = Table::new("application-autoscaling/target");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    pub id: String,
    pub resource: Resource,
    pub bounds: Bounds,
    pub created: Timestamp,
    /// There is one metric that a policy can follow, and a target has one policy for a metric.
    pub policy: Option<Policy>,
    #[serde(default)]
    pub scheduled: Vec<Action>,
}

/// A scheduled action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    pub id: String,
    pub name: String,
    pub expression: String,
    pub bounds: NewBounds,
    pub created: Timestamp,
    /// Until when nothing is due any more.
    pub seen: Timestamp,
}

/// As `ScalableTargetAction`: what is not given stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NewBounds {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_capacity: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_capacity: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    pub id: String,
    pub name: String,
    pub configuration: Configuration,
    pub created: Timestamp,
    pub alarms: alarms::Names,
}

/// As `TargetTrackingScalingPolicyConfiguration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Configuration {
    pub target_value: f64,
    pub predefined_metric_specification: Option<PredefinedMetric>,
    /// Seconds, as the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_out_cooldown: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_in_cooldown: Option<i64>,
    #[serde(default)]
    pub disable_scale_in: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PredefinedMetric {
    pub predefined_metric_type: String,
}

impl Target {
    pub fn arn(&self, cloud: &Cloud, region: &str) -> String {
        let resource = format!("scalable-target/{}", self.id);
        cloud.arn("application-autoscaling", region, &resource)
    }
}

impl Action {
    pub fn arn(&self, region: &str, resource: &Resource) -> String {
        let (id, name, resource) = (&self.id, &self.name, resource.id());
        format!(
            "arn:aws:autoscaling:{region}:{ACCOUNT}:scheduledAction:{id}:resource/sagemaker/{resource}:\
             scheduledActionName/{name}"
        )
    }
}

impl NewBounds {
    pub fn check(self) -> Result<(), AwsError> {
        let Self {
            min_capacity,
            max_capacity,
        } = self;
        let refused = match (min_capacity, max_capacity) {
            (None, None) => "MinCapacity or MaxCapacity must be given",
            (Some(0), _) => "The minimum capacity of a variant must be greater than or equal to 1",
            (Some(min), Some(max)) if max < min => {
                "Maximum capacity cannot be less than minimum capacity"
            }
            _ => return Ok(()),
        };
        Err(AwsError::validation(refused))
    }

    /// One that is given alone moves the other where they would cross.
    pub fn on(self, before: Bounds) -> Bounds {
        let min = self.min_capacity.unwrap_or(before.min);
        let max = self.max_capacity.unwrap_or(before.max);
        match self.max_capacity {
            Some(max) => Bounds {
                min: min.min(max),
                max,
            },
            None => Bounds {
                min,
                max: max.max(min),
            },
        }
    }
}

impl Policy {
    pub fn arn(&self, region: &str, resource: &Resource) -> String {
        let (id, name, resource) = (&self.id, &self.name, resource.id());
        format!(
            "arn:aws:autoscaling:{region}:{ACCOUNT}:scalingPolicy:{id}:resource/sagemaker/{resource}:policyName/{name}"
        )
    }
}

/// A target whose variant is there.
pub fn get(tx: &Tx, region: &str, resource: &Resource) -> Option<Target> {
    let target = TARGETS.get(tx, region, &resource.id())?;
    is_registered(tx, region, &target).then_some(target)
}

/// Those whose variants are there, in the order of their resources' IDs.
pub fn list(tx: &Tx, region: &str) -> Vec<Target> {
    let targets = TARGETS.list(tx, region).into_iter();
    let targets = targets.map(|(_, target)| target);
    targets
        .filter(|target| is_registered(tx, region, target))
        .collect()
}

/// Whether SageMaker knows it: an endpoint that was deleted has taken its targets with it.
pub fn is_registered(tx: &Tx, region: &str, target: &Target) -> bool {
    let resource = &target.resource;
    let registered = scaling::registered(tx, region, &resource.endpoint, &resource.variant);
    registered.is_some_and(|id| id == target.id)
}

/// Takes the target away with its policy and the policy's alarms.
pub fn remove(tx: &Tx, region: &str, target: &Target) {
    if let Some(policy) = &target.policy {
        alarms::remove(tx, region, &policy.alarms);
    }
    if is_registered(tx, region, target) {
        let resource = &target.resource;
        scaling::deregister(tx, region, &resource.endpoint, &resource.variant);
    }
    TARGETS.delete(tx, region, &target.resource.id());
}
