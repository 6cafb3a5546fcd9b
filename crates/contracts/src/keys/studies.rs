//! Studies of better hyperparameters, and what their training jobs write.

pub const TUNINGS: &str = "state/tunings/";
/// Between the steps of an execution.
pub const INTERMEDIATE: &str = "intermediate/";

/// `study` is `policy::naming`'s.
pub fn tuning(study: &str) -> String {
    format!("{TUNINGS}{study}.json")
}

/// The studies of a dataset version: their names begin with its number.
pub fn tunings_prefix(version: u32) -> String {
    format!("{TUNINGS}{version}-")
}

/// What the study's training jobs write: it expires as what lies between an execution's steps does.
pub fn study(study: &str) -> String {
    format!("{INTERMEDIATE}studies/{study}/")
}

/// The execution whose prepare step has written the key.
pub fn preparing_execution(key: &str) -> Option<&str> {
    Some(key.strip_prefix(INTERMEDIATE)?.split_once('/')?.0)
}
