//! From answers to the contract's numbers. The intervals are `policy`'s, which the gate uses too.

use contracts::evaluation::{
    BestConstantClassifier, ClassScores, Metric, ModelQuality, Scores, Uncalibrated,
};
use policy::intervals::{self, Recall, wilson};

use scores::bootstrap::{Drawn, Resamples};
use scores::{Confusion, loss, reliability};

use super::answers::{Answer, Answers};
use crate::calibration::Temperature;

pub fn scores(answers: &Answers, labels: &[String]) -> Scores {
    let Answers {
        rows: answers,
        temperature,
    } = answers;
    let confusion = confusion(answers, labels.len());
    let recalls: Vec<Recall> = (0..labels.len())
        .map(|class| Recall {
            right: confusion.right(class),
            rows: confusion.support(class),
        })
        .collect();
    let (balanced_accuracy, balanced_accuracy_interval) = intervals::balanced_accuracy(&recalls);
    let resamples = (confusion.rows() > 0).then(|| Resamples::of(&confusion));
    let classes = labels.iter().enumerate().map(|(class, label)| ClassScores {
        label: label.clone(),
        support: confusion.support(class),
        precision: confusion.precision(class),
        precision_interval: Some(wilson(confusion.right(class), confusion.predictions(class))),
        recall: confusion.recall(class),
        recall_interval: wilson(confusion.right(class), confusion.support(class)),
        f1: confusion.f1(class),
        f1_interval: resamples.as_ref().map(|resamples| {
            resamples
                .within_classes
                .estimate(|drawn| drawn.f1(class))
                .interval
        }),
    });
    let served = outcomes(answers, |answer| &answer.probabilities);
    let (calibration, calibrated_error) = reliability::calibrated(&served);
    Scores {
        rows: confusion.rows(),
        accuracy: confusion.accuracy(),
        accuracy_interval: wilson(confusion.all_right(), confusion.rows()),
        balanced_accuracy,
        balanced_accuracy_interval,
        macro_f1: confusion.macro_f1(),
        classes: classes.collect(),
        bootstrap: resamples.as_ref().map(Resamples::bootstrap),
        mean_cross_entropy: mean_cross_entropy(answers, |answer| &answer.probabilities),
        expected_calibration_error: Some(reliability::expected_calibration_error(&calibration)),
        calibrated_error: Some(calibrated_error),
        calibration,
        uncalibrated: Some(uncalibrated(answers, *temperature)),
        coverage: reliability::coverage(&served),
        confusion: confusion.counts().to_vec(),
    }
}

/// SageMaker's layout of the same, which its model registry shows.
pub fn model_quality(answers: &Answers, labels: &[String]) -> ModelQuality {
    let confusion = confusion(&answers.rows, labels.len());
    let by_label = |row: &Vec<u64>| labels.iter().cloned().zip(row.iter().copied()).collect();
    let resamples = Resamples::of(&confusion);
    let metric = |drawn: &Drawn, score: &dyn Fn(&Confusion) -> f64| Metric {
        value: score(&confusion),
        standard_deviation: Some(drawn.estimate(score).standard_deviation),
    };
    let of_classes = |score: &dyn Fn(&Confusion) -> f64| metric(&resamples.within_classes, score);
    let of_rows = |score: &dyn Fn(&Confusion) -> f64| metric(&resamples.over_rows, score);
    let constant = confusion.best_constant_classifier();
    // A baseline for comparison, which needs no deviation.
    let fixed = |value| Metric {
        value,
        standard_deviation: None,
    };
    ModelQuality {
        confusion_matrix: labels
            .iter()
            .cloned()
            .zip(confusion.counts().iter().map(by_label))
            .collect(),
        accuracy: of_rows(&Confusion::accuracy),
        balanced_accuracy: of_classes(&Confusion::balanced_accuracy),
        macro_f1: of_classes(&Confusion::macro_f1),
        weighted_recall: of_rows(&Confusion::weighted_recall),
        weighted_precision: of_rows(&Confusion::weighted_precision),
        weighted_f0_5: Some(of_rows(&|confusion| confusion.weighted_f_beta(0.5))),
        weighted_f1: of_rows(&|confusion| confusion.weighted_f_beta(1.0)),
        weighted_f2: Some(of_rows(&|confusion| confusion.weighted_f_beta(2.0))),
        best_constant_classifier: Some(BestConstantClassifier {
            accuracy: fixed(constant.accuracy()),
            weighted_recall: fixed(constant.weighted_recall()),
            weighted_precision: fixed(constant.weighted_precision()),
            weighted_f0_5: fixed(constant.weighted_f_beta(0.5)),
            weighted_f1: fixed(constant.weighted_f_beta(1.0)),
            weighted_f2: fixed(constant.weighted_f_beta(2.0)),
        }),
    }
}

fn uncalibrated(answers: &[Answer], temperature: Temperature) -> Uncalibrated {
    let calibration = reliability::bins(&outcomes(answers, |answer| &answer.uncalibrated));
    Uncalibrated {
        temperature: temperature.value(),
        mean_cross_entropy: mean_cross_entropy(answers, |answer| &answer.uncalibrated),
        expected_calibration_error: reliability::expected_calibration_error(&calibration),
        calibration,
    }
}

fn confusion(answers: &[Answer], classes: usize) -> Confusion {
    let mut confusion = Confusion::new(classes);
    for answer in answers {
        confusion.add(answer.truth, answer.predicted);
    }
    confusion
}

/// A row's confidence, and whether the answer is right.
fn outcomes(answers: &[Answer], probabilities: impl Fn(&Answer) -> &[f32]) -> Vec<(f64, bool)> {
    answers
        .iter()
        .map(|answer| {
            let confidence = f64::from(probabilities(answer)[answer.predicted]);
            (confidence, answer.is_right())
        })
        .collect()
}

/// In nats.
fn mean_cross_entropy(answers: &[Answer], probabilities: impl Fn(&Answer) -> &[f32]) -> f64 {
    let loss = |answer: &Answer| loss::of_answer(probabilities(answer)[answer.truth]);
    answers.iter().map(loss).sum::<f64>() / answers.len().max(1) as f64
}
