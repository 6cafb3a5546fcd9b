//! From the model's probabilities to an answer's bytes.

use contracts::prediction::PredictionLine;
use serde_json::{Value, json};

use super::format::Format;
use super::request::{Row, Shape};
use crate::trained_model::most_likely;

/// One row's answer.
pub enum Answer {
    Prediction(PredictionLine),
    BlazingText(Value),
}

/// One answer per row, in order; `probabilities` has those of the good rows.
pub fn answers(
    labels: &[String],
    rows: Vec<Row>,
    probabilities: impl IntoIterator<Item = Vec<f32>>,
) -> Vec<Answer> {
    let mut probabilities = probabilities.into_iter();
    let answer = |row: Row| match (row.text, row.shape) {
        (Ok(_), shape) => {
            let probabilities = probabilities.next().expect("the model answers every text");
            match shape {
                Shape::Prediction => Answer::Prediction(prediction(labels, &probabilities)),
                Shape::BlazingText { k } => Answer::BlazingText(top(labels, &probabilities, k)),
            }
        }
        (Err(reason), Shape::Prediction) => Answer::Prediction(PredictionLine {
            error: Some(reason),
            ..PredictionLine::default()
        }),
        (Err(reason), Shape::BlazingText { .. }) => {
            Answer::BlazingText(json!({ "label": [], "prob": [], "error": reason }))
        }
    };
    rows.into_iter().map(answer).collect()
}

pub fn write(format: Format, answers: &[Answer]) -> String {
    match format {
        Format::JsonLines => answers
            .iter()
            .map(|answer| answer.json().to_string() + "\n")
            .collect(),
        Format::Json => write_json(answers),
        Format::Csv => write_csv(answers),
    }
}

impl Answer {
    fn json(&self) -> Value {
        match self {
            Answer::Prediction(line) => {
                serde_json::to_value(line).expect("strings and finite numbers are JSON")
            }
            Answer::BlazingText(value) => value.clone(),
        }
    }
}

/// `BlazingText` answers with the bare list.
fn write_json(answers: &[Answer]) -> String {
    let values: Vec<Value> = answers.iter().map(Answer::json).collect();
    // A row that could not be read has no shape of its own.
    let blazing_text = |answer: &Answer| matches!(answer, Answer::BlazingText(_));
    if answers.iter().any(blazing_text) {
        Value::Array(values).to_string()
    } else {
        json!({ "predictions": values }).to_string()
    }
}

/// `label,probability`, or two empty fields and the reason.
fn write_csv(answers: &[Answer]) -> String {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for answer in answers {
        let (label, probability, error) = match answer {
            Answer::Prediction(line) => (
                line.predicted_label.clone(),
                line.probability,
                line.error.clone(),
            ),
            Answer::BlazingText(value) => (
                value["label"][0].as_str().map(str::to_owned),
                value["prob"][0].as_f64(),
                value["error"].as_str().map(str::to_owned),
            ),
        };
        let mut record = vec![
            label.unwrap_or_default(),
            probability
                .map(|probability| probability.to_string())
                .unwrap_or_default(),
        ];
        record.extend(error);
        writer
            .write_record(&record)
            .expect("writing into memory does not fail");
    }
    let bytes = writer
        .into_inner()
        .expect("writing into memory does not fail");
    String::from_utf8(bytes).expect("labels and reasons are UTF-8")
}

fn prediction(labels: &[String], probabilities: &[f32]) -> PredictionLine {
    let best = most_likely(probabilities);
    PredictionLine {
        probability: Some(f64::from(probabilities[best])),
        predicted_label: Some(labels[best].clone()),
        probabilities: labels
            .iter()
            .cloned()
            .zip(probabilities.iter().copied().map(f64::from))
            .collect(),
        error: None,
    }
}

/// The `k` most likely labels, most likely first, with fastText's prefix as `BlazingText` has it.
fn top(labels: &[String], probabilities: &[f32], k: usize) -> Value {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]));
    order.truncate(k);
    let names: Vec<String> = order
        .iter()
        .map(|place| format!("__label__{}", labels[*place]))
        .collect();
    let values: Vec<f32> = order.iter().map(|place| probabilities[*place]).collect();
    json!({ "label": names, "prob": values })
}
