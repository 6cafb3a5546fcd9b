//! Temperature scaling (Guo et al., arXiv:1706.04599): one number, fitted on the validation rows,
//! that makes a confidence of 0.90 right nine times in ten, as far as one number can.
//!
//! The temperature divides a model's logits. It is applied here to probabilities: raising them to
//! the power of `1 / temperature` and dividing by their sum is the same, and it serves a model
//! whose answers are no softmax too. It changes no prediction, only the confidence.

pub mod applied;
pub mod prior;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use bert::files::write_json;
use contracts::training::Calibration;
use scores::loss::of_answer;

const FILE: &str = "calibration.json";

/// The range of the search. A model that needs a higher temperature has learnt next to nothing.
const LOWEST: f64 = 0.1;
const HIGHEST: f64 = 10.0;

/// Above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Temperature(f64);

impl Default for Temperature {
    /// Changes nothing.
    fn default() -> Temperature {
        Temperature(1.0)
    }
}

impl Temperature {
    pub fn new(temperature: f64) -> Result<Temperature> {
        ensure!(
            temperature.is_finite() && temperature > 0.0,
            "the temperature is {temperature}, expected a number above 0"
        );
        Ok(Temperature(temperature))
    }

    /// A model folder's; 1 where it says nothing.
    pub fn of(folder: &Path) -> Result<Temperature> {
        match read(folder)? {
            Some(calibration) => Temperature::new(calibration.temperature)
                .with_context(|| format!("read {}", folder.join(FILE).display())),
            None => Ok(Temperature::default()),
        }
    }

    pub fn value(self) -> f64 {
        self.0
    }

    /// Probabilities that sum to one, to probabilities that do.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "probabilities are stored as f32"
    )]
    pub fn apply(self, probabilities: &mut [f32]) {
        if self == Temperature::default() {
            return;
        }
        let logarithms: Vec<f64> = probabilities
            .iter()
            .map(|probability| -of_answer(*probability) / self.0)
            .collect();
        let scale = log_sum_exp(logarithms.iter().copied());
        for (probability, logarithm) in probabilities.iter_mut().zip(logarithms) {
            *probability = (logarithm - scale).exp() as f32;
        }
    }
}

