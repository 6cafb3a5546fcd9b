//! Starts the human loops of a batch. A failure to start one costs no prediction; the answer names it.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use contracts::dataset::Origin;
use contracts::keys;
use contracts::prediction::{Prediction, PredictionLine, Review};
use contracts::review::HumanLoopRecord;
use futures::{StreamExt, stream};
use loop_state::human_loops::{self, Asked, Question, Questions};
use loop_state::objects::{self, AT_ONCE};
use policy::review::{self, Ask, Frequent};
use policy::text::{Reviewed, row_hash};
use time::OffsetDateTime;
use tracing::error;

use crate::Deps;

/// One prediction, before the day's cap is looked at.
enum Candidate {
    Settled(Review),
    Ask(Question),
    /// The text stands in the batch before, at this place.
    Repeated(usize),
}

pub async fn people(
    deps: &Deps,
    reviews: &[Reviewed],
    lines: Vec<PredictionLine>,
) -> Result<Vec<Prediction>> {
    let frequent = frequent(deps).await;
    let now = deps.clock.now();
    let candidates = stream::iter(reviews.iter().zip(&lines)).map(async |(review, line)| {
        let candidate = candidate(deps, &frequent, review, line).await;
        candidate.unwrap_or_else(|error| Candidate::Settled(failed(&error)))
    });
    let candidates: Vec<Candidate> = candidates.buffered(AT_ONCE).collect().await;
    let candidates = each_text_once(candidates);

    let Granted {
        candidates,
        audited_texts,
    } = grant(deps, candidates, now).await;
    let asked = stream::iter(candidates).map(async |candidate| match candidate {
        Candidate::Settled(review) => Ok(review),
        Candidate::Ask(question) => {
            let asked = ask(deps, question, now).await;
            Ok(asked.unwrap_or_else(|error| failed(&error)))
        }
        Candidate::Repeated(first) => Err(first),
    });
    let asked: Vec<Result<Review, usize>> = asked.buffered(AT_ONCE).collect().await;
    let mut answers: Vec<Review> = Vec::with_capacity(asked.len());
    for review in asked {
        answers.push(review.unwrap_or_else(|first| repeated(&answers[first])));
    }

    let answered = lines.into_iter().zip(reviews).zip(answers).enumerate();
    Ok(answered
        .map(|(place, ((line, text), review))| Prediction {
            inclusion_probability: audited_texts.map(|audited| {
                let can_be_drawn = place < audited
                    && line.predicted_label.is_some()
                    && review::unreadable(text).is_none();
                if can_be_drawn {
                    deps.config.budget.audit_rate
                } else {
                    0.0
                }
            }),
            label: line.predicted_label,
            confidence: line.probability,
            review,
            error: line.error,
        })
        .collect())
}

/// Labels of which people are asked for the audit alone. Where that cannot be read, none is one of them.
async fn frequent(deps: &Deps) -> Frequent {
    if deps.reviewers.is_none() {
        return Frequent::default();
    }
    match human_loops::lately(&deps.bucket, deps.clock.now()).await {
        Ok(days) => Frequent::of(&days, deps.config.labels.len()),
        Err(error) => {
            error!(
                error = lambda_main::sentence(&error),
                "could not read what the audit met"
            );
            Frequent::default()
        }
    }
}

struct Granted {
    candidates: Vec<Candidate>,
    /// The texts at the front of the batch that the audit could draw; it ended with the first drawn
    /// text that found no place. `None` where the day's object could not be read or written.
    audited_texts: Option<usize>,
}

fn each_text_once(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut places = BTreeMap::new();
    for (place, candidate) in candidates.iter_mut().enumerate() {
        let Candidate::Ask(question) = candidate else {
            continue;
        };
        let first = *places
            .entry(question.input.text_hash.clone())
            .or_insert(place);
        if first < place {
            *candidate = Candidate::Repeated(first);
        }
    }
    candidates
}

/// The answer for a text whose first occurrence in the batch was answered so.
fn repeated(first: &Review) -> Review {
    match first {
        Review::Started { human_loop } => Review::AlreadyAsked {
            human_loop: human_loop.clone(),
        },
        answered => answered.clone(),
    }
}

/// Places go to texts in request order; the rest get `OverBudget`.
async fn grant(deps: &Deps, mut candidates: Vec<Candidate>, now: OffsetDateTime) -> Granted {
    let (mut wanted, mut audited_as) = (Questions::default(), Vec::new());
    for candidate in &candidates {
        if let Candidate::Ask(question) = candidate {
            *place(&mut wanted, question) += 1;
            if question.input.origin == Origin::Audit {
                audited_as.push(question.predicted.as_str());
            }
        }
    }
    let Places {
        mut left,
        refusal,
        audit_draws,
    } = places(deps, wanted, &audited_as, now).await;
    let mut audited_texts = audit_draws.map(|draws| if draws { candidates.len() } else { 0 });
    for (place_in_batch, candidate) in candidates.iter_mut().enumerate() {
        let Candidate::Ask(question) = candidate else {
            continue;
        };
        let places = place(&mut left, question);
        if *places == 0 {
            if question.input.origin == Origin::Audit {
                audited_texts = audited_texts.map(|texts| texts.min(place_in_batch));
            }
            *candidate = Candidate::Settled(refusal.clone());
        } else {
            *places -= 1;
        }
    }
    Granted {
        candidates,
        audited_texts,
    }
}

