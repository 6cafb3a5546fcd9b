//! From the model's answers to what the caller asked for.

use anyhow::{Context, Result, bail, ensure};
use contracts::prediction::PredictionLine;

use crate::serve::request::Refusal;

const SUPPORTED: &str = "SAGEMAKER_INFERENCE_SUPPORTED";
const INPUT: &str = "SAGEMAKER_INFERENCE_INPUT";
const OUTPUT: &str = "SAGEMAKER_INFERENCE_OUTPUT";

/// What a line of the answer has, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs(Vec<Output>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    PredictedLabel,
    Probability,
    Labels,
    Probabilities,
}

const ALL: [(Output, &str); 4] = [
    (Output::PredictedLabel, "predicted_label"),
    (Output::Probability, "probability"),
    (Output::Labels, "labels"),
    (Output::Probabilities, "probabilities"),
];

impl Outputs {
    /// The predicted label alone where the environment names none. What the container before this one answers is always
    /// the whole, so the names of its values are checked and change nothing.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Outputs> {
        let named = |name: &str| -> Result<Option<Vec<Output>>> {
            let Some(value) = variable(name).filter(|value| !value.trim().is_empty()) else {
                return Ok(None);
            };
            let outputs = value.split(',').map(|one| output(one.trim()));
            outputs
                .collect::<Result<_>>()
                .with_context(|| name.to_owned())
                .map(Some)
        };
        let supported = named(SUPPORTED)?;
        named(INPUT)?;
        let chosen = named(OUTPUT)?.unwrap_or_else(|| vec![Output::PredictedLabel]);
        for (place, (output, name)) in chosen.iter().map(|one| (one, one.name())).enumerate() {
            ensure!(
                !chosen[..place].contains(output),
                "{OUTPUT} names {name} twice"
            );
            ensure!(
                supported
                    .as_ref()
                    .is_none_or(|supported| supported.contains(output)),
                "{OUTPUT} names {name}, which {SUPPORTED} does not"
            );
        }
        Ok(Outputs(chosen))
    }
}

impl Output {
    fn name(self) -> &'static str {
        let mut all = ALL.into_iter();
        all.find(|(one, _)| *one == self)
            .map_or("", |(_, name)| name)
    }
}

fn output(name: &str) -> Result<Output> {
    match ALL.into_iter().find(|(_, known)| *known == name) {
        Some((output, _)) => Ok(output),
        None => bail!(
            "{name:?} is none of {}",
            ALL.map(|(_, known)| known).join(", ")
        ),
    }
}

/// A line of CSV for each of the model's.
pub fn lines(
    labels: &[String],
    outputs: &Outputs,
    body: &[u8],
    most: usize,
) -> Result<String, Refusal> {
    let body = str::from_utf8(body);
    let body = body.map_err(|_| Refusal::Unreadable("the request is not UTF-8".to_owned()))?;
    let rows = || body.lines().filter(|line| !line.trim().is_empty());
    let count = rows().count();
    if count > most {
        return Err(Refusal::TooManyRows {
            rows: count,
            limit: most,
        });
    }
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    for (place, line) in rows().enumerate() {
        let record = record(labels, outputs, line);
        let record =
            record.map_err(|reason| Refusal::Unreadable(format!("row {}: {reason}", place + 1)))?;
        writer
            .write_record(record)
            .expect("writing into memory does not fail");
    }
    let bytes = writer
        .into_inner()
        .expect("writing into memory does not fail");
    Ok(String::from_utf8(bytes).expect("labels and numbers are UTF-8"))
}

fn record(labels: &[String], outputs: &Outputs, line: &str) -> Result<Vec<String>, String> {
    let line: PredictionLine =
        serde_json::from_str(line).map_err(|error| format!("no answer of a model: {error}"))?;
    if let Some(error) = line.error {
        return Err(error);
    }
    let predicted = line.predicted_label.ok_or("no `predicted_label`")?;
    let probability = |label: &String| {
        let found = line.probabilities.get(label).copied();
        found.ok_or_else(|| format!("no probability of the label {label:?}"))
    };
    let value = |output: &Output| match output {
        Output::PredictedLabel => Ok(predicted.clone()),
        Output::Probability => {
            // SageMaker says the second label's where there are two, whichever won.
            let of = match labels {
                [_, second] => second,
                _ => &predicted,
            };
            probability(of).map(number)
        }
        Output::Labels => Ok(list(labels.iter().map(|label| quoted(label)))),
        Output::Probabilities => {
            let values: Result<Vec<f64>, String> = labels.iter().map(probability).collect();
            Ok(list(values?.into_iter().map(number)))
        }
    };
    outputs.0.iter().map(value).collect()
}

/// Lists, numbers and texts as Python prints them, which is how SageMaker's own containers answer.
fn list(values: impl Iterator<Item = String>) -> String {
    format!("[{}]", values.collect::<Vec<_>>().join(", "))
}

/// With a point where it is whole.
fn number(value: f64) -> String {
    format!("{value:?}")
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut quoted = String::from(quote);
    for character in text.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ if character == '\\' || character == quote => quoted.extend(['\\', character]),
            _ if character.is_control() => quoted += &format!("\\x{:02x}", u32::from(character)),
            _ => quoted.push(character),
        }
    }
    quoted.push(quote);
    quoted
}
