//! The models of an ensemble on the test rows, each alone: none of these rows had a say in its training or its weight.

use std::path::Path;

use anyhow::{Context, Result};
use contracts::dataset::PreparedRow;
use contracts::evaluation::CandidateScores;

use super::answers::{Answers, answer};
use super::{comparison, figures};
use crate::trained_model::ensemble::Ensemble;
use crate::trained_model::{Trained, TrainedModel};

/// The best first; none where the model is no ensemble. `at_gate` are the ensemble's answers to the rows at these places.
pub fn scores(
    (model, folder): (&TrainedModel, &Path),
    at_gate: &Answers,
    (rows, gate): (&[PreparedRow], &[usize]),
    labels: &[String],
) -> Result<Vec<CandidateScores>> {
    if matches!(model.trained(), Trained::One(_)) {
        return Ok(Vec::new());
    }
    let rows: Vec<PreparedRow> = gate.iter().map(|place| rows[*place].clone()).collect();
    let score = |name: &str, weight: f64| {
        let alone = TrainedModel::load(&folder.join(name))?;
        let alone = answer(&alone, &rows, labels)?;
        anyhow::Ok(CandidateScores {
            name: name.to_owned(),
            weight,
            scores: figures::scores(&alone, labels),
            difference: comparison::paired_difference(&at_gate.rows, &alone.rows, labels.len()),
        })
    };
    let members = Ensemble::read(folder)?.members;
    let scored = members.iter().map(|member| {
        let scored = score(&member.name, member.weight);
        scored.with_context(|| format!("score the candidate {}", member.name))
    });
    let mut scored: Vec<CandidateScores> = scored.collect::<Result<_>>()?;
    let balanced = |one: &CandidateScores| one.scores.balanced_accuracy;
    scored.sort_by(|a, b| balanced(b).total_cmp(&balanced(a)));
    Ok(scored)
}
