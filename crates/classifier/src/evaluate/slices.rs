//! The challenger on parts of the test rows: where a good mean hides a bad category.

use std::collections::BTreeMap;

use contracts::dataset::{DatasetManifest, PreparedRow};
use contracts::evaluation::{Interval, SliceScores};
use policy::intervals::{self, Recall, wilson};

use super::answers::{Answer, Answers};

/// With fewer rows a share's interval is wider than ±0.18 at one half: it says next to nothing.
const SMALL: usize = 30;

/// Slices listed, the largest first.
const LISTED: usize = 50;

/// By the dataset's category column, over the rows at these places that have a category.
pub fn by_category(
    rows: &[PreparedRow],
    places: &[usize],
    answers: &Answers,
    manifest: &DatasetManifest,
) -> Vec<SliceScores> {
    let column = manifest.mapping.category_column.as_deref();
    let mut slices: BTreeMap<&str, Vec<&Answer>> = BTreeMap::new();
    for place in places {
        if let Some(category) = &rows[*place].category {
            slices
                .entry(category)
                .or_default()
                .push(&answers.rows[*place]);
        }
    }
    let all = Right::of(places.iter().map(|place| &answers.rows[*place]));
    let mut scored: Vec<SliceScores> = slices
        .into_iter()
        .map(|(value, answers)| SliceScores {
            column: column.unwrap_or("category").to_owned(),
            value: value.to_owned(),
            ..scores(&answers, all, manifest.labels.len())
        })
        .collect();
    scored.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.value.cmp(&b.value)));
    scored.truncate(LISTED);
    scored
}

/// Right answers among rows.
#[derive(Clone, Copy)]
struct Right {
    right: u64,
    rows: u64,
}

impl Right {
    fn of<'a>(answers: impl Iterator<Item = &'a Answer>) -> Right {
        let mut counted = Right { right: 0, rows: 0 };
        for answer in answers {
            counted.rows += 1;
            counted.right += u64::from(answer.is_right());
        }
        counted
    }

    fn share(self) -> f64 {
        self.right as f64 / self.rows.max(1) as f64
    }
}

fn scores(answers: &[&Answer], all: Right, classes: usize) -> SliceScores {
    let inside = Right::of(answers.iter().copied());
    let others = Right {
        right: all.right - inside.right,
        rows: all.rows - inside.rows,
    };
    let mut recalls = vec![Recall { right: 0, rows: 0 }; classes];
    for answer in answers {
        recalls[answer.truth].rows += 1;
        recalls[answer.truth].right += u64::from(answer.is_right());
    }
    let support = recalls.iter().map(|recall| recall.rows).collect();
    let (balanced_accuracy, balanced_accuracy_interval) = intervals::balanced_accuracy(&recalls);
    let (accuracy_difference, accuracy_difference_interval) = difference(inside, others);
    SliceScores {
        column: String::new(),
        value: String::new(),
        rows: inside.rows,
        small: answers.len() < SMALL,
        accuracy: inside.share(),
        accuracy_interval: wilson(inside.right, inside.rows),
        balanced_accuracy,
        balanced_accuracy_interval,
        accuracy_difference,
        accuracy_difference_interval,
        support,
    }
}

/// Newcombe's hybrid score interval for the difference of two independent shares (Statistics in
/// Medicine 17, 1998, 873-890, method 10).
fn difference(first: Right, second: Right) -> (f64, Interval) {
    if first.rows == 0 || second.rows == 0 {
        return (
            0.0,
            Interval {
                low: -1.0,
                high: 1.0,
            },
        );
    }
    let (p1, p2) = (first.share(), second.share());
    let (i1, i2) = (
        wilson(first.right, first.rows),
        wilson(second.right, second.rows),
    );
    let value = p1 - p2;
    let interval = Interval {
        low: value - (p1 - i1.low).hypot(i2.high - p2),
        high: value + (i1.high - p1).hypot(p2 - i2.low),
    };
    (value, interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_of_shares_gives_newcombes_worked_examples() {
        // Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
        for (first, second, low, high) in [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((10, 10), (0, 10), 0.6075, 1.0),
        ] {
            let right = |(right, rows)| Right { right, rows };
            let (_, interval) = difference(right(first), right(second));
            assert!((interval.low - low).abs() < 5e-5, "{interval:?}");
            assert!((interval.high - high).abs() < 5e-5, "{interval:?}");
        }
    }
}
