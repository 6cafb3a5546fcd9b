use proptest::prelude::*;

use super::*;

fn plan() -> Plan {
    Plan::paired(0.02, 4000, &[Kind::ALL])
}

fn row(value: i8) -> Row {
    Row::paired(value < 0, value > 0, 1.0, 1.0).unwrap()
}

fn with(wins: u64, losses: u64, ties: u64) -> Trial {
    let mut trial = Trial::start(plan()).unwrap();
    for (value, rows) in [(1, wins), (-1, losses), (0, ties)] {
        (0..rows).for_each(|_| trial.add(row(value)).unwrap());
    }
    trial
}

#[test]
fn the_verdict_follows_the_interval() {
    for (wins, losses, ties, expected) in [
        (100, 20, 400, Verdict::Promote { superior: true }),
        (20, 100, 400, Verdict::RollBack),
        (150, 150, 3000, Verdict::Promote { superior: false }),
        // Worse for certain, if by less than the margin.
        (10, 50, 3500, Verdict::RollBack),
        (
            260,
            280,
            3460,
            Verdict::Inconclusive {
                doubt: Doubt::Budget,
            },
        ),
    ] {
        let look = with(wins, losses, ties).look();
        assert_eq!(look.verdict, expected, "{look:?}");
        let Interval { low, high } = look.interval;
        match expected {
            Verdict::Promote { superior } => assert!(low > if superior { 0.0 } else { -0.02 }),
            Verdict::RollBack => assert!(high < 0.0),
            _ => assert!(low <= -0.02 && high >= 0.0),
        }
    }
}

#[test]
fn few_labels_hold_and_say_how_many_more() {
    let none = Trial::start(plan()).unwrap().look();
    assert_eq!(none.verdict, Verdict::Hold { more: None });
    assert!((none.interval.low, none.interval.high) == (-1.0, 1.0));
    // Three labels that all say the same decide nothing.
    assert!(!with(3, 0, 0).look().is_final());
    let look = with(12, 12, 176).look();
    // 9.2 · 0.125 / 0.02² less the 200 there are.
    assert_eq!(look.verdict, Verdict::Hold { more: Some(2700) }, "{look:?}");
}

#[test]
fn a_verdict_once_given_stays_given() {
    let mut trial = with(100, 20, 400);
    let given = trial.look();
    (0..3000).for_each(|_| trial.add(row(-1)).unwrap());
    assert_eq!(trial.look(), given);
    assert_eq!(trial.expire(), given);
    let written = serde_json::to_string(&trial).unwrap();
    let mut read: Trial = serde_json::from_str(&written).unwrap();
    assert_eq!(read.look().verdict, given.verdict);
}

#[test]
fn what_holds_at_the_deadline_goes_to_a_person() {
    let mut trial = with(12, 12, 176);
    let doubt = Doubt::Deadline;
    assert_eq!(trial.expire().verdict, Verdict::Inconclusive { doubt });
    (0..900).for_each(|_| trial.add(row(1)).unwrap());
    assert_eq!(trial.look().verdict, Verdict::Inconclusive { doubt });
}

/// By hand: Σ share w² π / Σ share w π with w = c/π.
#[test]
fn the_plan_knows_the_weights_of_its_kinds() {
    let kind = |share, inclusion_probability, class_weight| Kind {
        share,
        inclusion_probability,
        class_weight,
    };
    let plan = Plan::paired(0.02, 4000, &[kind(0.8, 0.1, 0.5), kind(0.2, 0.5, 3.0)]);
    let expected = (0.8 * 0.25 / 0.1 + 0.2 * 9.0 / 0.5) / (0.8 * 0.5 + 0.2 * 3.0);
    assert!((plan.largest_weight - 6.0).abs() < 1e-12);
    assert!((plan.usual_weight - expected).abs() < 1e-12);
    assert!(Trial::start(plan).is_ok());
}

