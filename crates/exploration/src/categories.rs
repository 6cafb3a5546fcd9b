//! Rows by the values of one column.

use std::collections::BTreeMap;

use contracts::exploration::{Group, Groups};

use crate::numbers;

/// Values counted by label, up to a bound on their number.
pub struct Categories {
    labels: usize,
    most: usize,
    values: BTreeMap<String, Vec<u64>>,
    /// Rows whose values came after the bound.
    beyond: Vec<u64>,
}

impl Categories {
    pub fn new(labels: usize, most: usize) -> Self {
        Self {
            labels,
            most,
            values: BTreeMap::new(),
            beyond: vec![0; labels],
        }
    }

    pub fn add(&mut self, value: &str, label: usize) {
        if let Some(counts) = self.values.get_mut(value) {
            counts[label] += 1;
        } else if self.values.len() < self.most {
            let mut counts = vec![0; self.labels];
            counts[label] = 1;
            self.values.insert(value.to_owned(), counts);
        } else {
            self.beyond[label] += 1;
        }
    }

    pub fn distinct(&self) -> usize {
        self.values.len()
    }

    pub fn is_beyond(&self) -> bool {
        self.beyond.iter().any(|rows| *rows > 0)
    }

    /// The most frequent.
    pub fn finish(self, most: usize) -> Groups {
        let groups = self.values.into_iter();
        let groups = groups.map(|(name, by_label)| Group { name, by_label });
        let mut first: Vec<Group> = groups.collect();
        // Stable: equally frequent ones stay in the order of their names.
        first.sort_by_key(|group| std::cmp::Reverse(group.rows()));
        let left_out = first.split_off(most.min(first.len()));
        let mut others = self.beyond;
        for group in &left_out {
            numbers::add(&mut others, &group.by_label);
        }
        Groups {
            first,
            more: left_out.len() as u64,
            others,
        }
    }
}
