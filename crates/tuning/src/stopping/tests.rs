use super::*;
use crate::Values;
use Direction::{Maximize, Minimize};

fn trial(number: u32, curve: &[f64]) -> Trial {
    Trial {
        number,
        values: Values::new(),
        state: State::Running,
        curve: curve.to_vec(),
    }
}

#[test]
fn the_median_rule_compares_with_running_averages_of_earlier_trials() {
    // Running averages after two epochs: 0.3, 0.5 and 0.7.
    let earlier = [
        trial(0, &[0.2, 0.4, 0.9]),
        trial(1, &[0.4, 0.6]),
        trial(2, &[0.6, 0.8]),
        // Has not come so far.
        trial(3, &[0.9]),
    ];
    for (last, direction, stops) in [
        (0.49, Maximize, true),
        (0.5, Maximize, false),
        (0.51, Maximize, false),
        (0.51, Minimize, true),
        (0.5, Minimize, false),
        (f64::NAN, Maximize, true),
        (f64::NAN, Minimize, true),
    ] {
        let own = trial(4, &[0.0, last]);
        assert_eq!(
            Rule::Median.should_stop(&own, &earlier, direction),
            stops,
            "{last} {direction:?}"
        );
    }
}

#[test]
fn the_median_of_an_even_number_is_between_the_middle_two() {
    let earlier = [trial(0, &[0.2]), trial(1, &[0.6])];
    assert!(Rule::Median.should_stop(&trial(2, &[0.39]), &earlier, Maximize));
    assert!(!Rule::Median.should_stop(&trial(2, &[0.41]), &earlier, Maximize));
}

#[test]
fn the_median_rule_leaves_out_later_failed_and_diverged_trials() {
    let mut failed = trial(1, &[0.9]);
    failed.state = State::Failed;
    let others = [trial(0, &[f64::NAN]), failed, trial(3, &[0.9])];
    assert!(!Rule::Median.should_stop(&trial(2, &[0.1]), &others, Maximize));
    assert!(!Rule::Median.should_stop(&trial(2, &[]), &others, Maximize));
}

const HYPERBAND: Rule = Rule::Hyperband(Hyperband {
    min_resource: 2,
    max_resource: 9,
    ends_itself: false,
});

#[test]
fn a_rung_lets_the_best_third_pass() {
    // Rungs after 2 and 6 epochs. The first has the values 1 to 5 of five others.
    let others: Vec<Trial> = (1..=5)
        .map(|number| trial(number, &[0.0, f64::from(number)]))
        .collect();
    for (value, direction, stops) in [
        // Second of six, third of six.
        (4.5, Maximize, false),
        (3.5, Maximize, true),
        (1.5, Minimize, false),
        (2.5, Minimize, true),
        (f64::NAN, Maximize, true),
    ] {
        for curve in [vec![9.0, value], vec![9.0, value, 0.0, 0.0, 0.0]] {
            let own = trial(0, &curve);
            assert_eq!(
                HYPERBAND.should_stop(&own, &others, direction),
                stops,
                "{own:?}"
            );
        }
    }
    // A rung counts those that reached it: nobody else has reached the second.
    let own = trial(0, &[0.0; 6]);
    assert!(!HYPERBAND.should_stop(&own, &others, Maximize));
}

#[test]
fn no_trial_is_stopped_before_the_least_resource_and_each_at_the_most() {
    let others: Vec<Trial> = (1..=5).map(|number| trial(number, &[1.0; 9])).collect();
    assert!(!HYPERBAND.should_stop(&trial(0, &[0.0]), &others, Maximize));
    assert!(HYPERBAND.should_stop(&trial(0, &[0.0, 0.0]), &others, Maximize));
    assert!(HYPERBAND.should_stop(&trial(0, &[2.0; 9]), &others, Maximize));
}

#[test]
fn a_trial_that_ends_itself_is_not_stopped_at_its_last_epoch() {
    // The last epoch is a rung, too.
    let rule = Rule::Hyperband(Hyperband {
        min_resource: 1,
        max_resource: 3,
        ends_itself: true,
    });
    let others: Vec<Trial> = (1..=5).map(|number| trial(number, &[1.0; 3])).collect();
    assert!(rule.should_stop(&trial(0, &[0.0]), &others, Maximize));
    assert!(!rule.should_stop(&trial(0, &[0.0; 3]), &others, Maximize));
    assert!(!rule.should_stop(&trial(0, &[0.0; 4]), &others, Maximize));
}
