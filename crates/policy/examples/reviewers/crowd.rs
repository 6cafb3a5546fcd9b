//! Texts with a truth, a model with an opinion, and reviewers with stated faults.

use contracts::dataset::Origin;
use policy::random::SplitMix64;

pub const LABELS: [&str; 3] = ["-1", "0", "1"];

/// The labels' shares among the clothing reviews' texts: one or two stars, three, four or five.
const SHARES: [f64; 3] = [0.105, 0.125, 0.77];

/// By how many standard deviations of its noise the model tells a label from the others: right in 92 % of all texts,
/// and in 72 % of the uncertain ones.
const SIGNAL: f64 = 2.0;
/// What is less probable is uncertain.
const UNCERTAIN: f64 = 0.9;

pub struct Text {
    pub truth: usize,
    pub probabilities: Vec<f64>,
}

/// The probabilities are calibrated by construction: Bayes' rule over what the model sees.
pub fn text(random: &mut Chance, origin: Origin) -> Text {
    loop {
        let truth = random.one_of(&SHARES);
        let seen = [0, 1, 2].map(|label| SIGNAL * f64::from(label == truth) + random.normal());
        let weight = |label: usize| SHARES[label] * (SIGNAL * seen[label]).exp();
        let sum: f64 = (0..3).map(weight).sum();
        let probabilities: Vec<f64> = (0..3).map(|label| weight(label) / sum).collect();
        let sure = probabilities.iter().any(|p| *p >= UNCERTAIN);
        if origin != Origin::Uncertain || !sure {
            return Text {
                truth,
                probabilities,
            };
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reviewer {
    /// Right so often; with neutral texts wrong half as often again, and three times in four by one step.
    Honest(f64),
    Always(usize),
    Uniform,
    AsOthers,
}

/// Right in 86 % of all texts on the average.
pub const HONEST: [Reviewer; 8] = [
    Reviewer::Honest(0.95),
    Reviewer::Honest(0.92),
    Reviewer::Honest(0.90),
    Reviewer::Honest(0.88),
    Reviewer::Honest(0.86),
    Reviewer::Honest(0.84),
    Reviewer::Honest(0.81),
    Reviewer::Honest(0.77),
];

impl Reviewer {
    pub fn is_honest(self) -> bool {
        matches!(self, Self::Honest(_))
    }

    pub fn answer(self, truth: usize, random: &mut Chance) -> usize {
        match self {
            Self::Honest(accuracy) => random.one_of(&confusion(accuracy)[truth]),
            Self::Always(label) => label,
            Self::Uniform => random.below(3),
            Self::AsOthers => random.one_of(&SHARES),
        }
    }

    /// The true share of right answers to texts of the traffic.
    pub fn accuracy(self) -> f64 {
        let right = |truth: usize| match self {
            Self::Honest(accuracy) => confusion(accuracy)[truth][truth],
            Self::Always(label) => f64::from(label == truth),
            Self::Uniform => 1.0 / 3.0,
            Self::AsOthers => SHARES[truth],
        };
        (0..3).map(|truth| SHARES[truth] * right(truth)).sum()
    }
}

/// By truth and answer.
fn confusion(accuracy: f64) -> [[f64; 3]; 3] {
    let wrong = 1.0 - accuracy;
    [
        [accuracy, 0.75 * wrong, 0.25 * wrong],
        [0.75 * wrong, 1.0 - 1.5 * wrong, 0.75 * wrong],
        [0.25 * wrong, 0.75 * wrong, accuracy],
    ]
}

pub struct Chance(pub SplitMix64);

impl Chance {
    /// Uniform in [0, 1).
    fn uniform(&mut self) -> f64 {
        (self.0.draw() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.below(bound as u64)).expect("less than a usize")
    }

    pub fn one_of(&mut self, shares: &[f64]) -> usize {
        let mut left = self.uniform();
        let place = shares.iter().position(|share| {
            left -= share;
            left < 0.0
        });
        place.unwrap_or(shares.len() - 1)
    }

    /// Box and Muller's transform.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}
