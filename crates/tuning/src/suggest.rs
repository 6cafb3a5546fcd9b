//! The next trials of a study.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::{State, Strategy, Study, Trial, Values, bayesian, random};

impl Study {
    /// The values of the next `count` trials: fewer only where the grid ends. The same arguments have the same answer,
    /// in whichever order the trials stand; two at once are what one and then another would be with the first running.
    pub fn suggest(&self, history: &[Trial], count: usize) -> Vec<Values> {
        let mut history = history.to_vec();
        history.sort_by_key(|trial| trial.number);
        let mut suggestions = Vec::new();
        for _ in 0..count {
            let Some(values) = self.next(&history) else {
                break;
            };
            history.push(Trial {
                number: next_number(&history),
                values: values.clone(),
                state: State::Running,
                curve: Vec::new(),
            });
            suggestions.push(values);
        }
        suggestions
    }

    /// `history` is in order.
    fn next(&self, history: &[Trial]) -> Option<Values> {
        let tried = history.iter().map(|trial| self.space.part(&trial.values));
        let tried: BTreeSet<Values> = tried.collect();
        let number = next_number(history);
        let values = match self.strategy {
            Strategy::Grid => return self.space.grid(&tried).next(),
            Strategy::Random | Strategy::Hyperband(_) => None,
            Strategy::Bayesian => bayesian::next(self, history, number, &tried),
        };
        let values = values.unwrap_or_else(|| {
            let dimensions = self.space.parameters().len();
            self.space
                .values(&random::point(number, dimensions, self.seed))
        });
        // Where everything was tried, it is tried again.
        self.space.untried(values.clone(), &tried).or(Some(values))
    }
}

fn next_number(history: &[Trial]) -> u32 {
    history.last().map_or(0, |trial| trial.number + 1)
}