/// The model folder's calibration, if it has one.
pub fn read(folder: &Path) -> Result<Option<Calibration>> {
    let path = folder.join(FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    let calibration =
        serde_json::from_slice(&json).with_context(|| format!("read {}", path.display()))?;
    Ok(Some(calibration))
}

/// Fits the temperature on the validation rows, logs it, and writes it into the model's folder, with the prior that
/// [`prior::growth`] calls for.
pub fn calibrate(
    folder: &Path,
    probabilities: &[Vec<f32>],
    classes: &[usize],
    growth: &[f64],
) -> Result<Calibration> {
    let fitted = fit(probabilities, classes, "validation").context("fit the temperature")?;
    let fitted = with_prior(fitted, growth);
    tracing::info!(
        "temperature {:.3}: mean cross entropy {:.4} before, {:.4} after",
        fitted.temperature,
        fitted.mean_cross_entropy_before,
        fitted.mean_cross_entropy_after
    );
    fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    write_json(&folder.join(FILE), &fitted)?;
    Ok(fitted)
}

/// The prior is applied before the temperature, which takes its root: so it is raised to that power.
pub fn with_prior(fitted: Calibration, growth: &[f64]) -> Calibration {
    let power = fitted.temperature;
    Calibration {
        prior: growth.iter().map(|growth| growth.powf(power)).collect(),
        ..fitted
    }
}

/// Fits the temperature that minimises the mean cross entropy of these answers, each a model's own
/// probabilities with the place of the right class.
pub fn fit(probabilities: &[Vec<f32>], classes: &[usize], fitted_on: &str) -> Result<Calibration> {
    ensure!(!classes.is_empty(), "no row to fit the temperature on");
    let rows = Rows::new(probabilities, classes);
    ensure!(
        rows.loss(1.0).is_finite(),
        "an answer is no number: the model's weights are damaged"
    );
    let (mut temperature, mut note) = (rows.minimum(), None);
    if temperature <= LOWEST {
        // Every row is classified correctly: the loss falls for ever as the temperature nears zero.
        (temperature, note) = (
            1.0,
            Some("the loss has no finite minimum: left at 1".to_owned()),
        );
    } else if temperature >= HIGHEST {
        note =
            Some("the answers say nothing about the classes: left at the end of the range".into());
    }
    Ok(Calibration {
        temperature,
        prior: Vec::new(),
        fitted_on: fitted_on.to_owned(),
        rows: classes.len() as u64,
        mean_cross_entropy_before: rows.loss(1.0),
        mean_cross_entropy_after: rows.loss(1.0 / temperature),
        note,
    })
}

/// Each row's log probabilities and class.
struct Rows(Vec<(Vec<f64>, usize)>);

impl Rows {
    fn new(probabilities: &[Vec<f32>], classes: &[usize]) -> Rows {
        let logarithms = |row: &Vec<f32>| row.iter().map(|p| -of_answer(*p)).collect();
        Rows(
            probabilities
                .iter()
                .map(logarithms)
                .zip(classes.iter().copied())
                .collect(),
        )
    }

    /// Mean cross entropy at an inverse temperature.
    fn loss(&self, inverse: f64) -> f64 {
        let loss = |(logs, class): &(Vec<f64>, usize)| {
            log_sum_exp(logs.iter().map(|log| log * inverse)) - logs[*class] * inverse
        };
        self.0.iter().map(loss).sum::<f64>() / self.0.len() as f64
    }

    /// Its derivative: the expected log probability less the right one's.
    fn slope(&self, inverse: f64) -> f64 {
        let slope = |(logs, class): &(Vec<f64>, usize)| {
            let scale = log_sum_exp(logs.iter().map(|log| log * inverse));
            let expected: f64 = logs
                .iter()
                .map(|log| (log * inverse - scale).exp() * log)
                .sum();
            expected - logs[*class]
        };
        self.0.iter().map(slope).sum()
    }

    /// In the inverse temperature the loss is convex, so its slope changes sign once: bisection
    /// finds where, and an end of the range if it is not within.
    fn minimum(&self) -> f64 {
        let (mut low, mut high) = (1.0 / HIGHEST, 1.0 / LOWEST);
        if self.slope(low) >= 0.0 {
            return HIGHEST;
        }
        if self.slope(high) <= 0.0 {
            return LOWEST;
        }
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if self.slope(middle) < 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        1.0 / f64::midpoint(low, high)
    }
}

/// Of f64, for the loss and its slope need the logarithm itself: `scores::softmax_in_f64` takes f32 logits and has none.
fn log_sum_exp(logarithms: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = logarithms.clone().fold(f64::NEG_INFINITY, f64::max);
    largest
        + logarithms
            .map(|log| (log - largest).exp())
            .sum::<f64>()
            .ln()
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn a_temperature_divides_the_logits() {
        // softmax of [2, 0, -2] / 2, by hand.
        let softmax = |logits: [f64; 3]| {
            let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
            logits.map(|logit| (logit.exp() / sum) as f32).to_vec()
        };
        let mut found = softmax([2.0, 0.0, -2.0]);
        Temperature::new(2.0).unwrap().apply(&mut found);
        for (found, expected) in found.iter().zip(softmax([1.0, 0.0, -1.0])) {
            assert!(
                (found - expected).abs() < 1e-6,
                "{found}, expected {expected}"
            );
        }
    }

    #[test]
    fn a_temperature_of_one_changes_no_bit() {
        let mut found = [0.123_456_79_f32, 0.876_543_2];
        Temperature::default().apply(&mut found);
        assert_eq!(found, [0.123_456_79_f32, 0.876_543_2]);
    }

    /// Rows whose truth is drawn from probabilities, which are then distorted by a temperature.
    fn drawn(temperature: f64) -> (Vec<Vec<f32>>, Vec<usize>) {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let told = Temperature::new(1.0 / temperature).unwrap();
        (0..4000)
            .map(|_| {
                let mut row: Vec<f32> = (0..3).map(|_| random.random::<f32>().powi(3)).collect();
                let sum: f32 = row.iter().sum();
                row.iter_mut().for_each(|p| *p /= sum);
                let mut left: f32 = random.random();
                let class = row.iter().position(|p| {
                    left -= p;
                    left < 0.0
                });
                told.apply(&mut row);
                (row, class.unwrap_or(2))
            })
            .unzip()
    }

    #[test]
    fn the_temperature_that_spoilt_the_probabilities_is_found_again() {
        for temperature in [0.5, 1.0, 2.5] {
            let (probabilities, classes) = drawn(temperature);
            let found = fit(&probabilities, &classes, "validation").unwrap();
            assert!(
                (found.temperature / temperature - 1.0).abs() < 0.06,
                "{} against {temperature}",
                found.temperature
            );
            assert!(found.mean_cross_entropy_after <= found.mean_cross_entropy_before);
            assert_eq!((found.rows, found.note), (4000, None));
        }
    }

    #[test]
    fn rows_that_cannot_tell_leave_the_temperature_where_it_was() {
        let all_right = fit(&[vec![0.6, 0.4], vec![0.3, 0.7]], &[0, 1], "validation").unwrap();
        assert!((all_right.temperature - 1.0).abs() < 1e-12);
        assert!(all_right.note.unwrap().contains("no finite minimum"));
        let all_wrong = fit(&[vec![0.6, 0.4], vec![0.3, 0.7]], &[1, 0], "validation").unwrap();
        assert!((all_wrong.temperature - HIGHEST).abs() < 1e-12);
        let indifferent = fit(&[vec![0.5, 0.5]], &[1], "validation").unwrap();
        assert!(indifferent.temperature.is_finite());
        let certain = fit(&[vec![1.0, 0.0], vec![1.0, 0.0]], &[0, 1], "validation").unwrap();
        assert!(certain.mean_cross_entropy_after.is_finite());
        assert!(fit(&[], &[], "validation").is_err());
    }

    #[test]
    fn a_folder_without_the_file_has_temperature_one_and_a_bad_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            Temperature::of(folder.path()).unwrap(),
            Temperature::default()
        );
        let (probabilities, classes) = drawn(2.5);
        let fitted = fit(&probabilities, &classes, "validation").unwrap();
        calibrate(folder.path(), &probabilities, &classes, &[]).unwrap();
        let read = Temperature::of(folder.path()).unwrap();
        assert!((read.value() - fitted.temperature).abs() < 1e-12);
        for bad in [r#"{"temperature": -1"#, "not JSON"] {
            fs::write(folder.path().join(FILE), bad).unwrap();
            let error = format!("{:#}", Temperature::of(folder.path()).unwrap_err());
            assert!(error.contains(FILE), "{error}");
        }
        let zero = Calibration {
            temperature: 0.0,
            ..fitted
        };
        write_json(&folder.path().join(FILE), &zero).unwrap();
        let error = format!("{:#}", Temperature::of(folder.path()).unwrap_err());
        assert!(error.contains(FILE) && error.contains("above 0"), "{error}");
    }
}
