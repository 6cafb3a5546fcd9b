//! The confusion matrix, rows truth and columns prediction, and what follows from it.

/// Counts of `[truth][prediction]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion(Vec<Vec<u64>>);

impl Confusion {
    pub fn new(classes: usize) -> Confusion {
        Confusion(vec![vec![0; classes]; classes])
    }

    pub fn add(&mut self, truth: usize, prediction: usize) {
        self.0[truth][prediction] += 1;
    }

    pub fn counts(&self) -> &[Vec<u64>] {
        &self.0
    }

    pub fn classes(&self) -> usize {
        self.0.len()
    }

    pub fn rows(&self) -> u64 {
        self.0.iter().flatten().sum()
    }

    /// Rows whose truth is `class`.
    pub fn support(&self, class: usize) -> u64 {
        self.0[class].iter().sum()
    }

    pub fn right(&self, class: usize) -> u64 {
        self.0[class][class]
    }

    pub fn all_right(&self) -> u64 {
        (0..self.classes()).map(|class| self.right(class)).sum()
    }

    pub fn accuracy(&self) -> f64 {
        share(self.all_right(), self.rows())
    }

    /// The mean recall of the classes that occur, as scikit-learn has it; its interval is in `policy::intervals`.
    pub fn balanced_accuracy(&self) -> f64 {
        let occurring = (0..self.classes()).filter(|class| self.support(*class) > 0);
        let recalls: Vec<f64> = occurring.map(|class| self.recall(class)).collect();
        recalls.iter().sum::<f64>() / recalls.len().max(1) as f64
    }

    pub fn recall(&self, class: usize) -> f64 {
        share(self.right(class), self.support(class))
    }

    /// Zero where the class is never predicted, as scikit-learn has it by default.
    pub fn precision(&self, class: usize) -> f64 {
        share(self.right(class), self.predictions(class))
    }

    /// Rows that were predicted to be of `class`.
    pub fn predictions(&self, class: usize) -> u64 {
        self.0.iter().map(|row| row[class]).sum()
    }

    pub fn f1(&self, class: usize) -> f64 {
        self.f_beta(class, 1.0)
    }

    /// Recall counts `beta` times as much as precision; zero where both are.
    pub fn f_beta(&self, class: usize, beta: f64) -> f64 {
        let (precision, recall, square) = (self.precision(class), self.recall(class), beta * beta);
        if precision + recall == 0.0 {
            0.0
        } else {
            (1.0 + square) * precision * recall / (square * precision + recall)
        }
    }

    pub fn macro_f1(&self) -> f64 {
        (0..self.classes()).map(|class| self.f1(class)).sum::<f64>() / self.classes() as f64
    }

    pub fn weighted_recall(&self) -> f64 {
        self.weighted(|class| self.recall(class))
    }

    pub fn weighted_precision(&self) -> f64 {
        self.weighted(|class| self.precision(class))
    }

    pub fn weighted_f_beta(&self, beta: f64) -> f64 {
        self.weighted(|class| self.f_beta(class, beta))
    }

    /// The same rows, always answered by their most frequent class; the first of equals.
    pub fn best_constant_classifier(&self) -> Confusion {
        let mut answer = 0;
        for class in 1..self.classes() {
            if self.support(class) > self.support(answer) {
                answer = class;
            }
        }
        let mut constant = Confusion::new(self.classes());
        for class in 0..self.classes() {
            constant.0[class][answer] = self.support(class);
        }
        constant
    }

    /// The mean of a per-class score, weighted by support.
    fn weighted(&self, score: impl Fn(usize) -> f64) -> f64 {
        let sum: f64 = (0..self.classes())
            .map(|class| score(class) * self.support(class) as f64)
            .sum();
        sum / (self.rows() as f64).max(1.0)
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 1e-12,
            "{found}, expected {expected}"
        );
    }

    #[test]
    fn a_class_without_rows_or_predictions_scores_zero_and_divides_by_nothing() {
        let mut confusion = Confusion::new(3);
        confusion.add(0, 0);
        confusion.add(1, 0);
        close(confusion.precision(2), 0.0);
        close(confusion.recall(2), 0.0);
        close(confusion.f1(2), 0.0);
        close(confusion.balanced_accuracy(), 1.0 / 2.0);
        close(Confusion::new(3).balanced_accuracy(), 0.0);
    }
}
