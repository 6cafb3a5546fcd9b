//! Numbers counted by value and label, exactly while there are few of them.
//!
//! A number's bits, its sign turned, are in the order of numbers. With more than [`MOST_BINS`] different ones the
//! lowest bits are dropped, one after another: neighbours then share a bin whose width is a fixed share of the
//! number, so that one outlier costs the others nothing. Counts stay exact; which value a row has within its bin is
//! forgotten.

use std::collections::BTreeMap;

use contracts::exploration::{Band, Moments};

const MOST_BINS: usize = 4_096;
/// A column with fewer different numbers is shown by number.
pub const FEW: usize = 10;

pub struct Numbers {
    labels: usize,
    dropped_bits: u32,
    bins: BTreeMap<u64, Band>,
    count: u64,
    mean: f64,
    squares: f64,
}

impl Numbers {
    pub fn new(labels: usize) -> Self {
        Self {
            labels,
            dropped_bits: 0,
            bins: BTreeMap::new(),
            count: 0,
            mean: 0.0,
            squares: 0.0,
        }
    }

    /// A finite number.
    pub fn add(&mut self, number: f64, label: usize) {
        // Adding zero turns -0 into 0.
        let number = number + 0.0;
        // Welford, Technometrics 4, 1962.
        self.count += 1;
        let distance = number - self.mean;
        self.mean += distance / self.count as f64;
        self.squares += distance * (number - self.mean);
        let bin = self.bins.entry(ordered(number) >> self.dropped_bits);
        let bin = bin.or_insert_with(|| Band {
            low: number,
            high: number,
            by_label: vec![0; self.labels],
        });
        bin.low = bin.low.min(number);
        bin.high = bin.high.max(number);
        bin.by_label[label] += 1;
        while self.bins.len() > MOST_BINS {
            self.drop_a_bit();
        }
    }

    fn drop_a_bit(&mut self) {
        self.dropped_bits += 1;
        let mut bins: BTreeMap<u64, Band> = BTreeMap::new();
        for (key, bin) in std::mem::take(&mut self.bins) {
            match bins.get_mut(&(key >> 1)) {
                Some(wider) => join(wider, &bin),
                None => {
                    bins.insert(key >> 1, bin);
                }
            }
        }
        self.bins = bins;
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    /// Different numbers, or so many at least.
    pub fn distinct(&self) -> (usize, bool) {
        (self.bins.len(), self.dropped_bits > 0)
    }

    pub fn moments(&self) -> Moments {
        let deviation = (self.squares / (self.count.max(2) - 1) as f64).sqrt();
        Moments {
            count: self.count,
            mean: self.mean,
            deviation,
        }
    }

    pub fn range(&self) -> (f64, f64) {
        let low = self.bins.values().next().map_or(0.0, |bin| bin.low);
        let high = self.bins.values().next_back().map_or(0.0, |bin| bin.high);
        (low, high)
    }

    /// At most `most` bands of about equally many rows; equal numbers are in the same one. One for each number where
    /// there are few.
    pub fn bands(&self, most: u64) -> Vec<Band> {
        if self.bins.len() < FEW {
            return self.bins.values().cloned().collect();
        }
        let mut bands: Vec<Band> = Vec::new();
        // Rows that the open band still wants, and rows in no band yet: a frequent number fills a band by itself, and
        // the others share the rest.
        let (mut wanted, mut rest) = (0, self.count);
        for bin in self.bins.values() {
            let rows = bin.by_label.iter().sum::<u64>();
            match bands.last_mut().filter(|_| wanted > 0) {
                Some(band) => join(band, bin),
                None => {
                    wanted = rest.div_ceil(most - bands.len() as u64);
                    bands.push(bin.clone());
                }
            }
            wanted = wanted.saturating_sub(rows);
            rest -= rows;
        }
        bands
    }

    /// Rows by bins of one width, the first from 0; the last one has all greater numbers.
    pub fn histogram(&self, width: u64, bins: usize) -> Vec<Vec<u64>> {
        let mut found = vec![vec![0; self.labels]; bins];
        for bin in self.bins.values() {
            let place = (bin.low / width as f64)
                .floor()
                .clamp(0.0, bins as f64 - 1.0);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a place among the bins"
            )]
            add(&mut found[place as usize], &bin.by_label);
        }
        found
    }

    /// The least number that so large a share of a label's rows does not exceed; 0 without rows.
    pub fn quantile(&self, label: usize, share: f64) -> f64 {
        let rows: u64 = self.bins.values().map(|bin| bin.by_label[label]).sum();
        let mut before = 0;
        let found = self.bins.values().find(|bin| {
            before += bin.by_label[label];
            before > 0 && before as f64 >= share * rows as f64
        });
        found.map_or(0.0, |bin| bin.high)
    }

    pub fn mean_of(&self, label: usize) -> f64 {
        let rows: u64 = self.bins.values().map(|bin| bin.by_label[label]).sum();
        let sums = self.bins.values();
        let sums = sums.map(|bin| f64::midpoint(bin.low, bin.high) * bin.by_label[label] as f64);
        sums.sum::<f64>() / rows.max(1) as f64
    }
}

