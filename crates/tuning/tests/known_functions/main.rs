//! Searches of functions whose minima are known.

mod functions;

use functions::{BRANIN, Function, HARTMANN};
use tuning::{Direction, State, Strategy, Study, Trial, best};

/// The best value after each trial, less the minimum; two trials run at a time.
fn regrets(function: &Function, strategy: Strategy, seed: u64, trials: usize) -> Vec<f64> {
    let study = Study {
        space: function.space(),
        strategy,
        direction: Direction::Minimize,
        warm: Vec::new(),
        seed,
    };
    let mut history: Vec<Trial> = Vec::new();
    let mut regrets = Vec::new();
    while history.len() < trials {
        for values in study.suggest(&history, 1) {
            let value = function.at(&values);
            history.push(Trial {
                number: u32::try_from(history.len()).unwrap(),
                values,
                state: State::Finished(value),
                curve: Vec::new(),
            });
            let best = best(&history, Direction::Minimize).unwrap();
            regrets.push(best.objective().unwrap() - function.minimum);
        }
    }
    regrets
}

#[test]
fn look() {
    for function in [BRANIN, HARTMANN] {
        let start = std::time::Instant::now();
        let seeds: u64 = std::env::var("SEEDS").map_or(10, |s| s.parse().unwrap());
        for strategy in [Strategy::Random, Strategy::Bayesian] {
            let runs: Vec<Vec<f64>> = (0..seeds)
                .map(|s| regrets(&function, strategy, s, 64))
                .collect();
            for n in [16, 32, 48, 64] {
                let mut r: Vec<f64> = runs.iter().map(|r| r[n - 1]).collect();
                r.sort_by(f64::total_cmp);
                println!(
                    "{} {strategy:?} {n}: median {:.4} p90 {:.4} mean {:.4}",
                    function.name,
                    r[r.len() / 2],
                    r[r.len() * 9 / 10],
                    r.iter().sum::<f64>() / r.len() as f64
                );
            }
        }
        println!("{:?}", start.elapsed());
    }
}
