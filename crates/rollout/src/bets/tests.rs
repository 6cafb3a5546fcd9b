use proptest::prelude::*;

use super::*;
use crate::row::Row;

const PAIRED: Bounds = Bounds {
    value: 1.0,
    weight: 1.0,
    stake: 1.0,
};

fn counted(wins: u64, losses: u64, ties: u64) -> Evidence {
    let mut evidence = Evidence::default();
    for (champion, challenger, rows) in [
        (false, true, wins),
        (true, false, losses),
        (true, true, ties),
    ] {
        if rows > 0 {
            evidence.add_many(Row::paired(champion, challenger, 1.0, 1.0).unwrap(), rows);
        }
    }
    evidence
}

/// 2^n B(1 + wins, 1 + losses): the sequential form of `McNemar`'s test with Beta(1, 1).
#[test]
fn against_no_difference_it_is_the_sequential_mcnemar_test() {
    for (wins, losses, expected) in [
        (12, 3, 4.501_099),
        (60, 40, 0.913_050),
        (150, 100, 11.888_741),
        (3, 12, 4.501_099),
    ] {
        for ties in [0, 1000] {
            let wealth = log_wealth(&counted(wins, losses, ties), PAIRED, 0.0).exp();
            assert!(
                (wealth / expected - 1.0).abs() < 1e-4,
                "{wealth} is not {expected}"
            );
        }
    }
}

/// By hand: one row, won. Half the mixture gains 1 + share, half loses as much.
#[test]
fn nothing_is_refuted_by_nothing_and_one_row_leaves_the_wealth_at_one() {
    assert!(log_wealth(&Evidence::default(), PAIRED, 0.3).abs() < 1e-12);
    assert!(log_wealth(&counted(1, 0, 0), PAIRED, 0.0).abs() < 1e-12);
    let everything = interval(&Evidence::default(), PAIRED, 0.05);
    assert!(
        (everything.low, everything.high) == (-1.0, 1.0),
        "{everything:?}"
    );
}

/// The wealth is a martingale: under the claim, the mean over the next row is the wealth now.
#[test]
fn under_the_claim_a_row_changes_the_wealth_by_nothing_on_average() {
    for (up, down) in [(0.05, 0.07), (0.3, 0.1), (0.06, 0.06)] {
        let now = log_wealth(&counted(20, 31, 400), PAIRED, up - down).exp();
        let next = up * log_wealth(&counted(21, 31, 400), PAIRED, up - down).exp()
            + down * log_wealth(&counted(20, 32, 400), PAIRED, up - down).exp()
            + (1.0 - up - down) * log_wealth(&counted(20, 31, 401), PAIRED, up - down).exp();
        assert!((next / now - 1.0).abs() < 1e-8, "{next} after {now}");
    }
}

/// Half of the rows differ by 1 and always get a label, the others never differ and get one in ten times: the mean is
/// 1/2, and of the labelled rows ten in eleven are of the first half.
#[test]
fn under_the_claim_weights_undo_the_selection() {
    let bounds = Bounds {
        value: 1.0,
        weight: 10.0,
        stake: 0.5,
    };
    let always = Row::paired(false, true, 1.0, 1.0).unwrap();
    let seldom = Row::paired(true, true, 0.1, 1.0).unwrap();
    let with = |extra: Option<Row>| {
        let mut evidence = Evidence::default();
        evidence.add_many(always, 30);
        evidence.add_many(seldom, 2);
        extra.into_iter().for_each(|row| evidence.add(row));
        log_wealth(&evidence, bounds, 0.5).exp()
    };
    let next = (10.0 * with(Some(always)) + with(Some(seldom))) / 11.0;
    assert!((next / with(None) - 1.0).abs() < 1e-8);
}

#[test]
fn rewards_of_another_scale_have_their_own_bounds() {
    let mut rewards = Evidence::default();
    let mut paired = Evidence::default();
    for (champion, challenger, rows) in [(false, true, 40), (true, false, 25)] {
        paired.add_many(Row::paired(champion, challenger, 1.0, 1.0).unwrap(), rows);
        // At equal shares a rewarded challenger is +1 and a rewarded champion -1.
        let slot = if challenger {
            crate::Slot::Challenger
        } else {
            crate::Slot::Champion
        };
        rewards.add_many(Row::rewarded(slot, true, 0.5).unwrap(), rows);
    }
    let one = interval(&paired, PAIRED, 0.05);
    let other = interval(&rewards, PAIRED, 0.05);
    assert!((one.low - other.low).abs() < 1e-8 && (one.high - other.high).abs() < 1e-8);
    let wider = interval(
        &rewards,
        Bounds {
            value: 10.0,
            weight: 1.0,
            stake: 1.0,
        },
        0.05,
    );
    assert!(
        wider.low < one.low && wider.high > one.high,
        "wider bounds promise less"
    );
}

fn evidence() -> impl Strategy<Value = (Evidence, Bounds)> {
    let row = (
        -1i8..=1,
        prop::sample::select(vec![0.1, 0.25, 1.0]),
        1u64..200,
    );
    prop::collection::vec(row, 1..8).prop_map(|rows| {
        let mut evidence = Evidence::default();
        for (value, pi, count) in rows {
            evidence.add_many(Row::paired(value < 0, value > 0, pi, 1.0).unwrap(), count);
        }
        (
            evidence,
            Bounds {
                value: 1.0,
                weight: 10.0,
                stake: 0.7,
            },
        )
    })
}

proptest! {
    #[test]
    fn what_is_not_refuted_is_an_interval_around_the_estimate(
        (evidence, bounds) in evidence(),
        at in -0.999..0.999f64,
    ) {
        let Interval { low, high } = interval(&evidence, bounds, 0.05);
        let estimate = evidence.difference();
        prop_assert!(low <= estimate && estimate <= high);
        let refuted = refutes(&evidence, bounds, at, 0.05);
        if at < low || at > high {
            prop_assert!(refuted, "{at} outside {low} to {high}");
        } else if at > low + 1e-8 && at < high - 1e-8 {
            prop_assert!(!refuted, "{at} within {low} to {high}");
        }
        let stricter = interval(&evidence, bounds, 0.01);
        prop_assert!(stricter.low <= low && high <= stricter.high);
    }

    #[test]
    fn a_model_and_its_rival_see_the_same_from_both_sides((evidence, bounds) in evidence()) {
        let mut mirrored = Evidence::default();
        for cell in evidence.cells() {
            let row = Row::paired(cell.row.value() > 0.0, cell.row.value() < 0.0, 1.0, cell.row.weight()).unwrap();
            mirrored.add_many(row, cell.rows);
        }
        let (one, other) = (interval(&evidence, bounds, 0.05), interval(&mirrored, bounds, 0.05));
        prop_assert!((one.low + other.high).abs() < 1e-8 && (one.high + other.low).abs() < 1e-8);
    }
}
