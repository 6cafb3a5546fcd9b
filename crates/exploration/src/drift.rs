//! This version against the last: what came, what went, and what moved by more than chance.
//!
//! A version that only adds parts has the last one's rows in it: the rows that came are then compared with those that
//! were there, by the difference of the counts. Any other pair of versions is compared whole; where they share rows
//! the tests find less than there is. Shares have the z-test with the pooled share, means Welch's; where rows are too
//! few for it there is none. Holm's adjustment counts every test of the page.

use std::collections::{BTreeMap, BTreeSet};

use contracts::exploration::{Column, Exploration, Group, Groups, Kind, Moments, Role};

use crate::measure::Estimate;
use crate::statistics::{difference_of_means, difference_of_shares, holm, means, shares};

/// A difference is shown where chance alone would make any one with less probability.
pub const LEVEL: f64 = 0.05;

#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    pub before_rows: u64,
    pub after_rows: u64,
    /// The rows that came were tested, and not the whole version.
    pub only_adds: bool,
    /// "label", "category" or "column", and its name.
    pub came: Vec<(&'static str, String)>,
    pub went: Vec<(&'static str, String)>,
    pub compared: Vec<Moved>,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    pub topic: Topic,
    /// The label, the value, or the column whose mean or missing share it is.
    pub what: String,
    /// In the last version and in this one.
    pub before: f64,
    pub after: f64,
    /// Of what was tested, the later less the earlier; shares, or means in standard deviations of the last version.
    pub difference: Estimate,
    /// The test's p-value after Holm's adjustment; `None` with too few rows.
    pub p: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Topic {
    Labels,
    Categories,
    Missing,
    Means,
    /// The shares of a column's values.
    Values(String),
}

impl Moved {
    pub fn is_more_than_chance(&self) -> bool {
        self.p.is_some_and(|p| p < LEVEL)
    }
}

pub fn drift(before: &Exploration, after: &Exploration) -> Drift {
    let mut compared = Compared {
        only_adds: only_adds(before, after),
        found: Vec::new(),
    };
    compared.all(before, after);
    let tested = compared.found.iter().filter_map(|moved| moved.p);
    let adjusted = holm(&tested.collect::<Vec<f64>>());
    let mut adjusted = adjusted.into_iter();
    for moved in &mut compared.found {
        moved.p = moved.p.and_then(|_| adjusted.next());
    }
    Drift {
        before_rows: before.rows(),
        after_rows: after.rows(),
        only_adds: compared.only_adds,
        came: names(before, after),
        went: names(after, before),
        compared: compared.found,
    }
}

fn only_adds(before: &Exploration, after: &Exploration) -> bool {
    let parts = |exploration: &Exploration| -> BTreeSet<String> {
        exploration.parts.first.iter().cloned().collect()
    };
    let whole = before.parts.more == 0 && after.parts.more == 0;
    whole && parts(before).is_subset(&parts(after)) && before.rows() <= after.rows()
}

/// What the second has and the first has not. A list that left something out proves no absence.
fn names(first: &Exploration, second: &Exploration) -> Vec<(&'static str, String)> {
    let labels = |of: &Exploration| of.labels.clone();
    let categories = |of: &Exploration| {
        of.categories
            .first
            .iter()
            .map(|it| it.name.clone())
            .collect()
    };
    let columns = |of: &Exploration| of.columns.first.iter().map(|it| it.name.clone()).collect();
    let lists: [(&'static str, Vec<String>, Vec<String>, bool); 3] = [
        ("label", labels(first), labels(second), true),
        (
            "category",
            categories(first),
            categories(second),
            first.categories.more == 0,
        ),
        (
            "column",
            columns(first),
            columns(second),
            first.columns.more == 0,
        ),
    ];
    let whole = lists.into_iter().filter(|(.., is_whole)| *is_whole);
    whole
        .flat_map(|(kind, known, all, _)| {
            let new = all.into_iter().filter(move |name| !known.contains(name));
            new.map(move |name| (kind, name))
        })
        .collect()
}

struct Compared {
    only_adds: bool,
    found: Vec<Moved>,
}

impl Compared {
    fn all(&mut self, before: &Exploration, after: &Exploration) {
        let rows = [before.rows(), after.rows()];
        let labels = |of: &Exploration| Groups {
            first: (of.labels.iter().zip(&of.by_label))
                .map(|(label, rows)| Group {
                    name: label.clone(),
                    by_label: vec![*rows],
                })
                .collect(),
            ..Groups::default()
        };
        self.groups(&Topic::Labels, &labels(before), &labels(after), rows);
        self.means("words per review", before.words.all, after.words.all);
        self.groups(
            &Topic::Categories,
            &before.categories,
            &after.categories,
            rows,
        );
        for column in &after.columns.first {
            let old = before.columns.first.iter();
            if let Some(old) = old.into_iter().find(|old| old.name == column.name) {
                self.column(old, column, rows);
            }
        }
    }

    fn column(&mut self, before: &Column, after: &Column, rows: [u64; 2]) {
        let missing = |column: &Column| column.missing.iter().sum::<u64>();
        let missing = [missing(before), missing(after)];
        if missing != [0, 0] {
            self.share(&Topic::Missing, &after.name, missing, rows);
        }
        match (&before.kind, &after.kind) {
            (Kind::Number { moments: old, .. }, Kind::Number { moments: new, .. }) => {
                self.means(&after.name, *old, *new);
            }
            (Kind::Category { values: old }, Kind::Category { values: new })
                if after.role != Role::Category =>
            {
                let topic = Topic::Values(after.name.clone());
                self.groups(&topic, old, new, [old.rows(), new.rows()]);
            }
            _ => {}
        }
    }

    /// Values that both list, or that the other does not have for certain.
    fn groups(&mut self, topic: &Topic, before: &Groups, after: &Groups, rows: [u64; 2]) {
        let counts = |groups: &Groups| -> BTreeMap<String, u64> {
            let groups = groups.first.iter();
            groups
                .map(|group| (group.name.clone(), group.rows()))
                .collect()
        };
        let (old, new) = (counts(before), counts(after));
        let first = after
            .first
            .iter()
            .chain(&before.first)
            .map(|group| &group.name);
        let mut seen = BTreeSet::new();
        for name in first.filter(|name| seen.insert(*name)) {
            let of = |counts: &BTreeMap<String, u64>, more: u64| {
                let known = counts.get(name).copied();
                known.or((more == 0).then_some(0))
            };
            if let (Some(old), Some(new)) = (of(&old, before.more), of(&new, after.more)) {
                self.share(topic, name, [old, new], rows);
            }
        }
    }

    fn share(&mut self, topic: &Topic, what: &str, counts: [u64; 2], rows: [u64; 2]) {
        let share = |place: usize| counts[place] as f64 / rows[place].max(1) as f64;
        let sample = self.second(counts, rows);
        self.found.push(Moved {
            topic: topic.clone(),
            what: what.to_owned(),
            before: share(0),
            after: share(1),
            difference: estimate(difference_of_shares((counts[0], rows[0]), sample), 1.0),
            p: shares((counts[0], rows[0]), sample),
        });
    }

    /// The rows that came, where counts allow it: a label that was corrected takes a row from its old class.
    fn second(&self, counts: [u64; 2], rows: [u64; 2]) -> (u64, u64) {
        let came = counts[1]
            .checked_sub(counts[0])
            .zip(rows[1].checked_sub(rows[0]));
        let came = came.filter(|(count, of)| self.only_adds && count <= of);
        came.unwrap_or((counts[1], rows[1]))
    }

    fn means(&mut self, what: &str, before: Moments, after: Moments) {
        let sample = if self.only_adds && after.count >= before.count {
            without(after, before)
        } else {
            after
        };
        self.found.push(Moved {
            topic: Topic::Means,
            what: what.to_owned(),
            before: before.mean,
            after: after.mean,
            difference: estimate(difference_of_means(before, sample), before.deviation),
            p: means(before, sample),
        });
    }
}

fn estimate((low, value, high): (f64, f64, f64), unit: f64) -> Estimate {
    let unit = if unit > 0.0 { unit } else { 1.0 };
    Estimate {
        value: value / unit,
        low: low / unit,
        high: high / unit,
    }
}

/// The moments of the numbers that `all` has and `part` has not.
fn without(all: Moments, part: Moments) -> Moments {
    let count = all.count - part.count;
    let sum = |of: Moments| of.mean * of.count as f64;
    let mean = (sum(all) - sum(part)) / count.max(1) as f64;
    // Sums of squares about the mean of all; that of the rest follows.
    let squares = |of: Moments| {
        of.deviation.powi(2) * (of.count.max(1) - 1) as f64
            + of.count as f64 * (of.mean - all.mean).powi(2)
    };
    let rest = squares(all) - squares(part) - count as f64 * (mean - all.mean).powi(2);
    Moments {
        count,
        mean,
        deviation: (rest.max(0.0) / (count.max(2) - 1) as f64).sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::Numbers;

    #[test]
    fn the_moments_of_what_came_are_those_of_its_numbers() {
        let of = |numbers: &[f64]| {
            let mut found = Numbers::new(1);
            numbers.iter().for_each(|number| found.add(*number, 0));
            found.moments()
        };
        let (old, new) = ([3.0, 8.0, 1.0, 12.0], [40.0, 44.0, 45.0]);
        let found = without(of(&[&old[..], &new[..]].concat()), of(&old));
        let expected = of(&new);
        assert_eq!(found.count, 3);
        assert!((found.mean - expected.mean).abs() < 1e-9);
        assert!((found.deviation - expected.deviation).abs() < 1e-9);
    }
}
