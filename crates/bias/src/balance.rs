//! Balancing: which rows stay, or what each counts for. It is decided by the rows' content, so that it is the same in
//! any order of the rows.

use std::collections::BTreeMap;

/// What is made equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Balancing {
    /// As many rows of each class as the rarest has.
    Class,
    /// As many rows of each class within each facet as the rarest combination has: what the labs do.
    ClassAndFacet,
    /// All rows stay, and count for n_class · n_facet / (n · n_both), after which class and facet are independent
    /// (reweighing: Kamiran and Calders, "Data preprocessing techniques for classification without discrimination",
    /// 2012).
    Weights,
}

/// Sees every row once, eight bytes each, and then says what it counts for.
#[derive(Debug, Clone)]
pub struct Draw {
    by: Balancing,
    /// Where the rows' contents fall, by class and facet.
    strata: BTreeMap<(String, usize), Vec<f64>>,
}

/// What rows count for.
#[derive(Debug, Clone)]
pub enum Kept {
    /// By stratum: rows that fall below stay; and so many of those that fall there, which have one content.
    Below(Balancing, BTreeMap<(String, usize), (f64, usize)>),
    Weights(BTreeMap<(String, usize), f64>),
}

impl Draw {
    pub fn new(by: Balancing) -> Draw {
        Draw {
            by,
            strata: BTreeMap::new(),
        }
    }

    /// A row of this class, of this value of the facet. `at` is where its content falls in [0, 1).
    pub fn add(&mut self, class: &str, facet: Option<usize>, at: f64) {
        let Some(stratum) = stratum(self.by, class, facet) else {
            return;
        };
        self.strata.entry(stratum).or_default().push(at);
    }

    /// When all rows were seen.
    pub fn finish(self) -> Kept {
        if self.by == Balancing::Weights {
            return Kept::Weights(weights(&self.strata));
        }
        let least = self.strata.values().map(Vec::len).min().unwrap_or(0);
        let bounds = self.strata.into_iter().map(|(stratum, mut at)| {
            let (below, last, _) = at.select_nth_unstable_by(least - 1, f64::total_cmp);
            let last = *last;
            let below = below.iter().filter(|at| **at < last).count();
            (stratum, (last, least - below))
        });
        Kept::Below(self.by, bounds.collect())
    }
}

impl Kept {
    /// What the row counts for: 0 if it does not stay. Each row is asked about once.
    pub fn weight(&mut self, class: &str, facet: Option<usize>, at: f64) -> f64 {
        let stays = match self {
            Kept::Weights(weights) => {
                let stratum = stratum(Balancing::Weights, class, facet);
                return stratum
                    .and_then(|stratum| weights.get(&stratum).copied())
                    .unwrap_or(0.0);
            }
            Kept::Below(by, bounds) => {
                let bound = stratum(*by, class, facet).and_then(|stratum| bounds.get_mut(&stratum));
                bound.is_some_and(|(last, left)| {
                    let is_last = at.total_cmp(last).is_eq() && *left > 0;
                    *left -= usize::from(is_last);
                    at < *last || is_last
                })
            }
        };
        f64::from(u8::from(stays))
    }
}

fn weights(strata: &BTreeMap<(String, usize), Vec<f64>>) -> BTreeMap<(String, usize), f64> {
    let (mut classes, mut facets) = (BTreeMap::new(), BTreeMap::new());
    let mut rows = 0.0;
    for ((class, facet), at) in strata {
        let count = at.len() as f64;
        *classes.entry(class).or_insert(0.0) += count;
        *facets.entry(facet).or_insert(0.0) += count;
        rows += count;
    }
    let weight = |((class, facet), at): (&(String, usize), &Vec<f64>)| {
        let weight = classes[class] * facets[facet] / (rows * at.len() as f64);
        ((class.clone(), *facet), weight)
    };
    strata.iter().map(weight).collect()
}

/// None for a row that has no value of the facet where one is needed.
fn stratum(by: Balancing, class: &str, facet: Option<usize>) -> Option<(String, usize)> {
    let facet = if by == Balancing::Class { 0 } else { facet? };
    Some((class.to_owned(), facet))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (class, facet, where it falls)
    const ROWS: [(&str, usize, f64); 8] = [
        ("1", 0, 0.9),
        ("1", 0, 0.1),
        ("1", 0, 0.5),
        ("1", 1, 0.5),
        ("1", 1, 0.3),
        ("-1", 0, 0.7),
        ("-1", 0, 0.2),
        ("-1", 1, 0.4),
    ];

    fn kept(by: Balancing, rows: &[(&str, usize, f64)]) -> Vec<(String, f64)> {
        let mut draw = Draw::new(by);
        for (class, facet, at) in rows {
            draw.add(class, Some(*facet), *at);
        }
        let mut kept = draw.finish();
        let weights = rows.iter().map(|(class, facet, at)| {
            (
                format!("{class} {facet} {at}"),
                kept.weight(class, Some(*facet), *at),
            )
        });
        let mut weights: Vec<_> = weights.filter(|(_, weight)| *weight > 0.0).collect();
        weights.sort_by(|a, b| a.0.cmp(&b.0));
        weights
    }

    #[test]
    fn each_class_keeps_as_many_rows_as_the_rarest_has_in_any_order() {
        let found = kept(Balancing::Class, &ROWS);
        let of_class = |class: &str| {
            found
                .iter()
                .filter(|(row, _)| row.starts_with(class))
                .count()
        };
        assert_eq!((of_class("1"), of_class("-1")), (3, 3));
        let mut reversed = ROWS;
        reversed.reverse();
        let strata: Vec<String> = kept(Balancing::ClassAndFacet, &ROWS)
            .into_iter()
            .map(|(row, _)| row)
            .collect();
        assert_eq!(strata, ["-1 0 0.2", "-1 1 0.4", "1 0 0.1", "1 1 0.3"]);
        assert_eq!(
            kept(Balancing::ClassAndFacet, &reversed),
            kept(Balancing::ClassAndFacet, &ROWS)
        );
    }

    #[test]
    fn of_rows_with_one_content_as_many_stay_as_are_wanted() {
        let rows = [
            ("1", 0, 0.5),
            ("1", 0, 0.5),
            ("1", 0, 0.5),
            ("0", 0, 0.1),
            ("0", 0, 0.6),
        ];
        assert_eq!(kept(Balancing::Class, &rows).len(), 4);
    }

    #[test]
    fn weights_make_class_and_facet_independent() {
        let found = kept(Balancing::Weights, &ROWS);
        let sum = |start: &str| {
            let rows = found.iter().filter(|(row, _)| row.starts_with(start));
            rows.map(|(_, weight)| weight).sum::<f64>()
        };
        let (one, both) = (sum("1 0") / sum("1 "), sum("-1 0") / sum("-1 "));
        assert!((one - both).abs() < 1e-12 && (sum("") - 8.0).abs() < 1e-12);
    }
}
