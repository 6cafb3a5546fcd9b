//! Which texts of an unlabelled file people are asked about.
//!
//! Without a model they are drawn at random. With one, its doubt chooses: the margin between the two most probable
//! labels (Scheffer, Decomain and Wrobel, IDA 2001). Doubt alone would take many texts of one kind, so the predicted
//! labels take turns, and a text that resembles a chosen one is passed over.

use std::collections::{BTreeMap, BTreeSet};

use contracts::prediction::PredictionLine;

use crate::split::fraction;
use crate::text::normalise;

/// Texts of a file that the model is asked about: ten for each that is chosen by default, and four calls.
pub const SAMPLE: usize = 2_000;

/// From this share of common words on (Jaccard), two texts are nearly the same.
const ALIKE: f64 = 0.6;

/// Where in `[0, 1)` the draw finds a text. The first texts are a random sample of their file, of any size.
pub fn drawn(text: &str) -> f64 {
    fraction("unlabelled", text)
}

/// A text and what the model said of it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    pub text: &'a str,
    pub line: &'a PredictionLine,
}

/// The places of at most `budget` candidates, the least certain first. A row that the model refused is none.
pub fn least_certain(candidates: &[Candidate], budget: usize) -> Vec<usize> {
    let mut queues: BTreeMap<&str, Vec<(f64, f64, usize)>> = BTreeMap::new();
    for (place, candidate) in candidates.iter().enumerate() {
        let label = candidate.line.predicted_label.as_deref();
        if let (Some(label), Some(margin)) = (label, margin(candidate.line)) {
            let entry = (margin, drawn(candidate.text), place);
            queues.entry(label).or_default().push(entry);
        }
    }
    for queue in queues.values_mut() {
        // The next is the last.
        queue.sort_by(|one, other| {
            let by_doubt = other.0.total_cmp(&one.0);
            by_doubt.then(other.1.total_cmp(&one.1))
        });
    }
    let mut chosen = Vec::new();
    let mut words_of_chosen: Vec<BTreeSet<String>> = Vec::new();
    while chosen.len() < budget && !queues.is_empty() {
        let mut turn: Vec<(f64, f64, usize)> = Vec::new();
        for queue in queues.values_mut() {
            while let Some(next) = queue.pop() {
                let words = words(candidates[next.2].text);
                if words_of_chosen.iter().all(|it| alike(it, &words) < ALIKE) {
                    words_of_chosen.push(words);
                    turn.push(next);
                    break;
                }
            }
        }
        queues.retain(|_, queue| !queue.is_empty());
        // Within a turn, too, doubt comes first: the last turn may be cut.
        turn.sort_by(|one, other| one.0.total_cmp(&other.0));
        chosen.extend(turn.into_iter().map(|(_, _, place)| place));
    }
    chosen.truncate(budget);
    chosen
}

/// Between the two most probable labels. Where only the first is known, the second has at most the rest.
fn margin(line: &PredictionLine) -> Option<f64> {
    let first = line.probability?;
    let mut probabilities: Vec<f64> = line.probabilities.values().copied().collect();
    probabilities.sort_by(|one, other| other.total_cmp(one));
    let second = match probabilities.get(1) {
        Some(second) => *second,
        None => (1.0 - first).min(first),
    };
    Some(first - second)
}

fn words(text: &str) -> BTreeSet<String> {
    let text = normalise(text);
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Jaccard's index; texts without a word are alike.
fn alike(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let common = one.intersection(other).count();
    let all = one.len() + other.len() - common;
    if all == 0 {
        return 1.0;
    }
    common as f64 / all as f64
}

#[cfg(test)]
mod tests;
