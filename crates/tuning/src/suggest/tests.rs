use std::collections::BTreeSet;

use super::*;
use crate::{Direction, Observation, Parameter, Range, Scaling, Space, best};

fn parameter(name: &str, range: Range) -> Parameter {
    let name = name.to_owned();
    Parameter { name, range }
}

fn rate() -> Parameter {
    let range = Range::Continuous {
        min: 1e-3,
        max: 1.0,
        scaling: Scaling::Logarithmic,
    };
    parameter("rate", range)
}

fn layers(max: i64) -> Parameter {
    let range = Range::Integer {
        min: 1,
        max,
        scaling: Scaling::Linear,
    };
    parameter("layers", range)
}

fn optimiser() -> Parameter {
    let values = ["adam", "sgd", "lion"].map(str::to_owned).to_vec();
    parameter("optimiser", Range::Categorical { values })
}

fn study(strategy: Strategy, parameters: Vec<Parameter>) -> Study {
    Study {
        space: Space::new(parameters).unwrap(),
        strategy,
        direction: Direction::Maximize,
        warm: Vec::new(),
        seed: 5,
    }
}

/// Highest at a rate of 0.1 with lion; fails at one layer.
fn outcome(values: &Values) -> State {
    let rate: f64 = values["rate"].parse().unwrap();
    let lion = f64::from(u8::from(values["optimiser"] == "lion"));
    match values["layers"].as_str() {
        "1" => State::Failed,
        "2" => State::Finished(f64::NAN),
        _ => State::Finished(lion - (rate.log10() + 1.0).powi(2)),
    }
}

fn trial(number: usize, values: Values, state: State) -> Trial {
    Trial {
        number: u32::try_from(number).unwrap(),
        values,
        state,
        curve: Vec::new(),
    }
}

/// A training job has hyperparameters that are not searched, too.
fn with_static(mut values: Values) -> Values {
    values.insert("epochs".to_owned(), "3".to_owned());
    values
}

fn mixed() -> Vec<Parameter> {
    vec![rate(), layers(8), optimiser()]
}

const BOTH: [Strategy; 2] = [Strategy::Random, Strategy::Bayesian];

fn run(study: &Study, trials: usize) -> Vec<Trial> {
    let mut history = Vec::new();
    for number in 0..trials {
        let values = study.suggest(&history, 1).remove(0);
        let state = outcome(&values);
        history.push(trial(number, values, state));
    }
    history
}

#[test]
fn a_study_goes_on_after_a_crash_as_if_there_had_been_none() {
    for strategy in BOTH {
        let study = study(strategy, mixed());
        let whole = run(&study, 20);
        for crash in [0, 1, 9, 19] {
            // What remains is what was stored, in any order.
            let mut stored = whole[..crash].to_vec();
            stored.reverse();
            let again = study.suggest(&stored, 1);
            assert_eq!(again, [whole[crash].values.clone()], "{strategy:?} {crash}");
        }
    }
}

#[test]
fn several_at_once_are_one_after_another_with_the_first_running() {
    for strategy in BOTH {
        let study = study(strategy, mixed());
        let mut history = run(&study, 12);
        let together = study.suggest(&history, 4);
        let different: BTreeSet<&Values> = together.iter().collect();
        assert_eq!(different.len(), 4, "{strategy:?}: {together:?}");
        for values in together {
            assert_eq!(study.suggest(&history, 1).first(), Some(&values));
            history.push(trial(history.len(), values, State::Running));
        }
    }
}

#[test]
fn parallel_trials_may_end_in_any_order() {
    let study = study(Strategy::Bayesian, mixed());
    let mut history: Vec<Trial> = Vec::new();
    // Three run at a time; the one that ends is not the one that started first.
    for round in 0..24 {
        let started = study.suggest(&history, 1).remove(0);
        assert!(study.space.point(&started).is_ok());
        history.push(trial(history.len(), started, State::Running));
        let running = history
            .iter_mut()
            .filter(|trial| trial.state == State::Running);
        let mut running: Vec<_> = running.collect();
        if running.len() == 3 {
            let ended = running.remove(round % 3);
            ended.state = outcome(&ended.values);
        }
    }
    let best = best(&history, Direction::Maximize).unwrap();
    assert!(best.objective().unwrap() > 0.9, "{best:?}");
}

#[test]
fn bayesian_finds_the_optimum_in_spite_of_failures() {
    let study = study(Strategy::Bayesian, mixed());
    let history = run(&study, 25);
    let failed = history.iter().filter(|trial| trial.objective().is_none());
    assert!(failed.count() < 10);
    let best = best(&history, Direction::Maximize).unwrap();
    assert!(best.objective().unwrap() > 0.99, "{best:?}");
}

#[test]
fn a_warm_start_is_better_informed() {
    let cold = study(Strategy::Bayesian, mixed());
    let known = run(&cold, 25);
    let mut warm = cold.clone();
    warm.seed = 6;
    let observations = known.iter().filter_map(|trial| {
        Some(Observation {
            values: trial.values.clone(),
            objective: trial.objective()?,
        })
    });
    warm.warm = observations.collect();
    // Of another space: left aside.
    warm.warm.push(Observation {
        values: Values::new(),
        objective: 9.0,
    });
    let first = warm.suggest(&[], 1).remove(0);
    assert_eq!(first["optimiser"], "lion");
    let rate: f64 = first["rate"].parse().unwrap();
    assert!((0.05..0.2).contains(&rate), "{rate}");
}

