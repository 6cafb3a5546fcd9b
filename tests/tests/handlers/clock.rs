//! The functions have the time of the SDK's configuration.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep, TokioSleep};
use aws_smithy_async::time::StaticTimeSource;
use contracts::keys;
use register_dataset::{Deps, handle};
use time::OffsetDateTime;

use super::datasets::{GOOD, KEY, deps, put, versions};
use super::deployment::{approved, deployer};
use super::refusing;
use super::setup::{Setup, event};

#[tokio::test]
async fn a_function_writes_the_time_of_its_configuration() {
    let setup = Setup::new().await;
    setup.put(KEY, GOOD).await;
    // A signature is valid for a quarter of an hour.
    let given = OffsetDateTime::now_utc() + Duration::from_secs(300);
    let config = setup.of("register-dataset").to_builder();
    let config = config
        .time_source(StaticTimeSource::new(given.into()))
        .build();
    let deps = Deps::new(&config, deps(&setup).config);
    handle(&deps, put(KEY)).await.unwrap();
    let versions = versions(&setup).await;
    assert_eq!(versions[0].created_at, given);
}

/// The pauses of deploy-model where SageMaker does not see yet what was created.
const PAUSES_MILLISECONDS: [u64; 4] = [250, 1_000, 4_000, 16_000];

/// Notes the pauses and does not wait for them. The SDK's own timeouts stay as they are.
#[derive(Debug, Clone, Default)]
struct NoWait(Arc<Mutex<Vec<Duration>>>);

impl AsyncSleep for NoWait {
    fn sleep(&self, duration: Duration) -> Sleep {
        if !PAUSES_MILLISECONDS
            .map(Duration::from_millis)
            .contains(&duration)
        {
            return TokioSleep::new().sleep(duration);
        }
        self.0.lock().unwrap().push(duration);
        Sleep::new(std::future::ready(()))
    }
}

#[tokio::test]
async fn a_function_waits_as_its_configuration_does() {
    let setup = Setup::new().await;
    approved(&setup, false).await;
    let stale = (
        "ValidationException",
        "Could not find endpoint configuration \"arn\".",
    );
    let waits = NoWait::default();
    let config = refusing::config(&setup, "deploy-model", "CreateEndpoint", stale, 4);
    let config = config.to_builder().sleep_impl(waits.clone()).build();
    let deps = deploy_model::Deps::new(&config, deployer(&setup).config);
    let wake = event("model-package-approved", &[]);
    let outcome = deploy_model::handle(&deps, wake).await.unwrap();
    let created = matches!(outcome, deploy_model::Outcome::Creating { .. });
    assert!(created, "{outcome:?}");
    let pauses = PAUSES_MILLISECONDS.map(Duration::from_millis);
    assert_eq!(*waits.0.lock().unwrap(), pauses);
    assert_eq!(setup.keys(keys::DEPLOYMENTS).await.len(), 1);
}
