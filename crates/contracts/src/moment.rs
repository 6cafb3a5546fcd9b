//! A time in a stored object.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970, UTC: what A2I's shapes tell of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);