#[test]
fn no_point_is_tried_twice_while_others_are_left() {
    for strategy in [Strategy::Random, Strategy::Bayesian, Strategy::Grid] {
        let study = study(strategy, vec![layers(5), optimiser()]);
        assert_eq!(study.space.size(), Some(15));
        let mut history = Vec::new();
        while history.len() < 15 {
            for values in study
                .suggest(&history, 2)
                .into_iter()
                .take(15 - history.len())
            {
                let objective = f64::from(u8::from(values["layers"] == "3"));
                let number = history.len();
                history.push(trial(
                    number,
                    with_static(values),
                    State::Finished(objective),
                ));
            }
        }
        let different: BTreeSet<&Values> = history.iter().map(|trial| &trial.values).collect();
        assert_eq!(different.len(), 15, "{strategy:?}");
        let after = study.suggest(&history, 1);
        assert_eq!(after.is_empty(), strategy == Strategy::Grid);
    }
}

#[test]
fn a_grid_is_tried_in_order() {
    let study = study(Strategy::Grid, vec![layers(2), optimiser()]);
    let named = |values: &Values| format!("{}{}", values["layers"], values["optimiser"]);
    let grid: Vec<String> = study.suggest(&[], 9).iter().map(named).collect();
    assert_eq!(grid, ["1adam", "1sgd", "1lion", "2adam", "2sgd", "2lion"]);
}

#[test]
fn a_space_of_one_point_has_that_point() {
    for strategy in BOTH {
        let study = study(strategy, vec![layers(1)]);
        let mut history = Vec::new();
        for number in 0..8 {
            let values = study.suggest(&history, 1).remove(0);
            assert_eq!(values["layers"], "1");
            history.push(trial(number, values, State::Finished(0.5)));
        }
    }
}

#[test]
fn a_study_of_failures_goes_on_searching() {
    let study = study(Strategy::Bayesian, mixed());
    let mut history = Vec::new();
    let ends = [
        State::Failed,
        State::Finished(f64::NAN),
        State::Finished(f64::INFINITY),
        State::Stopped(None),
    ];
    for number in 0..12 {
        let values = study.suggest(&history, 1).remove(0);
        history.push(trial(number, values, ends[number % 4]));
    }
    assert_eq!(best(&history, Direction::Maximize), None);
    let different: BTreeSet<&Values> = history.iter().map(|trial| &trial.values).collect();
    assert_eq!(different.len(), 12);
}

#[test]
fn the_best_is_the_earliest_of_the_best_finite() {
    let objectives = [f64::NAN, 0.5, 0.9, f64::INFINITY, 0.9, 0.1];
    let trials = objectives.iter().enumerate();
    let history: Vec<Trial> = trials
        .map(|(number, objective)| trial(number, Values::new(), State::Finished(*objective)))
        .rev()
        .collect();
    let number = |direction| best(&history, direction).map(|trial| trial.number);
    assert_eq!(number(Direction::Maximize), Some(2));
    assert_eq!(number(Direction::Minimize), Some(5));
    assert_eq!(best(&[], Direction::Minimize), None);
}

#[test]
fn random_points_fill_the_space_evenly() {
    let study = study(Strategy::Random, vec![rate()]);
    let mut counts = [0; 16];
    for values in study.suggest(&[], 16) {
        let point = study.space.point(&values).unwrap();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 16"
        )]
        let sixteenth = (point[0] * 16.0) as usize;
        counts[sixteenth.min(15)] += 1;
    }
    assert_eq!(counts, [1; 16]);
    let mut other = study.clone();
    other.seed = 6;
    assert_ne!(study.suggest(&[], 1), other.suggest(&[], 1));
}

#[test]
fn a_model_waits_for_enough_results_of_its_space() {
    let bayesian = study(Strategy::Bayesian, mixed());
    let random = study(Strategy::Random, mixed());
    let known = run(&random, 40);
    let (finished, failed): (Vec<_>, Vec<_>) = known
        .into_iter()
        .partition(|trial| trial.objective().is_some());
    let alike = |bayesian: &Study, history: &[Trial]| {
        bayesian.suggest(history, 1) == random.suggest(history, 1)
    };
    // Six are enough for three parameters; failures, trials that run, and other spaces' results add nothing.
    let mut history = [&finished[..5], &failed].concat();
    history.push(trial(50, finished[6].values.clone(), State::Running));
    let mut warm = bayesian.clone();
    warm.warm = vec![
        Observation {
            values: Values::new(),
            objective: 9.0,
        };
        6
    ];
    assert!(alike(&warm, &history));
    history.push(finished[5].clone());
    assert!(!alike(&bayesian, &history));
}

#[test]
fn finite_objectives_of_any_size_are_searched() {
    let study = study(Strategy::Bayesian, vec![rate()]);
    let mut history = Vec::new();
    for (number, objective) in [1e308, -1e308, 1.7e308, f64::MAX, f64::MIN, 1e-310]
        .into_iter()
        .enumerate()
    {
        let values = study.suggest(&history, 1).remove(0);
        history.push(trial(number, values, State::Finished(objective)));
    }
    let next = study.suggest(&history, 2);
    assert!(study.space.point(&next[1]).is_ok(), "{next:?}");
    assert!(crate::importance(&study.space, &history).is_some());
}
