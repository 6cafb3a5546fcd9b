//! Hashes the passwords that administrators set, in turn with those of the portal.

use std::sync::Arc;

use worker_portal::Hashing;

use super::password::Hashed;
use local_core::Cloud;
use local_core::wire::AwsError;

/// Hashing takes its time on purpose: it runs on no thread that other requests need.
pub async fn hashed(cloud: &Arc<Cloud>, password: String) -> Result<Hashed, AwsError> {
    let hashing = cloud.memory::<Hashing>();
    let cloud = cloud.clone();
    let hash = move || Hashed::new(&cloud.world, &password);
    let turn = hashing.run(async move { tokio::task::spawn_blocking(hash).await.ok() });
    let hashed = turn.await.flatten();
    hashed.ok_or_else(|| AwsError::internal("a password's hash was not finished"))
}
