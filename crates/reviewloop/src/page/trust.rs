//! The report's values about the model's confidence, and about what it goes by.

use contracts::evaluation::{CalibrationBin, Scores, SliceScores};
use contracts::explanation;
use report::{Calibration, CoveragePoint, Reliability, Slice, TellingWord, TellingWords};

use crate::numbers::interval;

/// Words shown per class; the evaluation lists more.
const WORDS: usize = 8;

/// An evaluation that is older than the temperature has none.
pub fn reliability(scores: &Scores) -> Option<Reliability> {
    let before = scores.uncalibrated.as_ref()?;
    Some(Reliability {
        temperature: before.temperature,
        before: calibration(before.expected_calibration_error, None, &before.calibration),
        after: calibration(
            scores.expected_calibration_error?,
            scores.calibrated_error,
            &scores.calibration,
        ),
    })
}

fn calibration(error: f64, calibrated_error: Option<f64>, bins: &[CalibrationBin]) -> Calibration {
    let bins = bins.iter().map(|bin| report::CalibrationBin {
        rows: bin.rows,
        confidence: bin.mean_confidence,
        accuracy: bin.accuracy,
        calibrated: bin.calibrated.map(|band| (band.low, band.high)),
    });
    Calibration {
        error,
        calibrated_error,
        bins: bins.collect(),
    }
}

pub fn coverage(scores: &Scores) -> Vec<CoveragePoint> {
    let points = scores.coverage.iter().map(|point| CoveragePoint {
        threshold: point.threshold,
        coverage: point.coverage,
        accuracy: point
            .accuracy
            .map(|accuracy| interval(accuracy, &point.accuracy_interval)),
    });
    points.collect()
}

pub fn telling_words(telling: &explanation::TellingWords) -> TellingWords {
    let word = |word: &explanation::TellingWord| TellingWord {
        word: word.word.clone(),
        rows: word.rows,
        attribution: word.attribution,
        mean_attribution: word.mean_attribution,
    };
    let labels = telling.labels.iter();
    TellingWords {
        method: telling.method.replace('_', " "),
        rows: telling.rows,
        of_rows: telling.of_rows,
        minimum_rows: telling.minimum_rows,
        labels: labels
            .map(|label| label.words.iter().take(WORDS).map(word).collect())
            .collect(),
    }
}

pub fn slice(slice: &SliceScores) -> Slice {
    Slice {
        name: slice.value.clone(),
        rows: slice.rows,
        small: slice.small,
        accuracy: interval(slice.accuracy, &slice.accuracy_interval),
        difference: interval(
            slice.accuracy_difference,
            &slice.accuracy_difference_interval,
        ),
    }
}
