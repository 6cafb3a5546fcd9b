//! Permutation importance (Breiman, "Random forests", 2001): how much worse the answers get where the values of a column are
//! shuffled among the rows, and say nothing of their own row any more.
//!
//! It asks nothing of a model but answers, so it is the same for all of them. Of two columns that say the same, each may
//! seem to be of no importance: the other is left.

use anyhow::Result;
use columns::{Features, Made};
use contracts::automl::{ColumnImportance, Importance, Spread};
use policy::random::{SplitMix64, seed_of};
use policy::split::fraction;
use scores::{Confusion, loss};

use super::features::Rows;
use crate::evaluate::answers::{Answers, of_texts};
use crate::trained_model::TrainedModel;

const SHUFFLES: u64 = 5;
const SEED: u64 = 42;
/// Texts that are answered at most, all columns and shuffles together: some minutes of BERT's, a second of the others'.
const MOST_TEXTS: usize = 50_000;
/// Rows that are answered at least: with fewer, chance is larger than most columns' importance.
const FEWEST_ROWS: usize = 200;

pub fn importance(model: &TrainedModel, features: &Features, all: &Rows) -> Result<Importance> {
    let used = features
        .columns
        .iter()
        .filter(|it| it.made != Made::Dropped);
    let rounds = usize::try_from(SHUFFLES)? * used.count();
    let places = sample(all, (MOST_TEXTS / rounds.max(1)).max(FEWEST_ROWS));
    let mut rows: Vec<Vec<String>> = places.iter().map(|it| all.rows[*it].clone()).collect();
    let labels: Vec<&str> = places.iter().map(|it| all.labels[*it].as_str()).collect();
    let score = |rows: &[Vec<String>]| -> Result<(f64, f64)> {
        let texts: Vec<String> = rows.iter().map(|row| features.text(row)).collect();
        let answers = of_texts(model, &texts, labels.iter().copied(), &features.labels)?;
        Ok(scores_of(&answers, features.labels.len()))
    };
    let (balanced_accuracy, log_loss) = score(&rows)?;
    let mut columns = Vec::new();
    for (place, column) in features.columns.iter().enumerate() {
        if column.made == Made::Dropped {
            continue;
        }
        let values: Vec<String> = rows.iter().map(|row| row[place].clone()).collect();
        let (mut losses, mut growths) = (Vec::new(), Vec::new());
        for shuffle in 0..SHUFFLES {
            let use_number = place as u64 * SHUFFLES + shuffle;
            let shuffled = shuffled(&values, &mut SplitMix64(seed_of(SEED, use_number)));
            put(&mut rows, place, shuffled);
            let (accuracy, loss) = score(&rows)?;
            losses.push(balanced_accuracy - accuracy);
            growths.push(loss - log_loss);
        }
        put(&mut rows, place, values);
        columns.push(ColumnImportance {
            name: column.name.clone(),
            kind: column.made.kind(),
            balanced_accuracy_loss: spread(&losses),
            log_loss_growth: spread(&growths),
        });
    }
    Ok(Importance {
        version: "1.0".to_owned(),
        method: "permutation_importance".to_owned(),
        rows: rows.len() as u64,
        shuffles: SHUFFLES,
        seed: SEED,
        balanced_accuracy,
        log_loss,
        columns,
    })
}

/// The places of so many rows, those with the smallest hashes: the same rows in any order of the file.
fn sample(all: &Rows, most: usize) -> Vec<usize> {
    let at = |row: &Vec<String>| fraction("importance", &row.join("\u{1f}"));
    let mut order: Vec<(f64, usize)> = all.rows.iter().map(at).zip(0..).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order
        .into_iter()
        .take(most)
        .map(|(_, place)| place)
        .collect()
}

/// Fisher and Yates.
fn shuffled(values: &[String], random: &mut SplitMix64) -> Vec<String> {
    let mut values = values.to_vec();
    for last in (1..values.len()).rev() {
        let other = random.below(last as u64 + 1);
        values.swap(last, usize::try_from(other).expect("a place in memory"));
    }
    values
}

fn put(rows: &mut [Vec<String>], place: usize, values: Vec<String>) {
    for (row, value) in rows.iter_mut().zip(values) {
        row[place] = value;
    }
}

/// Balanced accuracy and mean log loss.
fn scores_of(answers: &Answers, labels: usize) -> (f64, f64) {
    let mut confusion = Confusion::new(labels);
    let mut sum = 0.0;
    for answer in &answers.rows {
        confusion.add(answer.truth, answer.predicted);
        sum += loss::of_answer(answer.probabilities[answer.truth]);
    }
    let mean_loss = sum / answers.rows.len().max(1) as f64;
    (confusion.balanced_accuracy(), mean_loss)
}

fn spread(values: &[f64]) -> Spread {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Spread {
        mean,
        standard_deviation: (squares / (values.len() - 1) as f64).sqrt(),
    }
}
