//! What was seen, as counts: a cell for each value and weight that occurs. There are few of them, because
//! inclusion probabilities and class weights are settings; a bandit makes some for each share that it sets.
//!
//! Counts have no order: whatever comes late or in another order gives the same evidence, to the last bit.

use serde::{Deserialize, Serialize};

use crate::row::Row;

/// So many rows of one value and weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    #[serde(flatten)]
    pub row: Row,
    pub rows: u64,
}

/// Sorted by weight and value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    cells: Vec<Cell>,
}

impl Evidence {
    /// A row is added once; who is asked about it keeps its id (see `Trial`).
    pub fn add(&mut self, row: Row) {
        self.add_many(row, 1);
    }

    pub fn add_many(&mut self, row: Row, rows: u64) {
        let place = self.cells.binary_search_by(|cell| {
            let by_weight = cell.row.weight().total_cmp(&row.weight());
            by_weight.then(cell.row.value().total_cmp(&row.value()))
        });
        match place {
            Ok(place) => self.cells[place].rows += rows,
            Err(place) => self.cells.insert(place, Cell { row, rows }),
        }
    }

    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    pub fn rows(&self) -> u64 {
        self.cells.iter().map(|cell| cell.rows).sum()
    }

    /// The weighted mean of the values; 0 without a row.
    pub fn difference(&self) -> f64 {
        let weight = self.sum(|row| row.weight());
        if weight > 0.0 {
            self.sum(|row| row.weight() * row.value()) / weight
        } else {
            0.0
        }
    }

    /// The variance of the weighted mean, times the rows: by the delta method. Rows of equal weight have their
    /// variance.
    pub fn variance(&self) -> f64 {
        let mean = self.difference();
        let weight = self.sum(|row| row.weight()) / self.rows().max(1) as f64;
        let squares = self.sum(|row| (row.weight() * (row.value() - mean)).powi(2));
        squares / (weight * weight).max(f64::MIN_POSITIVE) / self.rows().max(1) as f64
    }

    /// Kish's effective sample size (Survey Sampling, 1965): so many rows of equal weight would say as much, if
    /// values had nothing to do with weights.
    pub fn effective_rows(&self) -> f64 {
        let squares = self.sum(|row| row.weight().powi(2));
        self.sum(|row| row.weight()).powi(2) / squares.max(f64::MIN_POSITIVE)
    }

    fn sum(&self, of: impl Fn(Row) -> f64) -> f64 {
        let cells = self.cells.iter();
        cells.map(|cell| cell.rows as f64 * of(cell.row)).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row() -> impl Strategy<Value = Row> {
        let probability = prop::sample::select(vec![0.1, 0.28, 1.0]);
        let class = prop::sample::select(vec![0.5, 1.0, 3.0]);
        (any::<bool>(), any::<bool>(), probability, class)
            .prop_map(|(one, other, pi, weight)| Row::paired(one, other, pi, weight).unwrap())
    }

    fn of(rows: &[Row]) -> Evidence {
        let mut evidence = Evidence::default();
        rows.iter().for_each(|row| evidence.add(*row));
        evidence
    }

    proptest! {
        #[test]
        fn the_order_of_rows_is_lost(
            (rows, shuffled) in prop::collection::vec(row(), 0..200)
                .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
        ) {
            let (evidence, other) = (of(&rows), of(&shuffled));
            prop_assert_eq!(&evidence, &other);
            prop_assert_eq!(evidence.difference().to_bits(), other.difference().to_bits());
            prop_assert_eq!(evidence.rows(), rows.len() as u64);
            let written = serde_json::to_string(&evidence).unwrap();
            prop_assert_eq!(serde_json::from_str::<Evidence>(&written).unwrap(), evidence);
        }

        #[test]
        fn mean_and_variance_are_those_of_the_rows(rows in prop::collection::vec(row(), 1..200)) {
            let evidence = of(&rows);
            let (count, weight) = (rows.len() as f64, rows.iter().map(|row| row.weight()).sum::<f64>());
            let mean = rows.iter().map(|row| row.weight() * row.value()).sum::<f64>() / weight;
            let scaled = |row: &Row| row.weight() * (row.value() - mean) / (weight / count);
            let variance = rows.iter().map(|row| scaled(row).powi(2)).sum::<f64>() / count;
            prop_assert!((evidence.difference() - mean).abs() < 1e-12);
            prop_assert!((evidence.variance() - variance).abs() < 1e-9 * (1.0 + variance));
            prop_assert!(evidence.effective_rows() <= count + 1e-9);
        }
    }

    /// serde_json reads doubles with an error in the last place.
    #[test]
    fn rows_of_one_kind_stay_of_one_kind_when_they_are_kept() {
        for tenth in 1..1000 {
            let row = Row::paired(true, false, f64::from(tenth) / 1000.0, 1.0 / 0.13).unwrap();
            let mut evidence = Evidence::default();
            evidence.add(row);
            let written = serde_json::to_string(&evidence).unwrap();
            let mut read: Evidence = serde_json::from_str(&written).unwrap();
            read.add(row);
            assert_eq!(read.cells().len(), 1, "{written}");
        }
    }

    #[test]
    fn nothing_seen_is_no_difference_and_no_number_is_undefined() {
        let none = Evidence::default();
        let found = [none.difference(), none.variance(), none.effective_rows()];
        assert!(found.iter().all(|value| value.abs() < 1e-300), "{found:?}");
    }
}
