//! The time, as the SDK's configuration gives it.

use std::time::Duration;

use anyhow::{Context, Result};
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::SharedTimeSource;
use aws_types::SdkConfig;
use contracts::task::Moment;
use time::OffsetDateTime;
use time::format_description::FormatItem;
use time::macros::format_description;

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

    /// The same, as tasks have it.
    pub fn moment(&self) -> Moment {
        let now = self.now();
        Moment(now.unix_timestamp() * 1000 + i64::from(now.millisecond()))
    }

    pub async fn sleep(&self, duration: Duration) {
        self.sleep_impl.sleep(duration).await;
    }
}

/// As A2I writes times: `2026-11-14T17:37:36.740Z`.
const MILLISECONDS: &[FormatItem] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

pub fn rfc3339(moment: Moment) -> Result<String> {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(moment.0) * 1_000_000);
    let time = time.with_context(|| format!("{} milliseconds since 1970", moment.0))?;
    Ok(time.format(MILLISECONDS)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_a2i_writes_times() {
        let written = |milliseconds| rfc3339(Moment(milliseconds));
        assert_eq!(
            written(1_794_678_225_040).unwrap(),
            "2026-11-14T17:43:45.040Z"
        );
        assert!(written(i64::MAX).is_err());
    }
}
