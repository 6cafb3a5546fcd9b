//! Metrics with their intervals: the percentile bootstrap (Efron, 1979).
//!
//! Rows drawn with replacement have counts that are multinomial, and every metric is a function of the counts. So the
//! counts are drawn, cell after cell from binomials, in a time that does not grow with the rows.

use policy::intervals::percentile;
use policy::random::{SplitMix64, seed_of};

use crate::binomial;
use crate::error::Undefined;
use crate::metric::Metric;
use crate::rows::{Rows, Split};
use crate::table::FacetTable;

/// As many as the evaluation has: a bound moves by a few hundredths of the interval's width from seed to seed.
pub const RESAMPLES: u64 = 2000;
pub const SEED: u64 = 42;

/// With fewer rows on a side a share's interval is wider than a third, and the bootstrap's is too narrow: too few to
/// say.
pub const MINIMUM_ROWS: f64 = 30.0;

/// One metric of one facet.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    pub metric: Metric,
    pub value: Result<f64, Undefined>,
    /// See [`Metric::support`]; below [`MINIMUM_ROWS`] the value says nothing.
    pub support: f64,
    /// 95 %; none with too few rows, where it was not asked for, or where a resample has no value.
    pub interval: Option<(f64, f64)>,
}

impl Measured {
    pub fn is_too_few(&self) -> bool {
        self.support < MINIMUM_ROWS
    }
}

/// A facet's value with its rows and metrics.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueMetrics {
    pub value: String,
    pub split: Split,
    pub metrics: Vec<Measured>,
}

/// The metrics of each of a facet's values. Without resamples there are no intervals, as for weighted rows, whose
/// weights a resample would not have.
pub fn measure(table: &FacetTable, metrics: &[Metric], resamples: u64) -> Vec<ValueMetrics> {
    let one = |(value, split): (&str, Split)| {
        let metric = |metric: &Metric| Measured {
            metric: *metric,
            value: metric.of(&split),
            support: metric.support(&split),
            interval: None,
        };
        ValueMetrics {
            value: value.to_owned(),
            metrics: metrics.iter().map(metric).collect(),
            split,
        }
    };
    let mut measured: Vec<ValueMetrics> = table.splits().map(one).collect();
    add_intervals(table, &mut measured, resamples);
    measured
}

fn add_intervals(table: &FacetTable, measured: &mut [ValueMetrics], resamples: u64) {
    let has_one = |measured: &Measured| measured.value.is_ok() && !measured.is_too_few();
    let mut found: Vec<Vec<Vec<f64>>> = measured
        .iter()
        .map(|value| vec![Vec::new(); value.metrics.len()])
        .collect();
    for number in 0..resamples {
        let drawn = resample(table, &mut SplitMix64(seed_of(SEED, number)));
        let all = drawn.all();
        for ((value, (_, groups)), found) in measured.iter().zip(&drawn.values).zip(&mut found) {
            if !value.metrics.iter().any(has_one) {
                continue;
            }
            let split = drawn.split(&all, groups);
            for (measured, found) in value.metrics.iter().zip(found) {
                if has_one(measured) {
                    found.extend(measured.metric.of(&split));
                }
            }
        }
    }
    for (value, found) in measured.iter_mut().zip(found) {
        for (measured, found) in value.metrics.iter_mut().zip(found) {
            let is_whole = resamples > 0 && found.len() as u64 == resamples;
            measured.interval = is_whole.then(|| interval(found));
        }
    }
}

/// Of one value or more. Infinite ones are no numbers to go between: there the nearer end of the ranks counts.
pub(crate) fn interval(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    if values.iter().all(|value| value.is_finite()) {
        let interval = percentile(&values);
        return (interval.low, interval.high);
    }
    let outside = (values.len() - 1) / 40;
    (values[outside], values[values.len() - 1 - outside])
}

/// As many rows, drawn with replacement.
fn resample(table: &FacetTable, random: &mut SplitMix64) -> FacetTable {
    let mut drawn = table.clone();
    let groups = drawn
        .values
        .iter_mut()
        .map(|(_, groups)| groups)
        .chain([&mut drawn.rest]);
    let cells = groups.flatten().flat_map(|rows| {
        let Rows {
            true_positive,
            false_positive,
            false_negative,
            true_negative,
        } = rows;
        [true_positive, false_positive, false_negative, true_negative]
    });
    multinomial(cells, random);
    drawn
}

/// Replaces counts by those of a sample of as many rows.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of rows are whole"
)]
pub(crate) fn multinomial<'a>(cells: impl Iterator<Item = &'a mut f64>, random: &mut SplitMix64) {
    let cells: Vec<&mut f64> = cells.filter(|count| **count > 0.0).collect();
    let mut of = cells.iter().map(|count| **count).sum::<f64>();
    let mut rows = of as u64;
    for cell in cells {
        let drawn = binomial::draw(rows, *cell / of, random);
        of -= *cell;
        rows -= drawn;
        *cell = drawn as f64;
    }
}
