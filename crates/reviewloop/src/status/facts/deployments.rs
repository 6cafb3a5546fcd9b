//! What was asked of the endpoint, and what should be.

use std::collections::BTreeSet;

use contracts::deployment::{Deployment, Pin};
use contracts::{keys, names};
use policy::desired;

use crate::account::Account;
use crate::evidence::Endpoint;

/// Deployments further back explain nothing about now.
pub const DEPLOYMENTS: usize = 5;

/// With which the desired version is to be served by the present settings; `None` where these cannot be read.
pub async fn desired_config(
    account: &Account,
    approved: &[desired::Package],
    pin: Option<&Pin>,
) -> Option<String> {
    let desired = desired::version(approved, pin);
    let (hosting, role) = account.hosting().await?;
    let endpoint = names::endpoint(&account.stack);
    Some(hosting.endpoint_config(&endpoint, &desired.package()?.arn, &role))
}

/// The records of the endpoint's own config and of the desired one, and those written last.
pub async fn deployments(
    account: &Account,
    endpoint: Option<&Endpoint>,
    desired_config: Option<&str>,
) -> anyhow::Result<Vec<Deployment>> {
    let newest = account.newest_keys(keys::DEPLOYMENTS, DEPLOYMENTS).await?;
    let mut wanted: BTreeSet<String> = newest.into_iter().collect();
    wanted.extend(endpoint.map(|endpoint| keys::deployment(&endpoint.config)));
    wanted.extend(desired_config.map(keys::deployment));
    let mut deployments = Vec::new();
    for key in wanted {
        deployments.extend(account.object::<Deployment>(&key).await?);
    }
    Ok(deployments)
}
