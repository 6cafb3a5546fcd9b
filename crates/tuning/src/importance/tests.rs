use super::*;
use crate::{Direction, Parameter, Range, Scaling, State, Strategy, Study};

fn continuous(name: &str, min: f64, max: f64) -> Parameter {
    let scaling = Scaling::Linear;
    Parameter {
        name: name.to_owned(),
        range: Range::Continuous { min, max, scaling },
    }
}

/// What is told of a function after so many trials.
fn told(parameters: Vec<Parameter>, count: usize, function: fn(&[f64]) -> f64) -> Vec<f64> {
    let (space, history) = tried(parameters, count, function);
    importance(&space, &history).unwrap()
}

fn tried(
    parameters: Vec<Parameter>,
    count: usize,
    function: fn(&[f64]) -> f64,
) -> (Space, Vec<Trial>) {
    let names: Vec<String> = parameters.iter().map(|known| known.name.clone()).collect();
    let study = Study {
        space: Space::new(parameters).unwrap(),
        strategy: Strategy::Random,
        direction: Direction::Minimize,
        warm: Vec::new(),
        seed: 3,
    };
    let trials = study.suggest(&[], count).into_iter().enumerate();
    let trials = trials.map(|(number, values)| {
        let point: Vec<f64> = names
            .iter()
            .map(|name| values[name].parse().unwrap())
            .collect();
        Trial {
            number: u32::try_from(number).unwrap(),
            values,
            state: State::Finished(function(&point)),
            curve: Vec::new(),
        }
    });
    let trials = trials.collect();
    (study.space, trials)
}

#[track_caller]
fn near(told: &[f64], wanted: &[f64], margin: f64) {
    let off = told.iter().zip(wanted).map(|(a, b)| (a - b).abs());
    assert!(off.fold(0.0, f64::max) < margin, "{told:?} for {wanted:?}");
}

#[test]
fn shares_of_a_sum_are_those_of_its_terms() {
    // Variances 16/12, 4/12 and 0.
    let parameters = ["a", "b", "c"].map(|name| continuous(name, 0.0, 1.0));
    let told = told(parameters.to_vec(), 32, |x| 4.0 * x[0] + 2.0 * x[1]);
    near(&told, &[0.8, 0.2, 0.0], 0.01);
}

#[test]
fn the_ishigami_function_has_its_known_indices() {
    // a = 7, b = 0.1 (Ishigami and Homma 1990): total indices 0.5576, 0.4424, 0.2437.
    use std::f64::consts::PI;
    let parameters = ["a", "b", "c"].map(|name| continuous(name, -PI, PI));
    let told = told(parameters.to_vec(), 128, |x| {
        x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
    });
    near(&told, &[0.5576, 0.4424, 0.2437], 0.05);
}

#[test]
fn a_category_counts_like_a_number() {
    // 1 or 0 has the variance 1/4, a uniform number 1/12.
    let values = ["0", "1"].map(str::to_owned).to_vec();
    let category = Parameter {
        name: "category".to_owned(),
        range: Range::Categorical { values },
    };
    let told = told(vec![category, continuous("b", 0.0, 1.0)], 24, |x| {
        x[0] + x[1]
    });
    near(&told, &[0.75, 0.25], 0.02);
}

#[test]
fn a_share_is_at_most_the_whole() {
    let parameters = ["a", "b"].map(|name| continuous(name, 0.0, 1.0));
    let told = told(parameters.to_vec(), 16, |x| 4.0 * x[0]);
    assert!(
        told.iter().all(|share| (0.0..=1.0).contains(share)),
        "{told:?}"
    );
}

#[test]
fn trials_that_were_stopped_change_nothing() {
    let parameters = ["a", "b"].map(|name| continuous(name, 0.0, 1.0));
    let (space, finished) = tried(parameters.to_vec(), 16, |x| 4.0 * x[0] + x[1]);
    let mut history = finished.clone();
    history.extend((16_u32..).zip(&finished).map(|(number, trial)| Trial {
        number,
        state: State::Stopped(Some(f64::from(number))),
        ..trial.clone()
    }));
    assert_eq!(importance(&space, &history), importance(&space, &finished));
    assert_eq!(importance(&space, &history[16..]), None);
}

#[test]
fn nothing_is_told_of_nothing() {
    let space = Space::new(vec![continuous("a", 0.0, 1.0)]).unwrap();
    assert_eq!(importance(&space, &[]), None);
}
