//! The label that answers make together, and whether one more is asked for.

use super::estimate::estimate;
use super::read::{Answers, Text};

/// When a text has been asked often enough.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// A label this probable needs no further answer.
    pub least_posterior: f64,
    pub maximum_answers: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Done,
    AskAgain,
}

/// What is made of a text's answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Consensus<'a> {
    /// The most probable of the labels that were answered: the model makes people's answers more or less
    /// certain and gives none itself. `None` without an answer, and where two labels are ahead together.
    pub label: Option<&'a str>,
    /// How probable the label is; of those ahead together, each.
    pub posterior: f64,
    /// Reviewers who gave the label.
    pub agreeing: usize,
    pub next: Next,
}

/// Sums in another order differ by less; two labels as close as this are a tie.
const TIE: f64 = 1e-9;

/// In the tasks' order. What is `Done` once may be undecided in the light of later answers: then the
/// reviewers turned out to be worse than was thought.
pub fn consolidate<'a>(answers: &Answers<'a>, rule: Rule) -> Vec<Consensus<'a>> {
    let (_, posteriors) = estimate(answers);
    let texts = answers.texts.iter().zip(posteriors);
    texts
        .map(|(text, posterior)| consensus(&answers.labels, text, &posterior, rule))
        .collect()
}

fn consensus<'a>(labels: &[&'a str], text: &Text, posterior: &[f64], rule: Rule) -> Consensus<'a> {
    let given = |label: usize| {
        text.answers
            .iter()
            .filter(move |answer| answer.label == label)
    };
    let answered = (0..labels.len()).filter(|&label| given(label).next().is_some());
    let probable = |label: &usize| posterior[*label];
    let highest = answered
        .clone()
        .map(|label| probable(&label))
        .fold(0.0, f64::max);
    let mut ahead = answered.filter(|label| probable(label) >= highest - TIE);
    let label = ahead.next().filter(|_| ahead.next().is_none());
    let decided = label.is_some() && highest >= rule.least_posterior;
    Consensus {
        label: label.map(|label| labels[label]),
        posterior: highest,
        agreeing: label.map_or(0, |label| given(label).count()),
        next: if decided || text.answers.len() >= rule.maximum_answers {
            Next::Done
        } else {
            Next::AskAgain
        },
    }
}