pub fn add(to: &mut [u64], counts: &[u64]) {
    for (to, count) in to.iter_mut().zip(counts) {
        *to += count;
    }
}

fn join(wider: &mut Band, bin: &Band) {
    wider.low = wider.low.min(bin.low);
    wider.high = wider.high.max(bin.high);
    add(&mut wider.by_label, &bin.by_label);
}

fn ordered(number: f64) -> u64 {
    let bits = number.to_bits();
    if number.is_sign_negative() {
        !bits
    } else {
        bits | 1 << 63
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_in_the_order_of_numbers() {
        let numbers = [-1e300, -2.5, -2.0, -1e-9, 0.0, 1e-300, 0.5, 3.0, 1e12];
        assert!(numbers.is_sorted_by_key(|number| ordered(*number)));
    }

    #[test]
    fn bands_hold_about_equally_many_rows_and_never_part_equal_numbers() {
        let mut numbers = Numbers::new(2);
        for age in 0..100 {
            numbers.add(f64::from(age), usize::from(age % 2 == 0));
            // Half of the rows are 0.
            numbers.add(0.0, 0);
        }
        let bands = numbers.bands(4);
        let found: Vec<_> = bands
            .iter()
            .map(|band| (band.low, band.high, band.by_label.iter().sum::<u64>()))
            .collect();
        let expected = [
            (0.0, 0.0, 101),
            (1.0, 33.0, 33),
            (34.0, 66.0, 33),
            (67.0, 99.0, 33),
        ];
        assert_eq!(found, expected);
        assert_eq!(numbers.range(), (0.0, 99.0));
    }

    #[test]
    fn many_numbers_keep_their_counts_their_moments_and_nearly_their_quantiles() {
        let mut numbers = Numbers::new(1);
        let mut rows = 0.0;
        for number in 0..200_000u32 {
            // Each number once, in no order.
            numbers.add(f64::from(number.wrapping_mul(7_919) % 200_000), 0);
            rows += 1.0;
        }
        numbers.add(1e15, 0);
        let (distinct, at_least) = numbers.distinct();
        assert!(distinct <= MOST_BINS && at_least);
        let counted: u64 = numbers.bins.values().map(|bin| bin.by_label[0]).sum();
        assert_eq!(counted, 200_001);
        for share in [0.05, 0.5, 0.95] {
            let error = numbers.quantile(0, share) / (share * rows) - 1.0;
            assert!(error.abs() < 0.01, "{share}: off by {error}");
        }
    }

    #[test]
    fn moments_are_those_of_the_formula() {
        let mut numbers = Numbers::new(1);
        for number in [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0] {
            numbers.add(number, 0);
        }
        let moments = numbers.moments();
        assert!((moments.mean - 5.0).abs() < 1e-12);
        assert!((moments.deviation - (32.0f64 / 7.0).sqrt()).abs() < 1e-12);
    }
}
