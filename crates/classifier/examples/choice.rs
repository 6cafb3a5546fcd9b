//! What the choice of texts is worth (`policy::choice`): a model is trained on a few labelled texts, texts of a file are
//! chosen in several ways and get their labels, and a second model is trained on both. Prints balanced accuracy on
//! texts that neither saw.
//!
//! `cargo run -p classifier --example choice -- reviews.csv 2000 200 5`: columns "Review Text" and "Rating"; texts that
//! are labelled before, chosen texts, repetitions.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context, Result, bail};
use classifier::container::Container;
use classifier::train;
use classifier::trained_model::TrainedModel;
use contracts::dataset::SplitPart;
use contracts::prediction::PredictionLine;
use policy::choice::{Candidate, SAMPLE, least_certain};
use policy::split;

/// Texts to find the epoch with.
const VALIDATION: usize = 300;

const WAYS: [&str; 4] = ["nothing", "at random", "smallest margin", "policy::choice"];

struct Text {
    text: String,
    label: &'static str,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, labelled, budget, repetitions] = &arguments[..] else {
        bail!("a file and three numbers are needed");
    };
    let (labelled, budget) = (labelled.parse()?, budget.parse()?);
    let repetitions: usize = repetitions.parse()?;
    let texts = read(path)?;
    let mut scores: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for repetition in 0..repetitions {
        for (way, score) in measure(&texts, labelled, budget, repetition)?
            .into_iter()
            .enumerate()
        {
            scores.entry(way).or_default().push(score);
        }
    }
    let at_random = scores[&1].clone();
    println!(
        "balanced accuracy, mean and standard deviation of {repetitions}; the difference to a random choice"
    );
    for (way, scores) in scores {
        let differences = scores
            .iter()
            .zip(&at_random)
            .map(|(one, other)| one - other);
        let (mean, deviation) = moments(&scores);
        let (difference, of_difference) = moments(&differences.collect::<Vec<_>>());
        println!(
            "{:<16} {mean:.3} ({deviation:.3})   {difference:+.3} ({of_difference:.3})",
            WAYS[way]
        );
    }
    Ok(())
}

fn read(path: &str) -> Result<Vec<Text>> {
    let columns = tables::Columns {
        needed: ["Review Text", "Rating"].map(str::to_owned).into(),
        optional: Vec::new(),
    };
    let mut reader = tables::Reader::open(File::open(path)?, &columns, u64::MAX)?;
    let mut texts = Vec::new();
    while let Some(entry) = reader.next_row()? {
        let Ok(row) = entry.row else { continue };
        let (Ok(text), Ok(rating)) = (row.need("Review Text"), row.need("Rating")) else {
            continue;
        };
        let label = match rating.as_ref() {
            "1" | "2" => "-1",
            "3" => "0",
            _ => "1",
        };
        let text = text.into_owned();
        texts.extend((!text.is_empty()).then_some(Text { text, label }));
    }
    Ok(texts)
}

