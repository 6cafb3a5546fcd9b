//! Passwords are hashed in turn with those of the portal.

use std::sync::Arc;

use worker_portal::Hashing;

use super::password::Hashed;
use local_core::Cloud;
use local_core::wire::AwsError;

/// Of a password that an administrator sets.
pub async fn hashed(cloud: &Arc<Cloud>, password: String) -> Result<Hashed, AwsError> {
    let world = cloud.world.clone();
    in_turn(cloud, move || Hashed::new(&world, &password)).await
}

/// Hashing takes its time on purpose: it runs on no thread that other requests need.
pub async fn in_turn<T: Send + 'static>(
    cloud: &Cloud,
    hash: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AwsError> {
    let hashing = cloud.memory::<Hashing>();
    let turn = hashing.run(async move { tokio::task::spawn_blocking(hash).await.ok() });
    let hashed = turn.await.flatten();
    hashed.ok_or_else(|| AwsError::internal("a password's hash was not finished"))
}
