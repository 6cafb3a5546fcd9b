//! How well people label: their agreement, each reviewer, the labels that are confused, and the texts in dispute.

use contracts::answers::{AnsweredText, AnsweredTexts, GivenAnswer};

use crate::answers::{Agreement, Quality, Refused, agreement, reviewers};
use crate::intervals::quantile;
use crate::labelling::answers;

/// Of the newest texts that people answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey<'a> {
    pub texts: usize,
    /// Texts that several reviewers answered.
    pub compared: usize,
    /// `None` where no two reviewers answered one text, or only one label was ever given.
    pub agreement: Option<Agreement>,
    /// In alphabetical order of the workers.
    pub reviewers: Vec<Reviewer<'a>>,
    /// The most frequent first.
    pub confusions: Vec<Confusion<'a>>,
    /// The newest first.
    pub disputed: Vec<&'a AnsweredText>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Reviewer<'a> {
    pub quality: Quality<'a>,
    pub pace: Pace,
}

/// Seconds from taking a task to the answer: the median, and the quartiles around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

/// Two labels that reviewers give to the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confusion<'a> {
    /// In the labels' order.
    pub labels: [&'a str; 2],
    pub texts: usize,
}

/// Makes the bootstrap's draws the same each time.
const SEED: u64 = 20_261_128;

pub fn survey<'a>(known: &'a AnsweredTexts, labels: &'a [String]) -> Result<Survey<'a>, Refused> {
    let texts: Vec<&AnsweredText> = known.texts.iter().collect();
    let counted = answers(&texts, labels)?;
    let reviewers = reviewers(&counted);
    Ok(Survey {
        texts: texts.len(),
        compared: texts.iter().filter(|it| it.answers.len() > 1).count(),
        agreement: agreement(&counted, SEED),
        reviewers: reviewers
            .into_iter()
            .map(|quality| Reviewer {
                pace: pace(known, quality.reviewer),
                quality,
            })
            .collect(),
        confusions: confusions(known, labels),
        disputed: disputed(known),
    })
}

fn pace(known: &AnsweredTexts, worker: &str) -> Pace {
    let given = known.texts.iter().flat_map(|text| &text.answers);
    let own = given.filter(|given| given.worker == worker);
    let mut seconds: Vec<f64> = own.map(|given| given.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let [low, median, high] = [0.25, 0.5, 0.75].map(|share| quantile(&seconds, share));
    Pace { low, median, high }
}

fn confusions<'a>(known: &'a AnsweredTexts, labels: &'a [String]) -> Vec<Confusion<'a>> {
    let has = |text: &AnsweredText, label: &str| text.answers.iter().any(|it| it.label == label);
    let mut found = Vec::new();
    for (place, one) in labels.iter().enumerate() {
        for other in &labels[place + 1..] {
            let both = |text: &&AnsweredText| has(text, one) && has(text, other);
            let texts = known.texts.iter().filter(both).count();
            if texts > 0 {
                let labels = [one.as_str(), other.as_str()];
                found.push(Confusion { labels, texts });
            }
        }
    }
    found.sort_by_key(|confusion| std::cmp::Reverse(confusion.texts));
    found
}

fn disputed(known: &AnsweredTexts) -> Vec<&AnsweredText> {
    let differ = |answers: &[GivenAnswer]| answers.windows(2).any(|it| it[0].label != it[1].label);
    let texts = known.texts.iter().rev();
    texts.filter(|text| differ(&text.answers)).collect()
}

#[cfg(test)]
mod tests {
    use contracts::dataset::Origin;
    use contracts::task::Moment;

    use super::*;

    fn known(texts: &[&[(&str, &str, f64)]]) -> AnsweredTexts {
        let text = |(number, answers): (usize, &&[(&str, &str, f64)])| AnsweredText {
            text_hash: number.to_string(),
            origin: Origin::Audit,
            answers: answers
                .iter()
                .map(|&(worker, label, seconds)| GivenAnswer {
                    worker: worker.to_owned(),
                    label: label.to_owned(),
                    seconds,
                    submitted_at: String::new(),
                })
                .collect(),
            probabilities: [].into(),
            answered_at: Moment(0),
        };
        AnsweredTexts {
            texts: texts.iter().enumerate().map(text).collect(),
        }
    }

    fn labels() -> Vec<String> {
        ["-1", "0", "1"].map(str::to_owned).into()
    }

    #[test]
    fn it_tells_of_agreement_reviewers_confusions_and_disputes() {
        let known = known(&[
            &[("ann", "1", 3.0), ("bob", "1", 9.0)],
            &[("ann", "0", 5.0), ("bob", "1", 8.0)],
            &[("ann", "-1", 4.0), ("bob", "0", 7.0), ("cem", "0", 2.0)],
            &[("ann", "0", 6.0), ("cem", "1", 2.0)],
            &[("bob", "-1", 9.0)],
        ]);
        let labels = labels();
        let survey = survey(&known, &labels).unwrap();
        assert_eq!((survey.texts, survey.compared), (5, 4));
        assert_eq!(survey.agreement.unwrap().texts, 4);
        let seen = survey.reviewers.iter();
        let seen: Vec<_> = seen
            .map(|it| (it.quality.reviewer, it.quality.answers, it.pace.median))
            .collect();
        assert_eq!(seen, [("ann", 4, 4.5), ("bob", 4, 8.5), ("cem", 2, 2.0)]);
        let ann = survey.reviewers[0].pace;
        assert_eq!((ann.low, ann.high), (3.75, 5.25));
        let confused = survey.confusions.iter();
        let confused: Vec<_> = confused.map(|it| (it.labels, it.texts)).collect();
        assert_eq!(confused, [(["0", "1"], 2), (["-1", "0"], 1)]);
        let disputed: Vec<&str> = survey.disputed.iter().map(|it| &*it.text_hash).collect();
        assert_eq!(disputed, ["3", "2", "1"]);
    }

    #[test]
    fn of_nothing_there_is_nothing_to_tell() {
        let (known, labels) = (AnsweredTexts::default(), labels());
        let survey = survey(&known, &labels).unwrap();
        assert_eq!((survey.texts, survey.agreement), (0, None));
        assert!(survey.reviewers.is_empty() && survey.disputed.is_empty());
    }
}
