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

/// `None` where no model can be asked about these texts. An error is trouble that passes.
async fn classified(deps: &Deps, sample: &[Reviewed]) -> Result<Option<Vec<PredictionLine>>> {
    match endpoint::classify_all(&deps.endpoint, sample).await {
        Ok(lines) => Ok(Some(lines)),
        Err(trouble) if trouble == Trouble::no_endpoint() => Ok(None),
        // A model of other text columns, for instance.
        Err(trouble) if trouble.is_the_callers() => {
            let status = trouble.status;
            warn!(answered = status, "the model refuses the file's texts");
            Ok(None)
        }
        Err(trouble) => Err(trouble.into()),
    }
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
