//! What was done to a variant, as stored: one document for each resource, newest last. It outlives the target.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::decision::Bounds;
use super::resource::{DIMENSION, NAMESPACE, Resource};
use local_core::Cloud;
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;

pub const ACTIVITIES: Table<Vec<Activity>> = Table::new("application-autoscaling/activities");

/// Of one resource. AWS keeps them for six weeks.
const MOST: usize = 100;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    pub id: String,
    pub cause: String,
    /// What a scheduled action made of the target; the instances are as before then.
    #[serde(default)]
    pub bounds: Option<Bounds>,
    /// Instances before and after.
    pub from: u32,
    pub to: u32,
    pub started: Timestamp,
    pub ended: Option<Timestamp>,
    pub status: Status,
    pub message: String,
}

/// As `ScalingActivityStatusCode`, so far as there is something to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    InProgress,
    Successful,
    /// Another request changed the variant meanwhile.
    Overridden,
    Failed,
}

impl Activity {
    /// Of a change that was asked for, or that could not be.
    pub fn new(
        cloud: &Cloud,
        cause: String,
        (from, to): (u32, u32),
        asked: &Result<(), AwsError>,
    ) -> Self {
        let now = Timestamp::now(&cloud.world);
        let mut activity = Self {
            id: cloud.world.dice("application-autoscaling/activity").uuid(),
            cause,
            bounds: None,
            from,
            to,
            started: now,
            ended: None,
            status: Status::InProgress,
            message: format!(
                "Successfully set desired instance count to {to}. Waiting for change to be fulfilled by sagemaker."
            ),
        };
        if let Err(error) = asked {
            let message = format!(
                "Failed to set desired instance count to {to}. Reason: {} (Service: AmazonSageMaker; Status Code: {}; \
                 Error Code: {})",
                error.message, error.status, error.code
            );
            activity.end(now, Status::Failed, message);
        }
        activity
    }

    /// Of a scheduled action that was due.
    pub fn scheduled(cloud: &Cloud, name: &str, bounds: Bounds) -> Self {
        let cause = format!("scheduled action name {name} was triggered");
        let mut activity = Self {
            bounds: Some(bounds),
            ..Self::new(cloud, cause, (0, 0), &Ok(()))
        };
        let Bounds { min, max } = bounds;
        let message = format!("Successfully set min capacity to {min} and max capacity to {max}");
        activity.end(activity.started, Status::Successful, message);
        activity
    }

    fn end(&mut self, now: Timestamp, status: Status, message: String) {
        self.ended = Some(now);
        self.status = status;
        self.message = message;
    }

    /// The change is over; the variant has this many instances now, none where it is gone.
    pub fn settle(&mut self, now: Timestamp, instances: Option<u32>) {
        let to = self.to;
        let (status, message) = match instances {
            Some(count) if count == to => (
                Status::Successful,
                format!(
                    "Successfully set desired instance count to {to}. Change successfully fulfilled by sagemaker."
                ),
            ),
            Some(count) if count == self.from => (
                Status::Failed,
                format!(
                    "Failed to set desired instance count to {to}. Reason: the endpoint went back to {count}."
                ),
            ),
            Some(count) => (
                Status::Overridden,
                format!("The desired instance count was set to {count} meanwhile."),
            ),
            None => (
                Status::Failed,
                "The variant was deleted meanwhile.".to_owned(),
            ),
        };
        self.end(now, status, message);
    }

    /// More instances, or fewer.
    pub fn change(&self) -> Ordering {
        self.to.cmp(&self.from)
    }

    pub fn described(&self, resource: &Resource) -> Value {
        json!({
            "ActivityId": self.id,
            "ServiceNamespace": NAMESPACE,
            "ResourceId": resource.id(),
            "ScalableDimension": DIMENSION,
            "Description": match self.bounds {
                Some(Bounds { min, max }) => format!("Setting min capacity to {min} and max capacity to {max}"),
                None => format!("Setting desired instance count to {}.", self.to),
            },
            "Cause": self.cause,
            "StartTime": self.started.seconds(),
            "EndTime": self.ended.map(Timestamp::seconds),
            "StatusCode": self.status,
            "StatusMessage": self.message,
        })
    }
}

/// The last one, while its change is not over. A variant has one change at a time.
pub fn under_way(activities: &[Activity]) -> Option<&Activity> {
    activities.last().filter(|last| last.ended.is_none())
}

pub fn of(tx: &Tx, region: &str, resource: &Resource) -> Vec<Activity> {
    ACTIVITIES
        .get(tx, region, &resource.id())
        .unwrap_or_default()
}

pub fn put(tx: &Tx, region: &str, resource: &Resource, mut activities: Vec<Activity>) {
    let old = activities.len().saturating_sub(MOST);
    activities.drain(..old);
    ACTIVITIES.put(tx, region, &resource.id(), &activities);
}
