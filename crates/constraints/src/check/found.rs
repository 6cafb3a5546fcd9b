//! The file at hand, and what is found in it.

use contracts::constraints::{CheckType, FeatureStatistics};

/// The file at hand, and one feature of it, if it has that.
pub struct File<'s> {
    pub rows: u64,
    pub feature: Option<&'s FeatureStatistics>,
}

pub struct Found {
    pub check: CheckType,
    pub description: String,
    /// Between the shares, the expected one and the file's.
    pub difference: f64,
}
