//! A moment as SageMaker's documents keep it, and the three spellings it has on the wire.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::world::World;

/// Milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    pub fn now(world: &World) -> Timestamp {
        Timestamp::from(world.now())
    }

    pub fn time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .expect("a clock's milliseconds are in range")
    }

    /// In responses: seconds with a fraction.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// In events of jobs and endpoints.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// In events of pipelines and packages: RFC 3339, whole seconds.
    pub fn iso(self) -> String {
        OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000))
            .expect("a clock's seconds are in range")
            .format(&Rfc3339)
            .expect("a UTC time of this era has an RFC 3339 form")
    }

    pub fn plus_seconds(self, seconds: f64) -> Timestamp {
        // Waits are minutes or hours: far inside an i64.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "bounded by the policies' limits"
        )]
        let millis = (seconds * 1000.0) as i64;
        Timestamp(self.0.saturating_add(millis))
    }

    pub fn seconds_since(self, earlier: Timestamp) -> f64 {
        (self.0 - earlier.0) as f64 / 1000.0
    }
}

impl From<OffsetDateTime> for Timestamp {
    fn from(time: OffsetDateTime) -> Timestamp {
        let millis = time.unix_timestamp_nanos() / 1_000_000;
        Timestamp(i64::try_from(millis).expect("milliseconds of this era fit"))
    }
}
