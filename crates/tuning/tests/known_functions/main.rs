//! Searches of functions whose minima are known. Bars lie between what was measured and what a worse model had (DESIGN.md).

mod functions;

use functions::{BRANIN, Function, HARTMANN};
use tuning::{Direction, State, Strategy, Study, Trial, best};

const SEEDS: u64 = 50;

/// The best value after so many trials less the minimum, for each seed.
fn regrets(function: &Function, strategy: Strategy, trials: usize) -> Vec<f64> {
    let regret = |seed| {
        let study = Study {
            space: function.space(),
            strategy,
            direction: Direction::Minimize,
            warm: Vec::new(),
            seed,
        };
        let mut history: Vec<Trial> = Vec::new();
        for number in 0..u32::try_from(trials).expect("few") {
            let values = study.suggest(&history, 1).remove(0);
            history.push(Trial {
                number,
                state: State::Finished(function.at(&values)),
                values,
                curve: Vec::new(),
            });
        }
        let best = best(&history, Direction::Minimize).and_then(Trial::objective);
        best.expect("every trial has a value") - function.minimum
    };
    (0..SEEDS).map(regret).collect()
}

/// Of `regrets`, so many in a hundred are below it.
fn percentile(regrets: &[f64], percent: usize) -> f64 {
    let mut sorted = regrets.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() * percent / 100]
}

#[track_caller]
fn check(function: &Function, trials: usize, median: f64, ninety: f64) {
    let bayesian = regrets(function, Strategy::Bayesian, trials);
    let random = regrets(function, Strategy::Random, trials);
    let ahead = bayesian
        .iter()
        .zip(&random)
        .filter(|(own, other)| own < other);
    let told = (
        percentile(&bayesian, 50),
        percentile(&bayesian, 90),
        ahead.count(),
    );
    let by_random = percentile(&random, 50);
    println!(
        "{} after {trials}: {told:?}, random {by_random}",
        function.name
    );
    assert!(told.0 < median && told.1 < ninety, "{told:?}");
    // By chance (half each) 36 or more of 50 happen once in a thousand times.
    assert!(told.2 >= 36, "{told:?}");
}

#[test]
fn branin_is_near_its_minimum_after_32_trials_and_ahead_of_random() {
    // Measured: 0.0007 and 0.007. With a narrow prior of the noise: 0.009 and 0.07.
    check(&BRANIN, 32, 0.005, 0.02);
}

#[test]
fn hartmann_is_in_its_two_lowest_valleys_after_64_trials_and_ahead_of_random() {
    // 0.12 above the minimum is the second lowest valley, where about half of the searches are by then. Nine of ten are
    // below 0.19; where the fit starts from longer length scales, below 0.54.
    check(&HARTMANN, 64, 0.13, 0.4);
}
