//! Days of review: texts come, are answered, asked again, and done.

use contracts::dataset::Origin;
use policy::answers::{Answers, Consensus, Next, Quality, Rule, Task, consolidate, reviewers};
use policy::random::SplitMix64;

use super::crowd::{Chance, LABELS, Reviewer, Text, text};

/// As `MaximumAnswers` may be, and the bar that the answers have to pass.
const RULE: Rule = Rule {
    least_posterior: 0.95,
    maximum_answers: 5,
};

#[derive(Debug, Clone, Copy)]
pub struct Plan<'p> {
    pub crowd: &'p [Reviewer],
    pub origin: Origin,
    pub with_voice: bool,
    pub days: usize,
    pub texts_a_day: usize,
}

/// One text's course.
pub struct Asked {
    pub text: Text,
    /// Reviewer and label.
    pub answers: Vec<(usize, usize)>,
    pub decided: Option<Decided>,
}

/// The label at the end, if any, and how probable it was said to be.
#[derive(Debug, Clone, Copy)]
pub struct Decided {
    pub label: Option<usize>,
    pub posterior: f64,
}

pub struct Days<'p> {
    plan: Plan<'p>,
    names: Vec<String>,
    pub random: Chance,
    pub asked: Vec<Asked>,
}

impl<'p> Days<'p> {
    pub fn new(plan: Plan<'p>, seed: u64) -> Self {
        let name = |place| format!("reviewer {place}");
        Self {
            plan,
            names: (0..plan.crowd.len()).map(name).collect(),
            random: Chance(SplitMix64(seed)),
            asked: Vec::new(),
        }
    }

    /// Every text of the day is asked until it is done; what is done is never opened again.
    pub fn day(&mut self) {
        for _ in 0..self.plan.texts_a_day {
            self.asked.push(Asked {
                text: text(&mut self.random, self.plan.origin),
                answers: Vec::new(),
                decided: None,
            });
        }
        while self.asked.iter().any(|asked| asked.decided.is_none()) {
            let open = self
                .asked
                .iter_mut()
                .filter(|asked| asked.decided.is_none());
            for asked in open {
                let truth = asked.text.truth;
                one_more(&mut asked.answers, truth, self.plan.crowd, &mut self.random);
            }
            self.consolidate();
        }
    }

    fn consolidate(&mut self) {
        let answers = self.answers(None);
        // Nobody is asked twice about a text.
        let maximum_answers = RULE.maximum_answers.min(self.plan.crowd.len());
        let rule = Rule {
            maximum_answers,
            ..RULE
        };
        let decided: Vec<Option<Decided>> = consolidate(&answers, rule)
            .iter()
            .map(|consensus| {
                (consensus.next == Next::Done).then(|| Decided {
                    label: consensus.label.and_then(place_of),
                    posterior: consensus.posterior,
                })
            })
            .collect();
        for (asked, decided) in self.asked.iter_mut().zip(decided) {
            asked.decided = asked.decided.or(decided);
        }
    }

    /// Of each text the label and its posterior as they would be without a reviewer.
    pub fn without(&self, reviewer: usize) -> Vec<(Option<usize>, f64)> {
        let all = consolidate(&self.answers(Some(reviewer)), RULE);
        let label = |it: &Consensus| (it.label.and_then(place_of), it.posterior);
        all.iter().map(label).collect()
    }

    fn answers(&self, without: Option<usize>) -> Answers<'_> {
        let task = |asked: &Asked| {
            let named =
                |&(reviewer, label): &(usize, usize)| (&*self.names[reviewer], LABELS[label]);
            let probabilities = || asked.text.probabilities.clone();
            Task {
                answers: asked
                    .answers
                    .iter()
                    .filter(|(reviewer, _)| Some(*reviewer) != without)
                    .map(named)
                    .collect(),
                origin: self.plan.origin,
                probabilities: self.plan.with_voice.then(probabilities),
            }
        };
        let tasks: Vec<Task> = self.asked.iter().map(task).collect();
        Answers::new(&LABELS, &tasks).expect("all answers are labels")
    }

    /// What is said of each reviewer who has answered, by place in the crowd.
    pub fn qualities<T>(&self, of: impl Fn(usize, &Quality) -> T) -> Vec<T> {
        let place = |quality: &Quality| self.names.iter().position(|name| name == quality.reviewer);
        reviewers(&self.answers(None))
            .iter()
            .map(|quality| of(place(quality).expect("one of the crowd"), quality))
            .collect()
    }
}

fn place_of(label: &str) -> Option<usize> {
    LABELS.iter().position(|known| *known == label)
}

/// One more answer, of somebody who has not given one.
pub fn one_more(
    answers: &mut Vec<(usize, usize)>,
    truth: usize,
    crowd: &[Reviewer],
    random: &mut Chance,
) {
    let is_free = |reviewer: &usize| !answers.iter().any(|(other, _)| other == reviewer);
    let free: Vec<usize> = (0..crowd.len()).filter(is_free).collect();
    let reviewer = free[random.below(free.len())];
    answers.push((reviewer, crowd[reviewer].answer(truth, random)));
}
