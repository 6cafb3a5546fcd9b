//! Why there are no metrics, or not one of them.

/// Why a metric has no value; a sentence.
pub type Undefined = &'static str;

/// A sentence for the person who wrote the configuration; it names the column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("no row has a label")]
    NoRows,
    #[error("the {0} has none of the positive values {1}")]
    NoPositive(String, String),
    #[error("the {0} is a column of numbers: a threshold is wanted, and {1:?} is none")]
    NoThreshold(String, String),
    #[error("the {0} is a column of numbers: give it a threshold")]
    ThresholdMissing(String),
    #[error("the {0} has more than {1} different values: name the values, or use another column")]
    TooManyValues(String, usize),
    #[error("the label holds {0}, but the predicted label holds {1}: they must be of one kind")]
    Kinds(&'static str, &'static str),
    #[error("the {0} has too many combinations with the group variable: at most {1} are counted")]
    TooManyCells(String, usize),
}
