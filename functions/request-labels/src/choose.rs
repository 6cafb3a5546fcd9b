//! Which texts of the sample are asked about, and in which order.

use anyhow::Result;
use contracts::dataset::Origin;
use contracts::prediction::PredictionLine;
use contracts::request::{ChosenBy, UnaskedText};
use contracts::review::HumanLoopInput;
use inference::endpoint;
use policy::choice::{self, Candidate};
use policy::invocation::Trouble;
use policy::review;
use policy::text::Reviewed;
use tracing::warn;

use crate::rows::Read;
use crate::{Config, Deps};

pub async fn texts(deps: &Deps, read: &Read) -> Result<(ChosenBy, Vec<UnaskedText>)> {
    let budget = deps.config.budget;
    if read.sample.len() > budget
        && let Some(lines) = classified(deps, &read.sample).await?
    {
        let questions = uncertain(deps, &read.sample, &lines);
        return Ok((ChosenBy::Uncertainty, questions));
    }
    let chosen = read.sample.iter().take(budget);
    let chosen = chosen.map(|review| UnaskedText {
        input: input(deps, review, Origin::Upload),
        predicted: String::new(),
        probabilities: [].into(),
    });
    Ok((ChosenBy::Random, chosen.collect()))
}

/// `None` where no model can be asked about all of these texts: a choice among those that it answers would leave out
/// the others for good. An error is trouble that passes.
async fn classified(deps: &Deps, sample: &[Reviewed]) -> Result<Option<Vec<PredictionLine>>> {
    let lines = match endpoint::classify_all(&deps.endpoint, sample).await {
        Ok(lines) => lines,
        Err(trouble) if trouble == Trouble::no_endpoint() => return Ok(None),
        Err(trouble) if trouble.is_the_callers() => {
            let status = trouble.status;
            warn!(answered = status, "the model refuses the file's texts");
            return Ok(None);
        }
        Err(trouble) => return Err(trouble.into()),
    };
    let is_refused =
        |it: &&PredictionLine| it.predicted_label.is_none() || it.probability.is_none();
    let refused = lines.iter().filter(is_refused).count();
    if refused > 0 {
        // A model of other text columns refuses each text that has a title.
        warn!(
            refused,
            asked = lines.len(),
            "the model refuses texts of the file"
        );
        return Ok(None);
    }
    Ok(Some(lines))
}

fn uncertain(deps: &Deps, sample: &[Reviewed], lines: &[PredictionLine]) -> Vec<UnaskedText> {
    let rate = deps.config.audit_rate;
    let classified = sample.iter().zip(lines);
    // A text that the audit would draw is asked for the audit or not at all (policy::review).
    let classified: Vec<(&Reviewed, &PredictionLine)> = classified
        .filter(|(review, _)| !review::is_audited(rate, &review.text))
        .collect();
    let candidates = classified.iter().map(|(review, line)| Candidate {
        text: &review.text,
        line,
    });
    let candidates: Vec<Candidate> = candidates.collect();
    let places = choice::least_certain(&candidates, deps.config.budget);
    let question = |place: usize| {
        let (review, line) = classified[place];
        let predicted = line.predicted_label.clone().unwrap_or_default();
        UnaskedText {
            input: input(deps, review, Origin::Uncertain),
            predicted,
            probabilities: line.probabilities.clone(),
        }
    };
    places.into_iter().map(question).collect()
}

fn input(deps: &Deps, review: &Reviewed, origin: Origin) -> HumanLoopInput {
    let Config {
        text_columns,
        labels,
        ..
    } = &deps.config;
    review::input(review, text_columns, labels, origin)
}
