//! What comes of many seeds.

use std::collections::BTreeSet;

use super::crowd::Reviewer;
use super::days::{Asked, Days, Plan, one_more};

/// Counts over all texts of all seeds.
#[derive(Debug, Default)]
pub struct Labels {
    pub texts: usize,
    pub answers: usize,
    pub right: usize,
    /// Sum of the posteriors with which the texts were done.
    pub said: f64,
    /// Right by three answers of the same crowd and their majority, a tie by lot.
    pub right_by_majority: usize,
}

impl Labels {
    pub fn share(&self, of: usize) -> f64 {
        of as f64 / self.texts as f64
    }
}

pub fn labels(plan: Plan, seeds: u64) -> Labels {
    let mut labels = Labels::default();
    for seed in 0..seeds {
        let mut days = Days::new(plan, seed);
        (0..plan.days).for_each(|_| days.day());
        for Asked {
            text,
            answers,
            decided,
        } in &days.asked
        {
            let decided = decided.expect("a day ends when all is done");
            labels.texts += 1;
            labels.answers += answers.len();
            labels.right += usize::from(decided.label == Some(text.truth));
            labels.said += decided.posterior;
            let mut three = Vec::new();
            (0..3).for_each(|_| one_more(&mut three, text.truth, plan.crowd, &mut days.random));
            let votes = |label| three.iter().filter(|(_, other)| *other == label).count();
            let most = (0..3).map(votes).max().expect("three labels");
            let ahead: Vec<usize> = (0..3).filter(|label| votes(*label) == most).collect();
            let label = ahead[days.random.below(ahead.len())];
            labels.right_by_majority += usize::from(label == text.truth);
        }
    }
    labels
}

/// Counts over the reviewers of all seeds. Whether somebody is accused is looked at daily.
#[derive(Debug, Default)]
pub struct Reviewers {
    pub honest: usize,
    /// Honest ones who were ever accused.
    pub wronged: usize,
    pub clickers: usize,
    pub found_by_30: usize,
    pub found_by_100: usize,
    /// Honest ones when they had 50 answers.
    pub with_50: usize,
    pub covered: usize,
    pub within_5_points: usize,
}

pub fn reviewers(plan: Plan, seeds: u64) -> Reviewers {
    let mut counted = Reviewers::default();
    let is_honest = |place: usize| plan.crowd[place].is_honest();
    let honest = (0..plan.crowd.len())
        .filter(|place| is_honest(*place))
        .count();
    for seed in 0..seeds {
        counted.honest += honest;
        counted.clickers += plan.crowd.len() - honest;
        let mut days = Days::new(plan, seed);
        let (mut accused, mut with_50) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..plan.days {
            days.day();
            let looks = days.qualities(|place, quality| {
                (
                    place,
                    quality.answers,
                    quality.suspicion.is_some(),
                    near(plan.crowd[place], quality),
                )
            });
            for (place, answers, suspected, (covered, near)) in looks {
                if suspected && accused.insert(place) {
                    counted.wronged += usize::from(is_honest(place));
                    counted.found_by_30 += usize::from(!is_honest(place) && answers <= 30);
                    counted.found_by_100 += usize::from(!is_honest(place) && answers <= 100);
                }
                if is_honest(place) && answers >= 50 && with_50.insert(place) {
                    counted.with_50 += 1;
                    counted.covered += usize::from(covered);
                    counted.within_5_points += usize::from(near);
                }
            }
        }
    }
    counted
}

/// Answers of all reviewers of all seeds to texts that the others make certain.
#[derive(Debug, Default)]
pub struct Known {
    pub reviewers: usize,
    pub texts: usize,
    pub right: usize,
    pub answers: usize,
    pub right_in_all: usize,
}

pub fn known(plan: Plan, seeds: u64) -> Known {
    let mut known = Known::default();
    for seed in 0..seeds {
        let mut days = Days::new(plan, seed);
        (0..plan.days).for_each(|_| days.day());
        for reviewer in 0..plan.crowd.len() {
            known.reviewers += 1;
            let without = days.without(reviewer);
            for (asked, (label, posterior)) in days.asked.iter().zip(without) {
                let own = asked.answers.iter().find(|(other, _)| *other == reviewer);
                let Some((_, own)) = own else { continue };
                known.answers += 1;
                known.right_in_all += usize::from(*own == asked.text.truth);
                if asked.answers.len() >= 3 && posterior >= 0.99 {
                    known.texts += 1;
                    known.right += usize::from(Some(*own) == label);
                }
            }
        }
    }
    known
}

/// Whether the interval holds the true accuracy, and whether the estimate is within five points of it.
fn near(reviewer: Reviewer, quality: &policy::answers::Quality) -> (bool, bool) {
    let truth = reviewer.accuracy();
    let interval = quality.interval;
    let covered = (interval.low..=interval.high).contains(&truth);
    (covered, (quality.accuracy - truth).abs() <= 0.05)
}
