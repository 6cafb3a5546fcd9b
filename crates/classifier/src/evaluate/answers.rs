//! One model's answers to the test rows.

use anyhow::{Context, Result, ensure};
use contracts::dataset::PreparedRow;
use scores::most_likely;

use crate::calibration::Temperature;
use crate::trained_model::TrainedModel;

/// One model's answer to one row; classes are places among the dataset's labels.
#[derive(Clone, Debug)]
pub struct Answer {
    pub truth: usize,
    pub predicted: usize,
    /// As served, at the model's temperature.
    pub probabilities: Vec<f32>,
    /// Before it.
    pub uncalibrated: Vec<f32>,
}

impl Answer {
    pub fn confidence(&self) -> f64 {
        f64::from(self.probabilities[self.predicted])
    }

    pub fn is_right(&self) -> bool {
        self.truth == self.predicted
    }
}

/// One model's answers, and the temperature between its two kinds of probabilities.
#[derive(Clone, Debug)]
pub struct Answers {
    pub rows: Vec<Answer>,
    pub temperature: Temperature,
}

impl Answers {
    /// The answers at these places.
    pub fn at(&self, places: &[usize]) -> Answers {
        Answers {
            rows: places
                .iter()
                .map(|place| self.rows[*place].clone())
                .collect(),
            temperature: self.temperature,
        }
    }
}

/// A model that knows none of the dataset's labels is right for no row, whatever it has learnt.
pub fn share_a_label(model: &TrainedModel, labels: &[String]) -> Result<()> {
    ensure!(
        model.labels().iter().any(|label| labels.contains(label)),
        "the model's labels {:?} and the dataset's {labels:?} have none in common",
        model.labels()
    );
    Ok(())
}

/// A model's answer to every row, in the dataset's labels.
pub fn answer(model: &TrainedModel, rows: &[PreparedRow], labels: &[String]) -> Result<Answers> {
    let texts: Vec<&str> = rows.iter().map(|row| row.review_body.as_str()).collect();
    let truths = rows.iter().map(|row| row.sentiment.as_str());
    of_texts(model, &texts, truths, labels)
}

/// The same of texts and their labels. A label that only the model knows can be right for no row and is left out; one that
/// it does not know it never predicts.
pub fn of_texts<'a, T: AsRef<str> + Sync>(
    model: &TrainedModel,
    texts: &[T],
    truths: impl Iterator<Item = &'a str>,
    labels: &[String],
) -> Result<Answers> {
    let place = |label: &str| labels.iter().position(|known| known == label);
    let places: Vec<Option<usize>> = model.labels().iter().map(|label| place(label)).collect();
    let in_order = |of_model: &[f32]| {
        let mut probabilities = vec![0f32; labels.len()];
        for (place, probability) in places.iter().zip(of_model) {
            if let Some(place) = place {
                probabilities[*place] = *probability;
            }
        }
        probabilities
    };
    let temperature = model.temperature();
    let answers = truths.zip(model.uncalibrated_probabilities(texts)?);
    let answers = answers.map(|(truth, uncalibrated)| {
        let truth = place(truth)
            .with_context(|| format!("a test row has the unknown label \"{truth}\""))?;
        let mut served = uncalibrated.clone();
        temperature.apply(&mut served);
        let probabilities = in_order(&served);
        Ok(Answer {
            truth,
            predicted: most_likely(&probabilities),
            probabilities,
            uncalibrated: in_order(&uncalibrated),
        })
    });
    Ok(Answers {
        rows: answers.collect::<Result<_>>()?,
        temperature,
    })
}