/// One score for each of the ways.
fn measure(texts: &[Text], labelled: usize, budget: usize, repetition: usize) -> Result<Vec<f64>> {
    let of = |part| texts.iter().filter(move |it| split::part(&it.text) == part);
    let purpose = format!("repetition {repetition}");
    let mut pool: Vec<&Text> = of(SplitPart::Train).collect();
    pool.sort_by(|one, other| {
        let at = |it: &Text| split::fraction(&purpose, &it.text);
        at(one).total_cmp(&at(other))
    });
    let (labelled, rest) = pool.split_at(labelled);
    // In the order of a draw, as request-labels has it.
    let sample = &rest[..SAMPLE];
    let validation: Vec<&Text> = of(SplitPart::Validation).take(VALIDATION).collect();
    let test: Vec<&Text> = of(SplitPart::Test).collect();

    let first = trained(labelled, &validation, repetition)?;
    let lines = lines(&first, sample)?;
    let margin = |line: &PredictionLine| {
        let mut all: Vec<f64> = line.probabilities.values().copied().collect();
        all.sort_by(|one, other| other.total_cmp(one));
        all[0] - all[1]
    };
    let mut by_margin: Vec<usize> = (0..SAMPLE).collect();
    by_margin.sort_by(|one, other| margin(&lines[*one]).total_cmp(&margin(&lines[*other])));
    let candidates = sample.iter().zip(&lines);
    let candidates: Vec<Candidate> = candidates
        .map(|(it, line)| Candidate {
            text: &it.text,
            line,
        })
        .collect();
    let ways = [
        Vec::new(),
        (0..budget).collect(),
        by_margin[..budget].to_vec(),
        least_certain(&candidates, budget),
    ];
    let mut scores = Vec::new();
    for places in ways {
        let mut rows = labelled.to_vec();
        rows.extend(places.into_iter().map(|place| sample[place]));
        scores.push(score(&trained(&rows, &validation, repetition)?, &test)?);
    }
    Ok(scores)
}

/// As the loop trains: on balanced classes, with fastText's defaults.
fn trained(rows: &[&Text], validation: &[&Text], seed: usize) -> Result<TrainedModel> {
    let folder = std::env::temp_dir().join(format!("choice-{}", std::process::id()));
    let balanced = split::balance(rows.iter().map(|it| (it.text.as_str(), it.label)));
    let balanced: Vec<&Text> = balanced.into_iter().map(|place| rows[place]).collect();
    let container = Container::at(&folder);
    write(&container.channel("train"), &balanced)?;
    write(&container.channel("validation"), validation)?;
    let hyperparameters = container.hyperparameters();
    fs::create_dir_all(hyperparameters.parent().context("a folder")?)?;
    let values = serde_json::json!({
        "algorithm": "fasttext", "seed": seed.to_string(),
    });
    fs::write(hyperparameters, values.to_string())?;
    train::run(&container)?;
    let model = TrainedModel::load(&container.model());
    fs::remove_dir_all(folder)?;
    model
}

fn write(channel: &Path, rows: &[&Text]) -> Result<()> {
    fs::create_dir_all(channel)?;
    let lines = rows
        .iter()
        .map(|it| serde_json::json!({ "review_body": it.text, "sentiment": it.label }));
    let lines: String = lines.map(|line| format!("{line}\n")).collect();
    Ok(fs::write(channel.join("rows.jsonl"), lines)?)
}

fn lines(model: &TrainedModel, texts: &[&Text]) -> Result<Vec<PredictionLine>> {
    let only: Vec<&str> = texts.iter().map(|it| it.text.as_str()).collect();
    let rows = model.probabilities(&only)?.into_iter();
    Ok(rows
        .map(|row| {
            let named = model.labels().iter().cloned();
            let named: BTreeMap<String, f64> = named.zip(row.into_iter().map(f64::from)).collect();
            let best = named.iter().max_by(|one, other| one.1.total_cmp(other.1));
            let (label, probability) = best.expect("labels");
            PredictionLine {
                predicted_label: Some(label.clone()),
                probability: Some(*probability),
                probabilities: named.clone(),
                error: None,
            }
        })
        .collect())
}

/// Balanced accuracy.
fn score(model: &TrainedModel, texts: &[&Text]) -> Result<f64> {
    let mut of_label: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (it, line) in texts.iter().zip(lines(model, texts)?) {
        let (right, all) = of_label.entry(it.label).or_default();
        *right += f64::from(u8::from(line.predicted_label.as_deref() == Some(it.label)));
        *all += 1.0;
    }
    let recalls = of_label.values().map(|(right, all)| right / all);
    Ok(recalls.sum::<f64>() / of_label.len() as f64)
}

fn moments(values: &[f64]) -> (f64, f64) {
    let number = values.len() as f64;
    let mean = values.iter().sum::<f64>() / number;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (number - 1.0).max(1.0)).sqrt())
}
