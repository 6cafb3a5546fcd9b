//! The traffic: the rows held out go through the predict function, request by request.

use std::time::Instant;

use anyhow::ensure;
use contracts::prediction::{PredictRequest, PredictResponse, Prediction, Review};
use policy::text::TextColumns;

use super::stage::Stage;
use crate::holdout::Withheld;

/// Texts in a request: as an application would send the reviews of a minute.
const BATCH: usize = 8;

pub struct Traffic {
    /// In the order of the rows.
    pub predictions: Vec<Prediction>,
    /// As the caller saw them, one per request, sorted.
    pub milliseconds: Vec<f64>,
}

impl Traffic {
    /// Nearest rank: a value that was measured, never one in between.
    pub fn percentile(&self, share: f64) -> f64 {
        percentile(&self.milliseconds, share)
    }

    /// Human loops that were started.
    pub fn loops(&self) -> Vec<&str> {
        let started = self
            .predictions
            .iter()
            .filter_map(|prediction| match &prediction.review {
                Review::Started { human_loop } => Some(human_loop.as_str()),
                _ => None,
            });
        started.collect()
    }
}

pub async fn send(
    stage: &Stage<'_>,
    rows: &[Withheld],
    columns: &TextColumns,
) -> anyhow::Result<Traffic> {
    let task = stage.progress.task("predictions");
    let mut traffic = Traffic {
        predictions: Vec::new(),
        milliseconds: Vec::new(),
    };
    for batch in rows.chunks(BATCH) {
        let request = request(batch, columns);
        let started = Instant::now();
        let response: PredictResponse = stage.account.invoke("predict", &request).await?;
        traffic
            .milliseconds
            .push(started.elapsed().as_secs_f64() * 1_000.0);
        ensure!(
            response.predictions.len() == batch.len(),
            "predict answered {} of {} texts",
            response.predictions.len(),
            batch.len()
        );
        traffic.predictions.extend(response.predictions);
        task.note(&format!(
            "{} of {} texts",
            traffic.predictions.len(),
            rows.len()
        ));
    }
    traffic.milliseconds.sort_by(f64::total_cmp);
    let seconds = task.seconds();
    task.done(
        seconds,
        &format!(
            "{} texts in {} requests",
            rows.len(),
            traffic.milliseconds.len()
        ),
    );
    Ok(traffic)
}

/// Texts where a text is all that there is.
fn request(rows: &[Withheld], columns: &TextColumns) -> PredictRequest {
    let reviews = rows.iter().map(|row| &row.review);
    if columns.context().is_empty() {
        return PredictRequest {
            texts: reviews.map(|review| review.text.clone()).collect(),
            ..PredictRequest::default()
        };
    }
    PredictRequest {
        reviews: reviews.map(|review| columns.fields(review)).collect(),
        ..PredictRequest::default()
    }
}

fn percentile(sorted: &[f64], share: f64) -> f64 {
    // A rank is at least 1 and at most the number of values.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank within the slice"
    )]
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_measured_values() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((percentile(&values, 0.50) - 50.0).abs() < f64::EPSILON);
        assert!((percentile(&values, 0.99) - 99.0).abs() < f64::EPSILON);
        assert!((percentile(&[7.0], 0.99) - 7.0).abs() < f64::EPSILON);
        assert!(percentile(&[], 0.5).abs() < f64::EPSILON);
    }
}
