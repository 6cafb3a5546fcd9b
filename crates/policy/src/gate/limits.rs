//! How good is good enough.

/// What the gate asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    pub minimum_test_rows: u64,
    /// The lower bound of balanced accuracy must exceed chance by this much.
    pub balanced_accuracy_margin: f64,
    /// For each class.
    pub minimum_recall: f64,
    /// How much worse than the champion is still "not worse".
    pub non_inferiority_margin: f64,
}

impl Default for Gate {
    /// 300 rows bound a share to about ±0.057; chance + 0.10 is a model that learnt something;
    /// a recall under 0.30 is a class given up; 0.02 is less than two labs' runs differ by.
    fn default() -> Self {
        Self {
            minimum_test_rows: 300,
            balanced_accuracy_margin: 0.10,
            minimum_recall: 0.30,
            non_inferiority_margin: 0.02,
        }
    }
}
