//! The point where a Gaussian process of the results so far expects the largest improvement.

use std::collections::BTreeSet;

use crate::gaussian_process::{Dimension, GaussianProcess};
use crate::improvement::log_expected;
use crate::{Range, Space, State, Study, Trial, Values, random};

/// Points that fill the space evenly come first, until this many have a result, and one more for each parameter.
const FIRST: usize = 3;

/// Candidates all over the space, then this many around each of the best of them and the best trial, closer at each round.
const CANDIDATES: u32 = 1000;
const NEAR: u32 = 33;
const KEPT: usize = 5;
const RADII: [f64; 5] = [0.2, 0.1, 0.05, 0.02, 0.005];

/// Candidates are not the points that `Random` takes.
const CANDIDATES_SEED: u64 = 0x63_616e_6469;

/// The values of the trial with this number. None while there are too few results for a model.
pub(crate) fn next(
    study: &Study,
    history: &[Trial],
    number: u32,
    tried: &BTreeSet<Values>,
) -> Option<Values> {
    let space = &study.space;
    let seen = Seen::new(study, history);
    if seen.results < FIRST + space.parameters().len() {
        return None;
    }
    let process = GaussianProcess::fit(&dimensions(space), seen.points.clone(), &seen.costs)?;
    let means = seen.points.iter().map(|point| process.mean(point));
    let best = means.fold(f64::INFINITY, f64::min);
    let incumbent = seen.points[seen.best()?].clone();
    let process = process.believing(seen.pending)?;
    let log_improvement = |point: &[f64]| log_expected(process.predict(point), best);
    let seed = study.seed ^ CANDIDATES_SEED ^ (u64::from(number) << 32);
    let ranked = ranked(space, incumbent, seed, log_improvement);
    let mut values = ranked.iter().map(|(_, point)| space.values(point));
    let best = space.values(&ranked.first()?.1);
    values.find(|values| !tried.contains(values)).or(Some(best))
}

/// What a model is made from.
struct Seen {
    points: Vec<Vec<f64>>,
    /// Less is better.
    costs: Vec<f64>,
    /// How many points have a result of their own.
    results: usize,
    /// Of trials that are running.
    pending: Vec<Vec<f64>>,
}

impl Seen {
    fn new(study: &Study, history: &[Trial]) -> Seen {
        let mut seen = Seen {
            points: Vec::new(),
            costs: Vec::new(),
            results: 0,
            pending: Vec::new(),
        };
        let mut fruitless = Vec::new();
        let warm = study.warm.iter().filter(|warm| warm.objective.is_finite());
        let warm = warm.map(|warm| (&warm.values, Some(warm.objective), false));
        let trials = history.iter().map(|trial| {
            let running = trial.state == State::Running;
            (&trial.values, trial.objective(), running)
        });
        for (values, objective, running) in warm.chain(trials) {
            let Ok(point) = study.space.point(values) else {
                continue;
            };
            match objective {
                Some(objective) => {
                    seen.points.push(point);
                    seen.costs.push(study.direction.cost(objective));
                }
                None if running => seen.pending.push(point),
                None => fruitless.push(point),
            }
        }
        seen.results = seen.costs.len();
        // A failure counts as the worst result so far, or the search would ask for the same again.
        if let Some(worst) = seen.costs.iter().copied().reduce(f64::max) {
            seen.costs.extend(fruitless.iter().map(|_| worst));
            seen.points.extend(fruitless);
        }
        seen
    }

    fn best(&self) -> Option<usize> {
        (0..self.costs.len()).min_by(|a, b| self.costs[*a].total_cmp(&self.costs[*b]))
    }
}

pub(crate) fn dimensions(space: &Space) -> Vec<Dimension> {
    let parameters = space.parameters().iter();
    parameters
        .map(|parameter| match parameter.range {
            Range::Categorical { .. } => Dimension::Categorical,
            Range::Continuous { .. } | Range::Integer { .. } => Dimension::Numeric,
        })
        .collect()
}

/// Candidates by falling score.
fn ranked(
    space: &Space,
    incumbent: Vec<f64>,
    seed: u64,
    score: impl Fn(&[f64]) -> f64,
) -> Vec<(f64, Vec<f64>)> {
    let dimensions = space.parameters().len();
    let scored = |point: Vec<f64>| {
        let point = space.snapped(point);
        let score = score(&point);
        let score = if score.is_nan() {
            f64::NEG_INFINITY
        } else {
            score
        };
        (score, point)
    };
    let mut ranked = vec![scored(incumbent.clone())];
    ranked.extend((0..CANDIDATES).map(|number| scored(random::point(number, dimensions, seed))));
    sort(&mut ranked);
    let mut number = 0;
    for radius in RADII {
        let mut centres: Vec<Vec<f64>> = ranked[..KEPT].iter().map(|(_, at)| at.clone()).collect();
        centres.push(incumbent.clone());
        for centre in centres {
            for _ in 0..NEAR {
                let draws = random::point(number, 2 * dimensions, seed.wrapping_add(1));
                ranked.push(scored(near(space, &centre, &draws, radius)));
                number += 1;
            }
        }
        sort(&mut ranked);
    }
    ranked
}

fn sort(ranked: &mut [(f64, Vec<f64>)]) {
    ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
}

/// A point near another: some coordinates moved within the radius, categories drawn anew more rarely.
fn near(space: &Space, centre: &[f64], draws: &[f64], radius: f64) -> Vec<f64> {
    let count = centre.len();
    let (moves, chances) = draws.split_at(count);
    let moved = 0.5f64.max(1.0 / count as f64);
    let point = (0..count).map(|at| {
        let categorical = matches!(space.parameters()[at].range, Range::Categorical { .. });
        if categorical {
            let anew = chances[at] < radius;
            return if anew { moves[at] } else { centre[at] };
        }
        if chances[at] >= moved {
            return centre[at];
        }
        (centre[at] + radius * (2.0 * moves[at] - 1.0)).clamp(0.0, 1.0)
    });
    point.collect()
}
