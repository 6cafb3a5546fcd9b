//! Ten days of a stack, after a first few labels.

use anyhow::Result;
use contracts::dataset::Origin;
use contracts::review::ReviewDay;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use time::OffsetDateTime;

use super::arms::Arm;
use super::crowd::{Asked, answer, decide};
use super::curves::Curve;
use super::learner::{Labelled, Learner};
use super::reviews::{Review, Reviews};

const TURNS: usize = 10;
/// Random texts with one answer each, from which the first model is made.
const FIRST_LABELS: usize = 200;
/// Texts that are out at once while answers come in.
const AT_ONCE: usize = 25;

pub fn run(arm: Arm, reviews: &Reviews, seed: u64) -> Result<Curve> {
    // The same beginning and the same traffic for all arms.
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut arriving: Vec<&Review> = reviews.stream.iter().collect();
    arriving.shuffle(&mut chance);
    let (first, traffic) = arriving.split_at(FIRST_LABELS);
    let first = first.iter().map(|review| Labelled {
        review,
        label: answer(review, arm.errors, &mut chance),
        chosen: false,
    });
    let mut labelled: Vec<Labelled> = first.collect();
    let first_labels = labelled.clone();

    let mut learner = Learner::train(&labelled, seed)?;
    let mut spent = labelled.len();
    let mut curve = vec![(spent as f64, learner.balanced_accuracy(&reviews.held_out))];
    let mut asked: Vec<Asked> = Vec::new();
    let mut met = ReviewDay::default();
    for traffic in traffic.chunks(traffic.len() / TURNS).take(TURNS) {
        let probabilities = learner.probabilities(traffic);
        let questions = arm
            .asking
            .questions(traffic, &probabilities, &mut met)
            .into_iter();
        let questions = questions.map(|(place, origin)| {
            Asked::new(traffic[place], origin, probabilities[place].clone())
        });
        spent += day(arm, &mut asked, questions, &mut chance);
        labelled.clone_from(&first_labels);
        labelled.extend(asked.iter().filter_map(|asked| {
            Some(Labelled {
                review: asked.review,
                label: asked.label()?,
                chosen: asked.origin == Origin::Uncertain,
            })
        }));
        learner = Learner::train(&labelled, seed)?;
        curve.push((spent as f64, learner.balanced_accuracy(&reviews.held_out)));
    }
    Ok(curve)
}

/// People answer until the day's cap is used or nothing is open. Returns how many answers they gave.
fn day<'r>(
    arm: Arm,
    asked: &mut Vec<Asked<'r>>,
    questions: impl Iterator<Item = Asked<'r>>,
    chance: &mut ChaCha8Rng,
) -> usize {
    let (caps, mut today) = (arm.asking.caps(), ReviewDay::default());
    let mut questions = questions.peekable();
    loop {
        let before = today.asked;
        for open in asked.iter_mut().filter(|asked| asked.is_open()) {
            if caps.grant(&mut today, caps.again(), 1, OffsetDateTime::UNIX_EPOCH) == 1 {
                open.answer(arm.errors, chance);
            }
        }
        for mut question in questions.by_ref().take(AT_ONCE) {
            if caps.grant(&mut today, question.origin, 1, OffsetDateTime::UNIX_EPOCH) == 1 {
                question.answer(arm.errors, chance);
                asked.push(question);
            }
        }
        decide(asked, arm.labelling);
        let is_over = [Origin::Audit, Origin::Uncertain]
            .iter()
            .all(|origin| caps.left(&today, *origin) == 0);
        if is_over || today.asked == before && questions.peek().is_none() {
            return today.asked;
        }
    }
}
