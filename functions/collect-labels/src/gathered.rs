//! The answers of all loops about a text.

use anyhow::{Context, Result};
use contracts::answers::{AnsweredText, GivenAnswer};
use contracts::keys;
use contracts::review::{HumanAnswer, HumanLoopInput, HumanLoopOutput, HumanLoopRecord, Label};
use loop_state::objects::{self, Found};
use policy::labelling;
use policy::naming;
use policy::text::row_hash;

use crate::Deps;

pub struct Gathered {
    pub input: HumanLoopInput,
    /// The text's; what the reviewers were not shown. `None` where it was lost.
    pub record: Option<Found<HumanLoopRecord>>,
    /// Which the text has already.
    pub label: Option<Found<Label>>,
    pub text: AnsweredText,
}

impl Gathered {
    /// Whether no newer loop asks about the text.
    pub fn is_of_the_newest(&self, human_loop: &str) -> bool {
        let record = self.record.as_ref();
        record.is_none_or(|found| found.value.human_loop == human_loop)
    }
}

/// Of the loop `name` the output, where it has one, and of those before it the text's record. `None` where there is
/// neither.
pub async fn read(deps: &Deps, name: &str, output_key: Option<&str>) -> Result<Option<Gathered>> {
    let output = match output_key {
        Some(key) => {
            let found = objects::read::<HumanLoopOutput>(&deps.bucket, key).await?;
            Some(
                found
                    .with_context(|| format!("{key} does not exist yet"))?
                    .value,
            )
        }
        None => None,
    };
    let text_hash = match &output {
        // Not the hash that the input claims: what was shown is what was labelled.
        Some(output) => row_hash(&output.input_content.task_object),
        None => match naming::human_loop_text_hash(name) {
            Some(text_hash) => text_hash.to_owned(),
            None => return Ok(None),
        },
    };
    let key = keys::human_loop(&text_hash);
    let record = objects::read::<HumanLoopRecord>(&deps.bucket, &key).await?;
    let label = objects::read(&deps.bucket, &keys::label(&text_hash)).await?;
    let noted = record.as_ref().map(|found| &found.value);
    let before = noted.map_or(&[][..], |it| &it.answers);
    let labelled: &[GivenAnswer] = label
        .as_ref()
        .map_or(&[], |found: &Found<Label>| &found.value.human_answers);
    let newest = output.as_ref().map_or(&[][..], |it| &it.human_answers);
    let newest = newest.iter().filter_map(given);
    // A template of A2I may send what is no label of the stack: that is no answer.
    let newest: Vec<GivenAnswer> = newest
        .filter(|given| deps.config.labels.contains(&given.label))
        .collect();
    let answers = labelling::gathered(&[before, labelled, &newest]);
    let input = output.map(|it| it.input_content);
    let input = input.or_else(|| noted.map(|it| it.input.clone()));
    let Some(input) = input else {
        return Ok(None);
    };
    let text = AnsweredText {
        text_hash,
        origin: input.origin,
        answers,
        probabilities: noted.map(|it| it.probabilities.clone()).unwrap_or_default(),
        answered_at: deps.clock.moment(),
    };
    Ok(Some(Gathered {
        input,
        record,
        label,
        text,
    }))
}

fn given(answer: &HumanAnswer) -> Option<GivenAnswer> {
    let chosen = answer.answer_content.sentiment.as_ref()?;
    Some(GivenAnswer {
        worker: answer.worker_id.clone(),
        label: chosen.label.clone(),
        seconds: answer.time_spent_in_seconds,
        submitted_at: answer.submission_time.clone(),
    })
}
