//! How much each hyperparameter accounts for.

use contracts::tuning::Range;
use tuning::{Parameter, Scaling, Space, State};

use super::look::{Seen, is_complete};

/// Complete trials without which nothing is said: of fewer, two studies of the same rows name different parameters.
pub const FEWEST: usize = 10;

/// The ranges as the crate `tuning` has them.
pub fn space(seen: &Seen) -> Option<Space> {
    let scaling = |logarithmic: bool| match logarithmic {
        true => Scaling::Logarithmic,
        false => Scaling::Linear,
    };
    let parameters = seen.study.ranges.iter().map(|(name, range)| {
        let range = match range {
            Range::Integer {
                min,
                max,
                logarithmic,
            } => tuning::Range::Integer {
                min: min.parse().ok()?,
                max: max.parse().ok()?,
                scaling: scaling(*logarithmic),
            },
            Range::Continuous {
                min,
                max,
                logarithmic,
            } => tuning::Range::Continuous {
                min: min.parse().ok()?,
                max: max.parse().ok()?,
                scaling: scaling(*logarithmic),
            },
            Range::Categorical { values } => tuning::Range::Categorical {
                values: values.clone(),
            },
        };
        let name = name.clone();
        Some(Parameter { name, range })
    });
    Space::new(parameters.collect::<Option<Vec<_>>>()?).ok()
}

/// Those that shares are of.
pub fn complete(seen: &Seen) -> usize {
    seen.trials.iter().filter(|it| is_complete(it)).count()
}

/// Each hyperparameter's share of the score's variation, the largest first; `None` where the trials are too few or
/// their scores alike.
pub fn shares(seen: &Seen) -> Option<Vec<(String, f64)>> {
    if complete(seen) < FEWEST {
        return None;
    }
    let space = space(seen)?;
    let complete = seen.trials.iter().filter(|trial| is_complete(trial));
    let history: Vec<tuning::Trial> = (0..)
        .zip(complete)
        .map(|(number, trial)| tuning::Trial {
            number,
            values: trial.hyperparameters.clone(),
            state: trial.score.map_or(State::Failed, State::Finished),
            curve: Vec::new(),
        })
        .collect();
    let shares = tuning::importance(&space, &history)?;
    let names = space
        .parameters()
        .iter()
        .map(|parameter| parameter.name.clone());
    let mut shares: Vec<(String, f64)> = names.zip(shares).collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    Some(shares)
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn shares_are_of_complete_trials_and_need_ten() {
        let mut trials = fixture::trials(9);
        trials.extend(fixture::trials(9).into_iter().map(fixture::stopped));
        let mut seen = fixture::seen(trials);
        assert_eq!((complete(&seen), shares(&seen)), (9, None));
        seen.trials.truncate(9);
        seen.trials.extend(fixture::trials(10).pop());
        let known = shares(&seen).unwrap();
        assert_eq!((complete(&seen), known.len()), (10, 2));
        assert_eq!(known[0].0, "c");
        // What was stopped changes nothing.
        seen.trials
            .extend(fixture::trials(20).into_iter().map(fixture::stopped));
        assert_eq!(shares(&seen), Some(known));
    }
}
