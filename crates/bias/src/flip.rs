//! The flip test: would a row of the facet have been answered otherwise, had it been one of the others?
//!
//! Black, Yeom and Fredrikson, "FlipTest" (FAT* 2020); smclarify takes the nearest rows outside the facet instead of an
//! optimal transport, and so does this: FT = (F⁺ - F⁻) / n_d, where F⁺ are rows with a positive prediction whose
//! neighbours' majority has a negative one, and F⁻ the reverse.

use std::collections::BinaryHeap;

use policy::random::{SplitMix64, seed_of};

use crate::column::Value;
use crate::error::Undefined;
use crate::measure::{Measured, SEED, interval, multinomial};
use crate::metric::Metric;
use crate::tally::Tally;

/// Rows that are compared, each with each: a second or so. Of more rows a sample is taken: those whose content has the
/// smallest hashes, so that it is the same in any order.
pub const MAXIMUM_FLIP_ROWS: usize = 10_000;

/// smclarify's: five neighbours among more than nine rows, else one.
const NEIGHBOURS: usize = 5;
const MANY: usize = 9;

/// Keeps rows of numbers.
#[derive(Debug, Clone)]
pub struct FlipTest {
    /// Which columns have other values than numbers.
    texts: Vec<bool>,
    rows: BinaryHeap<Kept>,
    seen: u64,
}

/// Ordered by where its content falls, then by itself.
#[derive(Debug, Clone)]
struct Kept {
    at: f64,
    values: Vec<String>,
    predicted_label: String,
}

impl FlipTest {
    /// Of rows with so many columns besides the label and the predicted label.
    pub fn new(columns: usize) -> FlipTest {
        FlipTest {
            texts: vec![false; columns],
            rows: BinaryHeap::new(),
            seen: 0,
        }
    }

    /// Whether more rows can matter: with two columns of texts there is no test of any facet.
    pub fn is_possible(&self) -> bool {
        self.texts.iter().filter(|is_text| **is_text).count() < 2
    }

    /// Whether it is of a sample.
    pub fn is_sample(&self) -> bool {
        self.seen > MAXIMUM_FLIP_ROWS as u64
    }

    /// `at` is where the row's content falls in [0, 1).
    pub fn add<T: AsRef<str>>(&mut self, at: f64, values: &[T], predicted_label: &str) {
        for (is_text, value) in self.texts.iter_mut().zip(values) {
            *is_text = *is_text || number(value.as_ref()).is_none();
        }
        if !self.is_possible() {
            self.rows.clear();
            return;
        }
        self.seen += 1;
        if self.is_sample() && self.rows.peek().is_some_and(|last| last.at <= at) {
            return;
        }
        self.rows.push(Kept {
            at,
            values: values
                .iter()
                .map(|value| value.as_ref().to_owned())
                .collect(),
            predicted_label: predicted_label.to_owned(),
        });
        if self.rows.len() > MAXIMUM_FLIP_ROWS {
            self.rows.pop();
        }
    }

    /// The test of each value of the facet that stands in this column and is the tally's at `facet`.
    pub fn measure(
        &self,
        tally: &Tally,
        facet: usize,
        column: usize,
        resamples: u64,
    ) -> Vec<Measured> {
        let mut rows: Vec<&Kept> = self.rows.iter().collect();
        rows.sort();
        let others = self
            .texts
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != column);
        let has_texts = others.clone().any(|(_, is_text)| *is_text);
        let reason = match () {
            () if has_texts || !self.is_possible() => {
                Some("the flip test takes columns of numbers alone")
            }
            () if others.count() == 0 => Some("the flip test needs another column than the facet"),
            () => None,
        };
        let points: Vec<Point> = rows
            .iter()
            .filter(|_| reason.is_none())
            .map(|row| row.point(tally, facet, column))
            .collect();
        let values = 0..tally.values(facet);
        let test = |value: usize| {
            let (inside, outside): (Vec<&Point>, Vec<&Point>) =
                points.iter().partition(|point| point.value == Some(value));
            match reason {
                Some(reason) => undefined(reason),
                None => flips(&inside, &outside, resamples),
            }
        };
        values.map(test).collect()
    }
}

struct Point {
    numbers: Vec<f64>,
    value: Option<usize>,
    is_positive: bool,
}

fn undefined(reason: Undefined) -> Measured {
    Measured {
        metric: Metric::FT,
        value: Err(reason),
        support: 0.0,
        interval: None,
    }
}

fn flips(facet: &[&Point], others: &[&Point], resamples: u64) -> Measured {
    if facet.is_empty() {
        return undefined("the facet has no rows");
    }
    if others.is_empty() {
        return undefined("there are no rows outside the facet");
    }
    // To negative, to positive, neither.
    let mut counts = [0.0; 3];
    for point in facet {
        let flip = match (point.is_positive, neighbours_are_positive(point, others)) {
            (true, false) => 0,
            (false, true) => 1,
            _ => 2,
        };
        counts[flip] += 1.0;
    }
    let value = |[to_negative, to_positive, neither]: [f64; 3]| {
        (to_negative - to_positive) / (to_negative + to_positive + neither)
    };
    let mut measured = Measured {
        metric: Metric::FT,
        value: Ok(value(counts)),
        support: facet.len().min(others.len()) as f64,
        interval: None,
    };
    if resamples > 0 && !measured.is_too_few() {
        let drawn = (0..resamples).map(|number| {
            let mut drawn = counts;
            multinomial(drawn.iter_mut(), &mut SplitMix64(seed_of(SEED, number)));
            value(drawn)
        });
        measured.interval = Some(interval(drawn.collect()));
    }
    measured
}

/// The majority of the nearest, by Euclid's distance; of two that are as far, the one whose content comes first.
fn neighbours_are_positive(point: &Point, others: &[&Point]) -> bool {
    let wanted = if others.len() > MANY { NEIGHBOURS } else { 1 };
    let mut nearest = [(f64::INFINITY, false); NEIGHBOURS];
    let nearest = &mut nearest[..wanted];
    for other in others {
        let pairs = point.numbers.iter().zip(&other.numbers);
        let distance: f64 = pairs.map(|(a, b)| (a - b) * (a - b)).sum();
        let mut last = wanted;
        while last > 0 && distance < nearest[last - 1].0 {
            last -= 1;
        }
        if last < wanted {
            nearest[last..].rotate_right(1);
            nearest[last] = (distance, other.is_positive);
        }
    }
    nearest
        .iter()
        .filter(|(_, is_positive)| *is_positive)
        .count()
        * 2
        > wanted
}

impl Kept {
    fn point(&self, tally: &Tally, facet: usize, column: usize) -> Point {
        let others = self
            .values
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != column);
        Point {
            numbers: others.filter_map(|(_, value)| number(value)).collect(),
            value: tally.value(facet, &self.values[column]),
            is_positive: tally.is_predicted_positive(&self.predicted_label),
        }
    }
}

fn number(text: &str) -> Option<f64> {
    let truth = |word: &str| text.eq_ignore_ascii_case(word);
    match () {
        () if truth("true") => Some(1.0),
        () if truth("false") => Some(0.0),
        () => Value::new(text).number(),
    }
}

impl Ord for Kept {
    fn cmp(&self, other: &Kept) -> std::cmp::Ordering {
        let rest = |kept: &Kept| (kept.values.clone(), kept.predicted_label.clone());
        self.at
            .total_cmp(&other.at)
            .then_with(|| rest(self).cmp(&rest(other)))
    }
}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Kept) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Kept) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Kept {}
