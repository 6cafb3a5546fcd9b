//! An EventBridge event before the bus gives it an id and an account.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// `aws.s3`, `aws.sagemaker`.
    pub source: String,
    pub detail_type: String,
    pub region: String,
    /// ARNs of what the event is about.
    pub resources: Vec<String>,
    pub detail: Value,
    #[serde(with = "time::serde::rfc3339")]
    pub time: OffsetDateTime,
}

impl Event {
    /// The event as rules match it and targets get it.
    pub fn envelope(&self, id: &str, account: &str) -> Value {
        // EventBridge's `time` has whole seconds.
        let time = self
            .time
            .replace_nanosecond(0)
            .expect("zero nanoseconds are in range");
        json!({
            "version": "0",
            "id": id,
            "detail-type": self.detail_type,
            "source": self.source,
            "account": account,
            "time": time.format(&Rfc3339).expect("a UTC time of this era has an RFC 3339 form"),
            "region": self.region,
            "resources": self.resources,
            "detail": self.detail,
        })
    }
}
