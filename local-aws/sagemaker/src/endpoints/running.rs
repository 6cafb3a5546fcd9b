//! The invocations under way of serverless variants, which are bounded.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::state::Endpoint;
use super::variant::Variant;
use local_core::Call;
use local_core::wire::AwsError;

/// How many are under way, by endpoint's ARN and variant.
#[derive(Default)]
struct Running(Mutex<HashMap<Key, u32>>);

type Key = (String, String);

/// One invocation, until it is answered.
pub struct Invocation {
    running: Arc<Running>,
    key: Key,
}

/// Begins an invocation; `None` where the variant has no bound. An invocation beyond a serverless
/// variant's bound is throttled, as the API reference's common errors have it: status 400.
pub fn begin(
    call: &Call,
    endpoint: &Endpoint,
    variant: &Variant,
) -> Result<Option<Invocation>, AwsError> {
    let Some(config) = &variant.serverless else {
        return Ok(None);
    };
    let running = call.cloud.memory::<Running>();
    let key = (endpoint.arn.clone(), variant.name.clone());
    {
        let mut counts = running.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key.clone()).or_default();
        if *count >= config.max_concurrency {
            return Err(AwsError::new(400, "ThrottlingException", "Rate exceeded"));
        }
        *count += 1;
    }
    Ok(Some(Invocation { running, key }))
}

impl Drop for Invocation {
    fn drop(&mut self) {
        let mut counts = self
            .running
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
    }
}
