//! The evaluation's numbers.

use contracts::evaluation::{self, Evaluation};
use report::{ClassScores, Confusion, McNemar};

use super::trust;
use crate::numbers::{bounds, interval};

pub fn evaluation(evaluation: &Evaluation) -> report::Evaluation {
    let scores = &evaluation.challenger;
    let champion = evaluation.champion.as_ref();
    let difference = champion.map(|champion| &champion.difference);
    let bootstrap = scores.bootstrap.as_ref();
    report::Evaluation {
        test_rows: scores.rows,
        accuracy: interval(scores.accuracy, &scores.accuracy_interval),
        balanced_accuracy: interval(scores.balanced_accuracy, &scores.balanced_accuracy_interval),
        macro_f1: scores.macro_f1,
        macro_f1_interval: bootstrap.map(|bootstrap| bounds(&bootstrap.macro_f1.interval)),
        classes: scores.classes.iter().map(class).collect(),
        confusion: Confusion {
            counts: scores.confusion.clone(),
        },
        champion: champion.map(|champion| {
            interval(
                champion.scores.balanced_accuracy,
                &champion.scores.balanced_accuracy_interval,
            )
        }),
        difference: difference.map(|difference| interval(difference.value, &difference.interval)),
        detectable: difference.and_then(|difference| difference.minimum_detectable_difference),
        mcnemar: difference.map(|difference| McNemar {
            only_challenger: difference.only_challenger_right,
            only_champion: difference.only_champion_right,
            p: difference.mcnemar_p,
        }),
        anchor_difference: evaluation
            .anchor
            .as_ref()
            .map(|anchor| interval(anchor.difference.value, &anchor.difference.interval)),
        reliability: trust::reliability(scores),
        coverage: trust::coverage(scores),
        telling_words: evaluation.telling_words.as_ref().map(trust::telling_words),
        slices: evaluation.slices.iter().map(trust::slice).collect(),
    }
}

fn class(scores: &evaluation::ClassScores) -> ClassScores {
    ClassScores {
        support: scores.support,
        precision: scores.precision,
        precision_interval: scores.precision_interval.as_ref().map(bounds),
        recall: interval(scores.recall, &scores.recall_interval),
        f1: scores.f1,
        f1_interval: scores.f1_interval.as_ref().map(bounds),
    }
}
