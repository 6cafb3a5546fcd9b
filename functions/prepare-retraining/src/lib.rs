//! Turns enough new labels into the next part of the dataset.
