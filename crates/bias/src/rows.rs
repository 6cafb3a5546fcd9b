//! Counts of rows by label and predicted label.

use std::ops::{Add, AddAssign, Sub};

/// Rows by whether their label is positive, and whether their predicted label is. Without predicted labels all are
/// predicted negative. Weighted rows have fractions; whole numbers are exact up to 2^53.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rows {
    pub true_positive: f64,
    pub false_positive: f64,
    pub false_negative: f64,
    pub true_negative: f64,
}

impl Rows {
    pub fn all(&self) -> f64 {
        self.labelled(true) + self.labelled(false)
    }

    /// Rows whose label is positive, or is not.
    pub fn labelled(&self, positive: bool) -> f64 {
        if positive {
            self.true_positive + self.false_negative
        } else {
            self.false_positive + self.true_negative
        }
    }

    /// The same of the predicted label.
    pub fn predicted(&self, positive: bool) -> f64 {
        if positive {
            self.true_positive + self.false_positive
        } else {
            self.false_negative + self.true_negative
        }
    }

    /// The share of positive labels.
    pub fn positive_share(&self) -> f64 {
        self.labelled(true) / self.all()
    }

    pub(crate) fn place(&mut self, label: bool, predicted: bool) -> &mut f64 {
        match (label, predicted) {
            (true, true) => &mut self.true_positive,
            (false, true) => &mut self.false_positive,
            (true, false) => &mut self.false_negative,
            (false, false) => &mut self.true_negative,
        }
    }
}

impl Add for Rows {
    type Output = Rows;

    fn add(self, other: Rows) -> Rows {
        Rows {
            true_positive: self.true_positive + other.true_positive,
            false_positive: self.false_positive + other.false_positive,
            false_negative: self.false_negative + other.false_negative,
            true_negative: self.true_negative + other.true_negative,
        }
    }
}

impl Sub for Rows {
    type Output = Rows;

    fn sub(self, other: Rows) -> Rows {
        Rows {
            true_positive: self.true_positive - other.true_positive,
            false_positive: self.false_positive - other.false_positive,
            false_negative: self.false_negative - other.false_negative,
            true_negative: self.true_negative - other.true_negative,
        }
    }
}

impl AddAssign for Rows {
    fn add_assign(&mut self, other: Rows) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Rows {
    fn sum<I: Iterator<Item = Rows>>(rows: I) -> Rows {
        rows.fold(Rows::default(), Add::add)
    }
}

/// A facet's rows beside all others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Split {
    /// d of the formulas.
    pub facet: Rows,
    /// a of the formulas.
    pub others: Rows,
    /// The same two of each group; empty without a group variable.
    pub groups: Vec<(Rows, Rows)>,
}