/// The challenger was about equal for long, and is better now than what was possible then.
#[test]
fn a_difference_that_moved_is_no_verdict() {
    let mut trial = Trial::start(Plan {
        first_look: 100_000,
        budget: 100_000,
        ..plan()
    })
    .unwrap();
    (0..20_000).for_each(|_| trial.add(row(0)).unwrap());
    assert!(!trial.look().is_final());
    (0..20_000).for_each(|_| trial.add(row(1)).unwrap());
    let doubt = Doubt::Moved;
    assert_eq!(trial.look().verdict, Verdict::Inconclusive { doubt });
}

#[test]
fn the_wrong_plan_and_the_wrong_row_are_refused_by_name() {
    let refused = |plan: Plan| Trial::start(plan).unwrap_err().to_string();
    for margin in [0.0, -0.02, 1.0, f64::NAN] {
        assert!(refused(Plan { margin, ..plan() }).contains("margin"));
    }
    for alpha in [0.0, 1.0, f64::NAN] {
        assert!(refused(Plan { alpha, ..plan() }).contains("alpha"));
    }
    assert!(
        refused(Plan {
            largest_weight: f64::INFINITY,
            ..plan()
        })
        .contains("weight")
    );
    assert!(
        refused(Plan {
            largest_value: 0.0,
            ..plan()
        })
        .contains("value")
    );
    assert!(
        refused(Plan {
            budget: 100,
            ..plan()
        })
        .contains("first look")
    );
    assert!(
        refused(Plan {
            first_look: 0,
            budget: 0,
            ..plan()
        })
        .contains("budget")
    );
    assert!(
        refused(Plan {
            usual_weight: 2.0,
            ..plan()
        })
        .contains("usual weight of 2")
    );
    assert!(refused(Plan::paired(0.02, 4000, &[])).contains("weight of 0"));
    let mut trial = Trial::start(plan()).unwrap();
    let heavy = Row::paired(true, true, 0.5, 1.0).unwrap();
    assert!(
        trial
            .add(heavy)
            .unwrap_err()
            .to_string()
            .contains("weight of 2")
    );
    let wide = Row::rewarded(crate::Slot::Challenger, true, 0.05).unwrap();
    assert!(
        trial
            .add(wide)
            .unwrap_err()
            .to_string()
            .contains("difference of 10")
    );
    assert_eq!(trial.evidence().rows(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Late and out of order: the same rows at a look give the same look.
    #[test]
    fn the_order_within_a_look_makes_no_difference(
        (rows, shuffled) in prop::collection::vec(-1i8..=1, 600)
            .prop_flat_map(|rows| {
                let parts: Vec<_> = rows.chunks(200).map(|part| Just(part.to_vec()).prop_shuffle()).collect();
                (Just(rows), parts)
            })
    ) {
        let (mut one, mut other) = (Trial::start(plan()).unwrap(), Trial::start(plan()).unwrap());
        for (part, mixed) in rows.chunks(200).zip(&shuffled) {
            part.iter().for_each(|value| one.add(row(*value)).unwrap());
            mixed.iter().for_each(|value| other.add(row(*value)).unwrap());
            prop_assert_eq!(one.look(), other.look());
        }
        prop_assert_eq!(one, other);
    }

    /// The interval only narrows, until a verdict ends it.
    #[test]
    fn looks_narrow_the_interval(rows in prop::collection::vec(-1i8..=1, 300)) {
        let mut trial = Trial::start(plan()).unwrap();
        let mut before = trial.look();
        for part in rows.chunks(50) {
            part.iter().for_each(|value| trial.add(row(*value)).unwrap());
            let look = trial.look();
            if look.verdict != (Verdict::Inconclusive { doubt: Doubt::Moved }) {
                prop_assert!(look.interval.low >= before.interval.low);
                prop_assert!(look.interval.high <= before.interval.high);
            }
            before = look;
        }
    }
}
