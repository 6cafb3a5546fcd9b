//! Asks what is left over of all files, the oldest first, as far as the day's cap has room.

use std::collections::HashSet;

use anyhow::{Context, Result};
use contracts::keys;
use contracts::request::{Unasked, UnaskedText};
use futures::{StreamExt, TryStreamExt, stream};
use lambda_main::metrics::{self, Metric};
use loop_state::Reviewers;
use loop_state::human_loops::{self, Asked, Question};
use loop_state::objects::{self, AT_ONCE, Found};
use policy::text::RowHash;
use time::OffsetDateTime;

use crate::outcome::Questions;
use crate::{Deps, known};

pub async fn what_is_left(deps: &Deps) -> Result<Questions> {
    let mut questions = Questions::default();
    let left = known::unasked(deps).await?;
    if left.is_empty() {
        return Ok(questions);
    }
    let mut known = known::asked(deps).await?;
    for (key, unasked) in left {
        let found = of_file(deps, &key, unasked, &mut known).await?;
        questions.asked += found.asked;
        questions.left += found.left;
    }
    if questions.asked > 0 {
        metrics::count(Metric::HumanLoops, questions.asked);
    }
    Ok(questions)
}

async fn of_file(
    deps: &Deps,
    key: &str,
    Found { value, etag }: Found<Unasked>,
    known: &mut HashSet<RowHash>,
) -> Result<Questions> {
    let mut later = value.questions;
    // By another file, by predict, or by an invocation that died before it noted so.
    later.retain(|it| !known.contains(&RowHash::of(&it.input.task_object)));
    let now = deps.clock.now();
    let mut asked = 0;
    if let Some(reviewers) = &deps.reviewers {
        let wanted = human_loops::Questions {
            audit: 0,
            uncertain: later.len(),
        };
        let caps = deps.config.caps;
        let reserved = human_loops::reserve(&deps.bucket, now, wanted, caps, &[]).await?;
        let rest = later.split_off(reserved.granted.uncertain);
        known.extend(later.iter().map(|it| RowHash::of(&it.input.task_object)));
        let each = stream::iter(later).map(async |text| ask(deps, reviewers, text, now).await);
        let each: Vec<bool> = each.buffered(AT_ONCE).try_collect().await?;
        asked = each.into_iter().filter(|is_asked| *is_asked).count();
        later = rest;
    }
    let left = later.len();
    if later.is_empty() {
        // A function that died behind the choice has not written it. Without either the file would be chosen from once more.
        let id = keys::unasked_id(key).with_context(|| format!("{key} names no request"))?;
        objects::create(&deps.bucket, &keys::label_request(id), &value.request).await?;
        objects::delete(&deps.bucket, key).await?;
    } else if asked > 0 {
        let rest = Unasked {
            request: value.request,
            questions: later,
        };
        // Changed meanwhile, it is looked at again: what was asked is known then.
        objects::replace(&deps.bucket, key, &rest, &etag).await?;
    }
    Ok(Questions { asked, left })
}

/// Whether it was asked. What the service refuses is noted as stuck, and not asked again.
async fn ask(
    deps: &Deps,
    reviewers: &Reviewers,
    text: UnaskedText,
    now: OffsetDateTime,
) -> Result<bool> {
    let mut input = text.input;
    // They may have changed since the choice.
    input.labels.clone_from(&deps.config.labels);
    let question = Question {
        input,
        predicted: text.predicted,
        probabilities: text.probabilities,
        inclusion_probability: None,
        answers: Vec::new(),
    };
    let asked = human_loops::ask(reviewers, &deps.bucket, question, None, now).await?;
    Ok(matches!(asked, Asked::Yes { .. }))
}
