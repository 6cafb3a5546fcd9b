//! S3's classic notification: several records, with URL-encoded keys.
//!
//! Each record is received, also where another fails. When any of them fails, the invocation fails
//! after all have been tried, and Lambda sends the whole notification again: uploads that were received
//! are answered from their receipts, so only the failed ones are read. Sending a record without an object's
//! name again does not help: it has an outcome of its own, and reconcile finds the upload by its missing
//! receipt.

use anyhow::{Result, bail};
use aws_lambda_events::s3::{S3Event, S3EventRecord};
use percent_encoding::percent_decode_str;
use tracing::warn;

use crate::{Deps, Outcome, receive};

pub async fn receive(deps: &Deps, notification: S3Event) -> Result<Outcome> {
    let count = notification.records.len();
    let mut outcomes = Vec::new();
    let mut failures = Vec::new();
    for (place, record) in notification.records.iter().enumerate() {
        match named(record) {
            Ok((bucket, key)) => match receive::upload(deps, bucket, key.clone()).await {
                Ok(outcome) => outcomes.push(outcome),
                Err(error) => failures.push(format!("{key}: {}", lambda_main::sentence(&error))),
            },
            Err(reason) => {
                let reason = format!("record {}: {reason}", place + 1);
                warn!(reason, "the record names no upload");
                outcomes.push(Outcome::NamesNoObject { reason });
            }
        }
    }
    if failures.is_empty() {
        return Ok(Outcome::Records { outcomes });
    }
    let failed = failures.len();
    bail!(
        "{failed} of {count} records failed: {}",
        failures.join("; ")
    )
}

/// Bucket and decoded key: a blank is sent as `+`, everything else outside of ASCII's letters as `%XX`.
fn named(record: &S3EventRecord) -> Result<(&str, String), String> {
    let bucket = record.s3.bucket.name.as_deref();
    let key = record.s3.object.key.as_deref();
    let (Some(bucket), Some(key)) = (bucket, key) else {
        return Err("it has no s3.bucket.name or no s3.object.key".to_owned());
    };
    let blanks = key.replace('+', " ");
    match percent_decode_str(&blanks).decode_utf8() {
        Ok(decoded) => Ok((bucket, decoded.into_owned())),
        Err(error) => Err(format!(
            "its key {key:?} is not UTF-8 when decoded: {error}"
        )),
    }
}
