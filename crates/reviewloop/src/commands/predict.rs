use anyhow::{Context, bail, ensure};
use contracts::call::CallAnswer;
use contracts::prediction::{
    Fields, InstanceLine, PredictRequest, PredictResponse, Prediction, Review,
};
use policy::invocation::MAXIMUM_BYTES;

use crate::account::Account;
use crate::arguments::Predict;
use crate::output::{Output, Partial};

pub async fn predict(account: &Account, predict: &Predict, output: &Output) -> anyhow::Result<()> {
    let requests = if predict.fields.is_empty() {
        batches(texts(predict)?)
    } else {
        vec![of_fields(&predict.fields)?]
    };
    let mut all = PredictResponse::default();
    for request in &requests {
        let answered = ask(account, &request.body).await;
        let answered = answered.map_err(|error| interrupted(error, &all.predictions))?;
        let lines = request.shown.iter().zip(&answered.predictions);
        output.text(&lines.map(|(text, it)| line(text, it)).collect::<String>())?;
        if let Some(id) = &answered.inference_id {
            output.text(&format!("inference id {id}\n"))?;
        }
        all.predictions.extend(answered.predictions);
        // Several calls have several.
        if requests.len() == 1 {
            (all.inference_id, all.variant) = (answered.inference_id, answered.variant);
        }
    }
    output.json(&all)
}

/// One call of predict, and how its reviews are printed.
struct Request {
    body: PredictRequest,
    shown: Vec<String>,
}

fn of_fields(given: &[(String, String)]) -> anyhow::Result<Request> {
    let mut fields = Fields::new();
    for (name, value) in given {
        let before = fields.insert(name.clone(), Some(value.clone()));
        ensure!(before.is_none(), "--field {name} was given twice");
    }
    let values: Vec<&str> = given.iter().map(|(_, value)| value.as_str()).collect();
    Ok(Request {
        body: PredictRequest {
            reviews: vec![fields],
            ..PredictRequest::default()
        },
        shown: vec![values.join(". ")],
    })
}

fn texts(predict: &Predict) -> anyhow::Result<Vec<String>> {
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
    ensure!(
        predict.file.is_some()
            || !predict.texts.iter().any(|text| text == "-")
            || predict.texts.len() == 1,
        "- reads the texts from stdin, so it stands alone"
    );
    ensure!(!texts.is_empty(), "there is no text to classify");
    Ok(texts)
}

/// So many texts are answered long before the endpoint's 60 seconds are over.
const BATCH: usize = 50;

/// As many texts in a call as [`BATCH`] and the bytes of the endpoint allow. A text that is too long by itself is
/// sent by itself, and predict says so.
fn batches(texts: Vec<String>) -> Vec<Request> {
    let mut batches: Vec<Vec<String>> = Vec::new();
    let mut bytes = 0;
    for text in texts {
        let length = bytes_of(&text);
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH && bytes + length <= MAXIMUM_BYTES => {
                batch.push(text);
                bytes += length;
            }
            _ => {
                batches.push(vec![text]);
                bytes = length;
            }
        }
    }
    batches
        .into_iter()
        .map(|texts| Request {
            body: PredictRequest {
                texts: texts.clone(),
                ..PredictRequest::default()
            },
            shown: texts,
        })
        .collect()
}

/// Of the line in which the endpoint gets the text.
fn bytes_of(text: &str) -> usize {
    let line = InstanceLine {
        features: Some(vec![text.to_owned()]),
        fields: None,
    };
    let line = serde_json::to_vec(&line).map_or(text.len(), |line| line.len());
    line + 1
}

/// The answers so far are not lost: people may have been asked already.
fn interrupted(error: anyhow::Error, predictions: &[Prediction]) -> anyhow::Error {
    if predictions.is_empty() {
        return error;
    }
    let answered = predictions.len();
    let sentence = format!("{answered} texts were answered before this call failed: {error:#}");
    let result = PredictResponse {
        predictions: predictions.to_vec(),
        ..PredictResponse::default()
    };
    Partial::new(sentence, &result).into()
}

async fn ask(account: &Account, request: &PredictRequest) -> anyhow::Result<PredictResponse> {
    match account.invoke("predict", request).await? {
        CallAnswer::Response(response) => Ok(response),
        CallAnswer::Refusal(refusal) => bail!(refusal.message),
    }
}

/// One text a line; a byte order mark is no content.
fn lines(text: &str) -> Vec<String> {
    let lines = text.trim_start_matches('\u{feff}').lines();
    lines
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect()
}

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

    fn sizes(texts: Vec<String>) -> Vec<usize> {
        let batches = batches(texts);
        batches.iter().map(|batch| batch.shown.len()).collect()
    }

    #[test]
    fn a_call_has_no_more_texts_and_bytes_than_the_endpoint_takes() {
        assert_eq!(sizes(vec!["a".to_owned(); 120]), [50, 50, 20]);
        // Quotes are two bytes each on the wire.
        let long = "\"".repeat(MAXIMUM_BYTES / 8);
        assert_eq!(sizes(vec![long; 8]), [3, 3, 2]);
        assert_eq!(
            sizes(vec!["a".repeat(MAXIMUM_BYTES), "b".to_owned()]),
            [1, 1]
        );
    }

    #[test]
    fn stdin_beside_other_texts_is_refused() {
        let predict = Predict {
            texts: vec!["a".to_owned(), "-".to_owned()],
            file: None,
            fields: Vec::new(),
        };
        let refused = texts(&predict).expect_err("a dash is no text");
        assert!(refused.to_string().contains("stands alone"), "{refused}");
    }

    #[test]
    fn answers_before_a_failed_call_are_part_of_the_json() {
        let prediction = Prediction {
            label: Some("1".to_owned()),
            confidence: Some(0.9),
            inclusion_probability: None,
            review: Review::NotNeeded,
            error: None,
        };
        let error = interrupted(anyhow::anyhow!("the endpoint is gone"), &[prediction]);
        let failure = crate::output::failure(&error);
        assert_eq!(failure["ok"], false);
        assert_eq!(failure["predictions"][0]["label"], "1");
        assert_eq!(
            failure["error"],
            "1 texts were answered before this call failed: the endpoint is gone"
        );
    }
}
