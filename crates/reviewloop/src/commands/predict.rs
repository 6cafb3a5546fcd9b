use anyhow::{Context, bail, ensure};
use contracts::prediction::{
    Fields, PredictAnswer, PredictRequest, PredictResponse, Prediction, Review,
};

use crate::account::Account;
use crate::arguments::Predict;
use crate::output::Output;

pub async fn predict(account: &Account, predict: &Predict, output: &Output) -> anyhow::Result<()> {
    if !predict.fields.is_empty() {
        let mut fields = Fields::new();
        for (name, value) in &predict.fields {
            let before = fields.insert(name.clone(), Some(value.clone()));
            ensure!(before.is_none(), "--field {name} was given twice");
        }
        let request = PredictRequest {
            reviews: vec![fields],
            ..PredictRequest::default()
        };
        let predictions = ask(account, &request).await?;
        let values: Vec<&str> = predict.fields.iter().map(|it| it.1.as_str()).collect();
        return tell(output, &[values.join(". ")], predictions);
    }
    let texts = match &predict.file {
        Some(path) => {
            let file = std::fs::read_to_string(path)
                .with_context(|| format!("read {}", path.display()))?;
            lines(&file)
        }
        None if predict.texts == ["-"] => {
            let text = std::io::read_to_string(std::io::stdin()).context("read stdin")?;
            lines(&text)
        }
        None => predict.texts.clone(),
    };
    if texts.is_empty() {
        bail!("there is no text to classify");
    }
    let mut predictions = Vec::with_capacity(texts.len());
    for batch in texts.chunks(BATCH) {
        let request = PredictRequest {
            texts: batch.to_vec(),
            ..PredictRequest::default()
        };
        predictions.extend(ask(account, &request).await?);
    }
    tell(output, &texts, predictions)
}

async fn ask(account: &Account, request: &PredictRequest) -> anyhow::Result<Vec<Prediction>> {
    match account.invoke("predict", request).await? {
        PredictAnswer::Response(response) => Ok(response.predictions),
        PredictAnswer::Refusal(refusal) => bail!(refusal.message),
    }
}

fn tell(output: &Output, texts: &[String], predictions: Vec<Prediction>) -> anyhow::Result<()> {
    let response = PredictResponse { predictions };
    output.result(&response, || {
        texts
            .iter()
            .zip(&response.predictions)
            .map(|(text, prediction)| line(text, prediction))
            .collect()
    })
}

/// One text a line; a byte order mark is no content.
fn lines(text: &str) -> Vec<String> {
    let lines = text.trim_start_matches('\u{feff}').lines();
    lines
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect()
}

/// A request stays far below Lambda's 6 MB and an endpoint's 60 seconds.
const BATCH: usize = 50;

fn line(text: &str, prediction: &Prediction) -> String {
    let review = match &prediction.review {
        Review::NotNeeded => "",
        Review::Started { .. } => "  people are asked",
        Review::AlreadyAsked { .. } => "  people are asked already",
        Review::AlreadyLabelled => "  a person has labelled it",
        Review::CannotBeAsked { .. } => "  unsure, and people cannot be asked about it",
        Review::Failed => "  unsure, and asking people failed: send it again",
        Review::OverBudget => "  unsure, but the review budget is spent",
    };
    match (&prediction.label, prediction.confidence) {
        (Some(label), Some(confidence)) => format!("{label:>4}  {confidence:.2}  {text}{review}\n"),
        _ => {
            let error = prediction.error.as_deref().unwrap_or("no reason was given");
            format!("   –        {text}  (no answer: {error})\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_says_something_is_a_text() {
        let text = "\u{feff}lovely and soft\r\n\n  \nscratchy\n";
        assert_eq!(lines(text), ["lovely and soft", "scratchy"]);
    }
}
