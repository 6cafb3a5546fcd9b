//! From the model's probabilities to an answer's bytes.

use contracts::prediction::PredictionLine;
use serde_json::{Value, json};

use super::format::Format;
use super::request::{Row, Shape};
use scores::most_likely;

/// One row's answer.
pub enum Answer {
    Prediction(PredictionLine),
    BlazingText(Value),
    /// A list of labels with scores; `nested` where it stays a list among others.
    HuggingFace {
        best: Vec<Value>,
        nested: bool,
    },
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
                Shape::BlazingText { k } => {
                    Answer::BlazingText(blazing_text(labels, &probabilities, k))
                }
                Shape::HuggingFace { k, nested } => Answer::HuggingFace {
                    best: hugging_face(labels, &probabilities, k),
                    nested,
                },
            }
        }
        (Err(reason), Shape::Prediction) => Answer::Prediction(PredictionLine {
            error: Some(reason),
            ..PredictionLine::default()
        }),
        (Err(reason), Shape::BlazingText { .. }) => {
            Answer::BlazingText(json!({ "label": [], "prob": [], "error": reason }))
        }
        (Err(reason), Shape::HuggingFace { nested, .. }) => Answer::HuggingFace {
            best: vec![json!({ "error": reason })],
            nested,
        },
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
            Answer::HuggingFace { best, .. } => Value::Array(best.clone()),
        }
    }

    /// What it puts into the list of a whole document.
    fn entries(&self) -> Vec<Value> {
        match self {
            Answer::HuggingFace { best, nested } if !nested => best.clone(),
            _ => vec![self.json()],
        }
    }
}

/// `BlazingText` and Hugging Face answer with the bare list.
fn write_json(answers: &[Answer]) -> String {
    let values: Vec<Value> = answers.iter().flat_map(Answer::entries).collect();
    // A row that could not be read has no shape of its own.
    let is_prediction = |answer: &Answer| matches!(answer, Answer::Prediction(_));
    if answers.iter().all(is_prediction) {
        json!({ "predictions": values }).to_string()
    } else {
        Value::Array(values).to_string()
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
            Answer::HuggingFace { best, .. } => {
                let best = best.first().unwrap_or(&Value::Null);
                (
                    best["label"].as_str().map(str::to_owned),
                    best["score"].as_f64(),
                    best["error"].as_str().map(str::to_owned),
                )
            }
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

/// The places of the `k` most likely labels, the most likely first.
fn top(probabilities: &[f32], k: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]));
    order.truncate(k);
    order
}

/// With fastText's prefix.
fn blazing_text(labels: &[String], probabilities: &[f32], k: usize) -> Value {
    let order = top(probabilities, k);
    let names: Vec<String> = order
        .iter()
        .map(|place| format!("__label__{}", labels[*place]))
        .collect();
    let values: Vec<f32> = order.iter().map(|place| probabilities[*place]).collect();
    json!({ "label": names, "prob": values })
}

fn hugging_face(labels: &[String], probabilities: &[f32], k: usize) -> Vec<Value> {
    let order = top(probabilities, k).into_iter();
    let entry = |place: usize| json!({ "label": labels[place], "score": probabilities[place] });
    order.map(entry).collect()
}