/// What the day's cap leaves to a batch.
struct Places {
    left: Questions,
    /// The answer for a text without a place.
    refusal: Review,
    /// Whether the audit draws texts; `None` where the day's object could not be read or written.
    audit_draws: Option<bool>,
}

/// Reserves places for the whole batch in one compare-and-set, which also tells whether the audit was
/// open at that moment.
async fn places(
    deps: &Deps,
    wanted: Questions,
    audited_as: &[&str],
    now: OffsetDateTime,
) -> Places {
    let audits = deps.reviewers.is_some() && deps.config.budget.audit_rate > 0.0;
    if !audits && wanted == Questions::default() {
        return Places {
            left: wanted,
            refusal: Review::NotNeeded,
            audit_draws: Some(false),
        };
    }
    let caps = deps.config.caps;
    match human_loops::reserve(&deps.bucket, now, wanted, caps, audited_as).await {
        Ok(reserved) => Places {
            left: reserved.granted,
            refusal: Review::OverBudget,
            audit_draws: Some(audits && reserved.audit_was_open),
        },
        Err(error) => {
            error!(
                error = lambda_main::sentence(&error),
                "could not reserve places under the day's cap"
            );
            Places {
                left: Questions::default(),
                refusal: Review::Failed,
                audit_draws: (!audits).then_some(false),
            }
        }
    }
}

fn place<'q>(questions: &'q mut Questions, question: &Question) -> &'q mut usize {
    match question.input.origin {
        Origin::Audit => &mut questions.audit,
        Origin::Upload | Origin::Uncertain => &mut questions.uncertain,
    }
}

async fn candidate(
    deps: &Deps,
    frequent: &Frequent,
    reviewed: &Reviewed,
    line: &PredictionLine,
) -> Result<Candidate> {
    let text = &reviewed.text;
    let settled = |review| Ok(Candidate::Settled(review));
    let (Some(label), Some(confidence)) = (&line.predicted_label, line.probability) else {
        return settled(Review::NotNeeded);
    };
    if deps.reviewers.is_none() {
        return settled(Review::NotNeeded);
    }
    let budget = &deps.config.budget;
    let (origin, inclusion_probability) =
        match review::ask(budget, frequent, text, label, confidence) {
            Ask::No | Ask::Frequent => return settled(Review::NotNeeded),
            Ask::OverBudget => return settled(Review::OverBudget),
            Ask::Uncertain => (Origin::Uncertain, None),
            Ask::Audit {
                inclusion_probability,
            } => (Origin::Audit, Some(inclusion_probability)),
        };
    if let Some(reason) = review::unreadable(reviewed) {
        return settled(Review::CannotBeAsked { reason });
    }
    let text_hash = row_hash(text);
    if objects::exists(&deps.bucket, &keys::label(&text_hash)).await? {
        return settled(Review::AlreadyLabelled);
    }
    if let Some(human_loop) = asked_before(deps, &text_hash).await? {
        return settled(Review::AlreadyAsked { human_loop });
    }
    let config = &deps.config;
    Ok(Candidate::Ask(Question {
        input: review::input(reviewed, &config.text_columns, &config.labels, origin),
        predicted: label.clone(),
        probabilities: line.probabilities.clone(),
        inclusion_probability,
        answers: Vec::new(),
    }))
}

/// The newest loop about a text; collect-labels asks again where that is needed.
async fn asked_before(deps: &Deps, text_hash: &str) -> Result<Option<String>> {
    let key = keys::human_loop(text_hash);
    let record = objects::read::<HumanLoopRecord>(&deps.bucket, &key).await?;
    Ok(record.map(|found| found.value.human_loop))
}

async fn ask(deps: &Deps, question: Question, now: OffsetDateTime) -> Result<Review> {
    let reviewers = deps.reviewers.as_ref();
    let reviewers = reviewers.context("without reviewers no loop is started")?;
    let text_hash = question.input.text_hash.clone();
    match human_loops::ask(reviewers, &deps.bucket, question, None, now).await? {
        Asked::Yes { human_loop } => Ok(Review::Started { human_loop }),
        Asked::Refused { reason } => Ok(Review::CannotBeAsked { reason }),
        // Another invocation was faster, or the text is in this batch twice.
        Asked::Elsewhere => {
            let human_loop = asked_before(deps, &text_hash).await?;
            Ok(Review::AlreadyAsked {
                human_loop: human_loop.context("the loop's record is gone")?,
            })
        }
    }
}

fn failed(error: &anyhow::Error) -> Review {
    error!(
        error = lambda_main::sentence(error),
        "could not ask people about a prediction"
    );
    Review::Failed
}
