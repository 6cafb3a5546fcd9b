//! From answers to the contract's numbers. The intervals are `policy`'s, which the gate uses too.

use contracts::evaluation::{
    CalibrationBin, ClassScores, Metric, ModelQuality, PairedDifference, Scores,
};
use policy::intervals::{self, Paired, Recall, wilson};

use super::confusion::Confusion;

/// Ten bins of equal width, as reliability diagrams are drawn.
const CALIBRATION_BINS: usize = 10;

/// One model's answer to one row; classes are places among the dataset's labels.
#[derive(Clone, Debug)]
pub struct Answer {
    pub truth: usize,
    pub predicted: usize,
    pub probabilities: Vec<f32>,
}

impl Answer {
    pub fn confidence(&self) -> f64 {
        f64::from(self.probabilities[self.predicted])
    }

    pub fn is_right(&self) -> bool {
        self.truth == self.predicted
    }
}

pub fn scores(answers: &[Answer], labels: &[String]) -> Scores {
    let confusion = confusion(answers, labels.len());
    let recalls: Vec<Recall> = (0..labels.len())
        .map(|class| Recall {
            right: confusion.right(class),
            rows: confusion.support(class),
        })
        .collect();
    let (balanced_accuracy, balanced_accuracy_interval) = intervals::balanced_accuracy(&recalls);
    let classes = labels.iter().enumerate().map(|(class, label)| ClassScores {
        label: label.clone(),
        support: confusion.support(class),
        precision: confusion.precision(class),
        recall: confusion.recall(class),
        recall_interval: wilson(confusion.right(class), confusion.support(class)),
        f1: confusion.f1(class),
    });
    Scores {
        rows: confusion.rows(),
        accuracy: confusion.accuracy(),
        accuracy_interval: wilson(confusion.all_right(), confusion.rows()),
        balanced_accuracy,
        balanced_accuracy_interval,
        macro_f1: confusion.macro_f1(),
        classes: classes.collect(),
        mean_cross_entropy: mean_cross_entropy(answers),
        calibration: calibration(answers),
        confusion: confusion.counts().to_vec(),
    }
}

/// SageMaker's layout of the same, which its model registry shows.
pub fn model_quality(answers: &[Answer], labels: &[String]) -> ModelQuality {
    let confusion = confusion(answers, labels.len());
    let by_label = |row: &Vec<u64>| labels.iter().cloned().zip(row.iter().copied()).collect();
    let metric = |value| Metric {
        value,
        standard_deviation: None,
    };
    ModelQuality {
        confusion_matrix: labels
            .iter()
            .cloned()
            .zip(confusion.counts().iter().map(by_label))
            .collect(),
        accuracy: metric(confusion.accuracy()),
        balanced_accuracy: metric(confusion.balanced_accuracy()),
        macro_f1: metric(confusion.macro_f1()),
        weighted_recall: metric(confusion.weighted(|class| confusion.recall(class))),
        weighted_precision: metric(confusion.weighted(|class| confusion.precision(class))),
        weighted_f1: metric(confusion.weighted(|class| confusion.f1(class))),
    }
}

/// Challenger minus champion on the same rows, in the same order.
pub fn paired_difference(
    challenger: &[Answer],
    champion: &[Answer],
    classes: usize,
) -> PairedDifference {
    let mut paired = vec![Paired::default(); classes];
    for (challenger, champion) in challenger.iter().zip(champion) {
        let class = &mut paired[challenger.truth];
        let cell = match (challenger.is_right(), champion.is_right()) {
            (true, true) => &mut class.both_right,
            (true, false) => &mut class.only_first,
            (false, true) => &mut class.only_second,
            (false, false) => &mut class.both_wrong,
        };
        *cell += 1;
    }
    let (value, interval) = intervals::paired_difference(&paired);
    PairedDifference {
        value,
        interval,
        only_challenger_right: paired.iter().map(|class| class.only_first).sum(),
        only_champion_right: paired.iter().map(|class| class.only_second).sum(),
    }
}

fn confusion(answers: &[Answer], classes: usize) -> Confusion {
    let mut confusion = Confusion::new(classes);
    for answer in answers {
        confusion.add(answer.truth, answer.predicted);
    }
    confusion
}

/// In nats; a probability that rounds to zero counts as the smallest one there is.
fn mean_cross_entropy(answers: &[Answer]) -> f64 {
    let loss = |answer: &Answer| {
        -f64::from(answer.probabilities[answer.truth].max(f32::MIN_POSITIVE)).ln()
    };
    answers.iter().map(loss).sum::<f64>() / answers.len().max(1) as f64
}

fn calibration(answers: &[Answer]) -> Vec<CalibrationBin> {
    let bins = CALIBRATION_BINS as f64;
    (0..CALIBRATION_BINS)
        .map(|bin| {
            let inside: Vec<&Answer> = answers
                .iter()
                .filter(|answer| bin_of(answer.confidence()) == bin)
                .collect();
            let rows = inside.len().max(1) as f64;
            CalibrationBin {
                from: bin as f64 / bins,
                to: (bin + 1) as f64 / bins,
                rows: inside.len() as u64,
                mean_confidence: inside.iter().map(|answer| answer.confidence()).sum::<f64>()
                    / rows,
                accuracy: inside.iter().filter(|answer| answer.is_right()).count() as f64 / rows,
            }
        })
        .collect()
}

/// The last bin includes one.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a confidence lies in [0, 1]"
)]
fn bin_of(confidence: f64) -> usize {
    ((confidence * CALIBRATION_BINS as f64) as usize).min(CALIBRATION_BINS - 1)
}
