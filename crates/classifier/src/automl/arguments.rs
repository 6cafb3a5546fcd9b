//! What analyze is told.

#[derive(clap::Args, Clone, Debug)]
pub struct Arguments {
    /// The column to be predicted.
    #[arg(long)]
    pub target: String,
    /// `BinaryClassification` or `MulticlassClassification`; by default the number of labels decides.
    #[arg(long)]
    pub problem_type: Option<String>,
    /// `Accuracy`, `BalancedAccuracy`, `F1` or `F1macro`.
    #[arg(long)]
    pub objective: Option<String>,
    /// The columns that are learnt from, separated by commas; by default all.
    #[arg(long)]
    pub features: Option<String>,
    /// The share of the rows that judge, where no input `validation` has them.
    #[arg(long, default_value_t = 0.2)]
    pub validation_fraction: f64,
}
