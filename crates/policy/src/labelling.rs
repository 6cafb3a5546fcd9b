//! What becomes of a text that people answered: a label, or another question.
//!
//! A text is asked until its label is probable enough ([`LEAST_POSTERIOR`]), by a bounded number of reviewers, and
//! only while there is a reviewer who has not answered it: a stack with one reviewer has labels of one answer. A text
//! that the model's doubt chose is asked once: it serves training alone, for which another text is worth more than
//! another answer, whether reviewers err in 0, 5 or 15 % (`peers/learning_curve`).

use contracts::answers::{AnsweredText, AnsweredTexts, GivenAnswer};
use contracts::dataset::Origin;
use contracts::task::Moment;

use crate::answers::{Answers, Next, Refused, Rule, Task, are_probabilities, consolidate};

/// A label as probable as this needs no further answer.
pub const LEAST_POSTERIOR: f64 = 0.95;

/// Texts by which reviewers are judged. More would not tell them better apart, and all are read for each answer.
pub const REMEMBERED: usize = 1000;

/// Whoever answered within a week is expected to answer again.
const PRESENT: i64 = 7 * 24 * 3600 * 1000;

#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Label {
        label: String,
        posterior: f64,
    },
    AskAgain {
        reason: String,
    },
    /// Two labels are ahead together, and there is nobody to ask.
    Disputed,
}

/// How far a text's question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub maximum_answers: usize,
    /// Nobody is asked again where the answers that there are make a label.
    pub is_last: bool,
}

/// The answers of all loops about a text in their order, the newest of each reviewer: an answer may be changed, and an
/// old event may come late.
pub fn gathered(loops: &[&[GivenAnswer]]) -> Vec<GivenAnswer> {
    let mut gathered: Vec<GivenAnswer> = Vec::new();
    for given in loops.iter().copied().flatten() {
        match gathered.iter_mut().find(|it| it.worker == given.worker) {
            Some(before) if given.submitted_at < before.submitted_at => {}
            Some(before) => *before = given.clone(),
            None => gathered.push(given.clone()),
        }
    }
    gathered
}

/// `labels` are the stack's: an answer that is none of them counts no more.
pub fn decide(
    known: &AnsweredTexts,
    text: &AnsweredText,
    labels: &[String],
    bounds: Bounds,
) -> Result<Decision, Refused> {
    let others = known
        .texts
        .iter()
        .filter(|it| it.text_hash != text.text_hash);
    let texts: Vec<&AnsweredText> = others.chain([text]).collect();
    let is_over = bounds.is_last || !has_several(text.origin) || !has_another_reviewer(known, text);
    let rule = Rule {
        least_posterior: LEAST_POSTERIOR,
        maximum_answers: if is_over { 0 } else { bounds.maximum_answers },
    };
    let all = consolidate(&answers(&texts, labels)?, rule);
    let consensus = all.last().expect("the text itself is among them");
    let posterior = consensus.posterior;
    Ok(match (consensus.label, consensus.next) {
        (Some(label), Next::Done) => Decision::Label {
            label: label.to_owned(),
            posterior,
        },
        (Some(_), Next::AskAgain) => Decision::AskAgain {
            reason: format!(
                "its label is {posterior:.2} probable after {} answers",
                text.answers.len()
            ),
        },
        (None, Next::Done) if !text.answers.is_empty() => Decision::Disputed,
        (None, _) => Decision::AskAgain {
            reason: "the answers do not agree on a label".to_owned(),
        },
    })
}

/// Whether a text may have several answers.
pub fn has_several(origin: Origin) -> bool {
    match origin {
        Origin::Audit | Origin::Upload => true,
        Origin::Uncertain => false,
    }
}

fn has_another_reviewer(known: &AnsweredTexts, text: &AnsweredText) -> bool {
    let Moment(now) = text.answered_at;
    let recent = known.texts.iter();
    let recent = recent.filter(|it| now - it.answered_at.0 < PRESENT);
    recent
        .flat_map(|it| &it.answers)
        .any(|given| text.answers.iter().all(|own| own.worker != given.worker))
}

/// The texts' answers as they are counted, those of the stack's labels.
pub fn answers<'a>(
    texts: &[&'a AnsweredText],
    labels: &'a [String],
) -> Result<Answers<'a>, Refused> {
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let tasks: Vec<Task> = texts.iter().map(|text| task(text, &labels)).collect();
    Answers::new(&labels, &tasks)
}

fn task<'a>(text: &'a AnsweredText, labels: &[&str]) -> Task<'a> {
    let counted = text
        .answers
        .iter()
        .filter(|given| labels.contains(&given.label.as_str()));
    let of_label = |label: &&str| text.probabilities.get(*label).copied();
    // A model of other labels has no voice.
    let is_alike = text.probabilities.len() == labels.len();
    Task {
        answers: counted
            .map(|given| (given.worker.as_str(), given.label.as_str()))
            .collect(),
        origin: text.origin,
        // Nor has one whose record was changed by hand: it must not keep all texts from their labels.
        probabilities: labels
            .iter()
            .map(of_label)
            .collect::<Option<Vec<f64>>>()
            .filter(|values| is_alike && are_probabilities(values)),
    }
}

/// With this text, or with its new answers; the oldest text beyond the bound is forgotten.
pub fn remember(mut known: AnsweredTexts, text: &AnsweredText) -> AnsweredTexts {
    let texts = &mut known.texts;
    match texts
        .iter_mut()
        .find(|known| known.text_hash == text.text_hash)
    {
        // Told twice of the same answers, it does not become newer.
        Some(same) if same.answers == text.answers => {}
        Some(before) => *before = text.clone(),
        None => texts.push(text.clone()),
    }
    let beyond = texts.len().saturating_sub(REMEMBERED);
    texts.drain(..beyond);
    known
}

#[cfg(test)]
mod tests;
