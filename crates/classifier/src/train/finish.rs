//! What comes after training, whatever was trained.

use anyhow::Result;
use bert::loss;

use super::examples::{Example, Examples};
use crate::calibration;
use crate::calibration::prior::{Prior, growth};
use crate::container::Container;
use crate::evaluate::confusion::Confusion;
use crate::trained_model::most_likely;

/// What a trained model of either algorithm goes through: its temperature is fitted on the
/// validation rows, a `balanced` one has its prior, and the test rows are scored, if there are any.
pub fn finish(
    container: &Container,
    examples: &Examples,
    balanced: bool,
    test: &[Example],
    answer: impl Fn(&[&str]) -> Result<Vec<Vec<f32>>>,
) -> Result<()> {
    let ask = |examples: &[Example]| {
        let texts: Vec<&str> = examples.iter().map(|row| row.text.as_str()).collect();
        let classes: Vec<usize> = examples.iter().map(|row| row.class).collect();
        anyhow::Ok((answer(&texts)?, classes))
    };
    let (answers, classes) = ask(&examples.validation)?;
    let rows = examples.train.iter().chain(&examples.validation);
    let growth = match answers.first() {
        Some(answer) if balanced => growth(rows, answer.len()),
        _ => Vec::new(),
    };
    let fitted = calibration::calibrate(&container.model(), &answers, &classes, &growth)?;
    if test.is_empty() {
        return Ok(());
    }
    let (mut answers, classes) = ask(test)?;
    let prior = Prior::new(fitted.prior)?;
    answers.iter_mut().for_each(|answer| prior.apply(answer));
    let (mut loss, mut confusion) = (0.0, Confusion::new(answers[0].len()));
    for (answer, class) in answers.iter().zip(&classes) {
        loss += loss::of_answer(answer[*class]);
        confusion.add(*class, most_likely(answer));
    }
    tracing::info!(
        "test: rows: {} test_loss: {:.4} test_accuracy: {:.4} test_balanced_accuracy: {:.4}",
        test.len(),
        loss / test.len() as f64,
        confusion.accuracy(),
        confusion.balanced_accuracy()
    );
    Ok(())
}
