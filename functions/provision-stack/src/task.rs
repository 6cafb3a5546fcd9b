//! The limits of a reviewer's task.

/// One answer is enough to begin with.
pub const COUNT: i32 = 1;
/// The portal gives a task back after an hour.
pub const TIME_LIMIT_SECONDS: i32 = 3600;
/// A loop expires after three days, to be asked again.
pub const AVAILABILITY_SECONDS: i32 = 3 * 24 * 3600;
