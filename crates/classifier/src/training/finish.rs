//! The end of a training of any algorithm.

use anyhow::Result;
use contracts::training::Calibration;
use scores::{Confusion, loss, most_likely};

use super::examples::{Example, Examples};
use super::predictions;
use crate::calibration::prior::{Prior, growth};
use crate::calibration::{self, Temperature};
use crate::container::Container;

/// Writes what a trained model predicts of the validation rows, fits its temperature on them, with a prior if it is
/// `balanced`, and scores the test rows, if there are any. `labels` are in the order of the answers' classes.
pub fn calibrate_and_score(
    container: &Container,
    examples: &Examples,
    labels: &[String],
    balanced: bool,
    test: &[Example],
    answer: impl Fn(&[&str]) -> Result<Vec<Vec<f32>>>,
) -> Result<()> {
    let (texts, classes) = parted(&examples.validation);
    let answers = answer(&texts)?;
    predictions::write(container, labels, &classes, &answers)?;
    let rows = examples.train.iter().chain(&examples.validation);
    let rows = rows.map(|row| (row.class, row.chosen));
    let growth = match answers.first() {
        Some(answer) if balanced => growth(rows, answer.len()),
        _ => Vec::new(),
    };
    let fitted = calibration::calibrate(&container.model(), &answers, &classes, &growth)?;
    score_test(test, fitted, answer)
}

/// Logs the scores of the test rows, if there are any.
pub fn score_test(
    test: &[Example],
    fitted: Calibration,
    answer: impl Fn(&[&str]) -> Result<Vec<Vec<f32>>>,
) -> Result<()> {
    if test.is_empty() {
        return Ok(());
    }
    let (texts, classes) = parted(test);
    let (loss, confusion) = score(answer(&texts)?, &classes, fitted)?;
    tracing::info!("{}", metrics(loss, &confusion));
    Ok(())
}

fn parted(examples: &[Example]) -> (Vec<&str>, Vec<usize>) {
    let examples = examples.iter();
    examples.map(|row| (row.text.as_str(), row.class)).unzip()
}

/// The job's `MetricDefinitions` read it, as they read the epochs' lines.
fn metrics(loss: f64, confusion: &Confusion) -> String {
    format!(
        "test: rows: {} test_loss: {loss:.4} test_accuracy: {:.4} test_balanced_accuracy: {:.4} test_f1: {:.4}",
        confusion.rows(),
        confusion.accuracy(),
        confusion.balanced_accuracy(),
        confusion.macro_f1()
    )
}

/// Mean loss and confusion of what `serve` and `evaluate` make of these answers: the prior is
/// applied, then the temperature.
fn score(
    mut answers: Vec<Vec<f32>>,
    classes: &[usize],
    fitted: Calibration,
) -> Result<(f64, Confusion)> {
    let temperature = Temperature::new(fitted.temperature)?;
    let prior = Prior::new(fitted.prior)?;
    let (mut loss, mut confusion) = (0.0, Confusion::new(answers[0].len()));
    for (answer, class) in answers.iter_mut().zip(classes) {
        prior.apply(answer);
        temperature.apply(answer);
        loss += loss::of_answer(answer[*class]);
        confusion.add(*class, most_likely(answer));
    }
    Ok((loss / classes.len() as f64, confusion))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::metric_literals;

    #[test]
    fn the_pipelines_metric_definitions_of_the_test_rows_read_its_line() {
        let mut confusion = Confusion::new(2);
        confusion.add(0, 1);
        confusion.add(1, 1);
        let line = metrics(0.5, &confusion);
        let mut literals = metric_literals();
        literals.retain(|literal| literal.starts_with("test_"));
        assert_eq!(literals.len(), 4, "{literals:?}");
        for literal in literals {
            assert!(line.contains(&literal), "{literal} in {line}");
        }
    }

    #[test]
    fn the_test_loss_is_that_of_the_answers_that_are_served() {
        let fitted = |prior: &[f64]| Calibration {
            temperature: 2.0,
            prior: prior.to_vec(),
            fitted_on: "validation".to_owned(),
            rows: 2,
            mean_cross_entropy_before: 0.0,
            mean_cross_entropy_after: 0.0,
            note: None,
        };
        // At temperature 2 the odds 9 are 3; an even answer with the prior 9 to 1 has odds 9.
        let expected = -(0.75f64.ln() + 0.25f64.ln()) / 2.0;
        for (answer, prior) in [([0.9, 0.1], vec![]), ([0.5, 0.5], vec![1.0, 1.0 / 9.0])] {
            let answers = vec![answer.to_vec(); 2];
            let (loss, confusion) = score(answers, &[0, 1], fitted(&prior)).unwrap();
            assert!(
                (loss - expected).abs() < 1e-6,
                "{loss}, expected {expected}"
            );
            assert_eq!(confusion.accuracy(), 0.5);
        }
    }
}
