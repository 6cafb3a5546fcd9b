//! Classifies a batch and starts human loops within the budget.
