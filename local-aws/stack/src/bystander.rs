//! Types of resources that an account needs and this cloud does not, with the reason.

use serde_json::json;

use super::call::Context;
use super::change::{Change, Provisioned};

pub(super) struct Bystander {
    resource_type: &'static str,
    /// The property that names it; without one it has the stack's name for it.
    name: &'static str,
    /// The resource part of its ARN before the name, and the service.
    arn: Option<(&'static str, &'static str)>,
    pub reason: &'static str,
}

const BYSTANDERS: [Bystander; 2] = [
    Bystander {
        resource_type: "AWS::Logs::LogGroup",
        name: "LogGroupName",
        arn: Some(("logs", "log-group:")),
        reason: "logs are files of the state folder",
    },
    Bystander {
        resource_type: "AWS::CloudWatch::Dashboard",
        name: "DashboardName",
        arn: None,
        reason: "nothing draws it; the metrics that it names are kept",
    },
];

pub(super) fn find(resource_type: &str) -> Option<&'static Bystander> {
    BYSTANDERS
        .iter()
        .find(|bystander| bystander.resource_type == resource_type)
}

impl Bystander {
    pub fn provisioned(&self, context: &Context, change: &Change) -> Provisioned {
        let name = change.name(self.name);
        let Some((service, prefix)) = self.arn else {
            return Provisioned::new(name, []);
        };
        let arn = context.arn(service, &format!("{prefix}{name}"));
        Provisioned::new(name, [("Arn", json!(arn))])
    }
}
