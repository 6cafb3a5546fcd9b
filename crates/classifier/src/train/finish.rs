//! What comes after training, whatever was trained.

use anyhow::Result;

use super::examples::Example;
use super::loss;
use crate::calibration;
use crate::container::Container;
use crate::evaluate::confusion::Confusion;
use crate::model::predict::most_likely;

/// What a trained model of either algorithm goes through: its temperature is fitted on the
/// validation rows, and the test rows are scored, if there are any.
pub fn finish(
    container: &Container,
    validation: &[Example],
    test: &[Example],
    answer: impl Fn(&[&str]) -> Result<Vec<Vec<f32>>>,
) -> Result<()> {
    let ask = |examples: &[Example]| {
        let texts: Vec<&str> = examples.iter().map(|row| row.text.as_str()).collect();
        let classes: Vec<usize> = examples.iter().map(|row| row.class).collect();
        anyhow::Ok((answer(&texts)?, classes))
    };
    let (answers, classes) = ask(validation)?;
    calibration::calibrate(&container.model(), &answers, &classes)?;
    if test.is_empty() {
        return Ok(());
    }
    let (answers, classes) = ask(test)?;
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
