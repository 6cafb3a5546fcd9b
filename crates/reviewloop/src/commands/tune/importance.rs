//! How much each hyperparameter accounts for.

use contracts::tuning::Range;
use tuning::{Parameter, Scaling, Space, State};

use super::look::Seen;

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

/// Each hyperparameter's share of the score's variation, the largest first; `None` where the trials are too few.
pub fn shares(seen: &Seen) -> Option<Vec<(String, f64)>> {
    let space = space(seen)?;
    let history: Vec<tuning::Trial> = (0..)
        .zip(&seen.trials)
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
