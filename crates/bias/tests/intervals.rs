//! The intervals: how often they hold the truth, that a seed repeats them, and where there are none.

use bias::{FacetTable, MINIMUM_ROWS, Metric, Rows, measure};
use policy::random::SplitMix64;

fn table(facet: Rows, others: Rows) -> FacetTable {
    FacetTable {
        name: "region".to_owned(),
        values: vec![("north".to_owned(), vec![facet])],
        rest: vec![others],
        is_grouped: false,
    }
}

/// So many rows whose labels and predictions are right and positive with these chances.
fn drawn(rows: u32, positive: f64, right: f64, random: &mut SplitMix64) -> Rows {
    let mut chance = |share: f64| (random.draw() >> 11) as f64 / (1u64 << 53) as f64 <= share;
    let mut counts = Rows::default();
    for _ in 0..rows {
        let count = match (chance(positive), chance(right)) {
            (true, true) => &mut counts.true_positive,
            (true, false) => &mut counts.false_negative,
            (false, true) => &mut counts.true_negative,
            (false, false) => &mut counts.false_positive,
        };
        *count += 1.0;
    }
    counts
}

#[test]
fn an_interval_holds_the_truth_as_often_as_it_says() {
    const TABLES: u32 = 400;
    let mut random = SplitMix64(5);
    let truths = [
        (Metric::DPL, 0.2),
        (Metric::RD, 0.1),
        (Metric::AD, 0.1),
        (Metric::SD, -0.1),
    ];
    let mut held = [0; 4];
    for _ in 0..TABLES {
        let table = table(
            drawn(150, 0.5, 0.8, &mut random),
            drawn(600, 0.7, 0.9, &mut random),
        );
        let measured = measure(&table, &truths.map(|(metric, _)| metric), 400);
        for ((held, found), (_, truth)) in held.iter_mut().zip(&measured[0].metrics).zip(truths) {
            let (low, high) = found.interval.expect("an interval");
            *held += u32::from(low <= truth && truth <= high);
        }
    }
    // 95 % of 400 are 380; the percentile bootstrap of so many rows is at most a few points short of it.
    assert!(
        held.iter().all(|held| (364..=394).contains(held)),
        "{held:?} of {TABLES}"
    );
}

#[test]
fn a_seed_repeats_the_intervals_and_weights_have_none() {
    let mut random = SplitMix64(6);
    let table = table(
        drawn(200, 0.5, 0.8, &mut random),
        drawn(200, 0.6, 0.9, &mut random),
    );
    let counted = Metric::ALL;
    assert_eq!(
        measure(&table, &counted, 300),
        measure(&table, &counted, 300)
    );
    assert!(
        measure(&table, &counted, 0)[0]
            .metrics
            .iter()
            .all(|it| it.interval.is_none())
    );
}

#[test]
fn with_few_rows_in_its_share_a_metric_has_a_value_and_no_interval() {
    let rows = |true_positive: f64, true_negative: f64| Rows {
        true_positive,
        true_negative,
        ..Rows::default()
    };
    let table = table(rows(MINIMUM_ROWS - 1.0, 100.0), rows(100.0, 100.0));
    let measured = measure(&table, &[Metric::AD, Metric::RD, Metric::SD], 100);
    let [accuracy, recall, specificity] = measured[0].metrics.as_slice() else {
        panic!("three metrics");
    };
    assert!(!accuracy.is_too_few() && accuracy.interval.is_some());
    assert!(recall.is_too_few() && recall.interval.is_none() && recall.value == Ok(0.0));
    assert!(!specificity.is_too_few() && specificity.interval.is_some());
}
