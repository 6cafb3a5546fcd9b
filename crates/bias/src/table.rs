//! A facet's counts by value and group.

use crate::column::{Kind, Side};
use crate::rows::{Rows, Split};

/// Combinations of a facet's values with groups that are counted.
pub(crate) const MAXIMUM_CELLS: usize = 100_000;

/// Counts by side of the label and of the predicted label: what is positive is known in the end.
type Sides = [[f64; 3]; 3];

/// Counts while the rows come by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cells {
    /// By bucket of the facet's value and by group.
    buckets: Vec<Vec<Sides>>,
    cells: usize,
}

impl Cells {
    /// False if there are too many combinations.
    pub fn add(
        &mut self,
        (bucket, group): (usize, usize),
        sides: (Side, Side),
        weight: f64,
    ) -> bool {
        if self.buckets.len() <= bucket {
            self.buckets.resize_with(bucket + 1, Vec::new);
        }
        let groups = &mut self.buckets[bucket];
        if groups.len() <= group {
            self.cells += group + 1 - groups.len();
            if self.cells > MAXIMUM_CELLS {
                return false;
            }
            groups.resize(group + 1, Sides::default());
        }
        groups[group][sides.0 as usize][sides.1 as usize] += weight;
        true
    }

    pub fn groups(&self) -> usize {
        self.buckets.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// A bucket's rows by group.
    pub fn rows(&self, bucket: usize, label: Kind, predicted: Kind) -> Vec<Rows> {
        const SIDES: [Side; 3] = [Side::Other, Side::Equal, Side::Above];
        let mut counted = vec![Rows::default(); self.groups()];
        let cells = self.buckets.get(bucket).into_iter().flatten();
        for (rows, sides) in counted.iter_mut().zip(cells) {
            for (side, by_predicted) in SIDES.iter().zip(sides) {
                for (predicted_side, count) in SIDES.iter().zip(by_predicted) {
                    *rows.place(label.has(*side), predicted.has(*predicted_side)) += count;
                }
            }
        }
        counted
    }

    pub fn clear(&mut self) {
        *self = Cells::default();
    }
}

/// A facet: its values in the order in which they came, and the rows that have none of them.
#[derive(Debug, Clone, PartialEq)]
pub struct FacetTable {
    pub name: String,
    /// Each value's name and its rows by group.
    pub values: Vec<(String, Vec<Rows>)>,
    /// All other rows, by group.
    pub rest: Vec<Rows>,
    /// Whether the groups are a group variable's; else there is one that holds all rows.
    pub is_grouped: bool,
}

impl FacetTable {
    pub fn all(&self) -> Vec<Rows> {
        let mut all = self.rest.clone();
        for (_, groups) in &self.values {
            all.iter_mut()
                .zip(groups)
                .for_each(|(all, rows)| *all += *rows);
        }
        all
    }

    /// Each value beside all other rows.
    pub fn splits(&self) -> impl Iterator<Item = (&str, Split)> {
        let all = self.all();
        self.values
            .iter()
            .map(move |(name, groups)| (name.as_str(), self.split(&all, groups)))
    }

    pub(crate) fn split(&self, all: &[Rows], groups: &[Rows]) -> Split {
        let pairs = groups
            .iter()
            .zip(all)
            .map(|(facet, all)| (*facet, *all - *facet));
        let (facet, total): (Rows, Rows) =
            (groups.iter().copied().sum(), all.iter().copied().sum());
        Split {
            facet,
            others: total - facet,
            groups: if self.is_grouped {
                pairs.collect()
            } else {
                Vec::new()
            },
        }
    }
}
