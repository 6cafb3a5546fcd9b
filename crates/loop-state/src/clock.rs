//! The time, as the SDK's configuration gives it.

use std::time::Duration;

use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::SharedTimeSource;
use aws_types::SdkConfig;
use time::OffsetDateTime;

/// Reads the time and waits through the ports that the SDK's own clients use, so that a function and its
/// requests have the same time. Where the configuration sets none, it is the system's.
#[derive(Debug, Clone)]
pub struct Clock {
    time_source: SharedTimeSource,
    sleep_impl: SharedAsyncSleep,
}

impl Clock {
    pub fn new(aws: &SdkConfig) -> Self {
        let tokio = || SharedAsyncSleep::new(TokioSleep::new());
        Self {
            time_source: aws.time_source().unwrap_or_default(),
            sleep_impl: aws.sleep_impl().unwrap_or_else(tokio),
        }
    }

    /// UTC.
    pub fn now(&self) -> OffsetDateTime {
        self.time_source.now().into()
    }

    pub async fn sleep(&self, duration: Duration) {
        self.sleep_impl.sleep(duration).await;
    }
}
