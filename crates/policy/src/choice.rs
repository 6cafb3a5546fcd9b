//! Which texts of an unlabelled file people are asked about.
//!
//! Without a model they are drawn at random. With one, its doubt chooses: the margin between the two most probable
//! labels (Scheffer, Decomain and Wrobel, IDA 2001). Doubt alone would take many texts of one kind, so the predicted
//! labels take turns, and a text that resembles a chosen one is passed over.

use std::cmp::Ordering;
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

/// The places of at most `budget` candidates, in the order in which they are asked. A row that the model refused is
/// none.
pub fn least_certain(candidates: &[Candidate], budget: usize) -> Vec<usize> {
    let mut queues = queues(candidates);
    let mut chosen: Vec<usize> = Vec::new();
    let mut words_of_chosen: Vec<BTreeSet<String>> = Vec::new();
    loop {
        let before = chosen.len();
        // One turn: each label has one text, the least certain label first.
        let mut waiting: Vec<&mut Vec<Entry>> = queues.values_mut().collect();
        while let Some(place) = least_certain_of(&waiting) {
            if chosen.len() == budget {
                return chosen;
            }
            let Some(next) = waiting[place].pop() else {
                break;
            };
            let words = words(candidates[next.place].text);
            if words_of_chosen.iter().all(|it| alike(it, &words) < ALIKE) {
                words_of_chosen.push(words);
                chosen.push(next.place);
                waiting.remove(place);
            }
        }
        if chosen.len() == before {
            return chosen;
        }
    }
}

/// A candidate's doubt; of two that are equal the draw decides.
#[derive(Debug, Clone, Copy)]
struct Entry {
    margin: f64,
    drawn: f64,
    place: usize,
}

impl Entry {
    fn order(&self, other: &Entry) -> Ordering {
        let by_doubt = self.margin.total_cmp(&other.margin);
        by_doubt.then(self.drawn.total_cmp(&other.drawn))
    }
}

/// By predicted label; the least certain is the last.
fn queues<'a>(candidates: &[Candidate<'a>]) -> BTreeMap<&'a str, Vec<Entry>> {
    let mut queues: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    for (place, candidate) in candidates.iter().enumerate() {
        let label = candidate.line.predicted_label.as_deref();
        if let (Some(label), Some(margin)) = (label, margin(candidate.line)) {
            let drawn = drawn(candidate.text);
            queues.entry(label).or_default().push(Entry {
                margin,
                drawn,
                place,
            });
        }
    }
    for queue in queues.values_mut() {
        queue.sort_by(|one, other| other.order(one));
    }
    queues
}

/// The place of the queue whose next text is the least certain.
fn least_certain_of(waiting: &[&mut Vec<Entry>]) -> Option<usize> {
    let next = waiting.iter().enumerate();
    let next = next.filter_map(|(place, queue)| Some((place, queue.last()?)));
    let least = next.min_by(|(_, one), (_, other)| one.order(other));
    least.map(|(place, _)| place)
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
