//! Tasks and answers as the pages show them.

use anyhow::Result;
use contracts::review::HumanLoopInput;
use contracts::task::{self, Moment};
use loop_state::clock::rfc3339;
use policy::task as rules;
use worker_portal::{Given, Task, Waiting};

/// As the template's flow definition has them for A2I.
const TITLE: &str = "Which label fits this text?";
const DESCRIPTION: &str = "Read the text and choose the label that fits it best.";

/// A2I's task UI has the same page: `infra/embed` writes it into the template. A task that was asked under an older page is
/// shown on the newest.
const TEMPLATE: &str = include_str!("../../../templates/sentiment-review.liquid.html");

/// As the page names the labels of sentiment.
const SENTIMENTS: [(&str, &str); 3] =
    [("-1", "Unhappy"), ("0", "Neutral or mixed"), ("1", "Happy")];

/// Letters of a text on a line of its own.
const BEGINNING: usize = 140;

pub fn waiting(task: &task::Task) -> Waiting {
    Waiting {
        id: task.human_loop.clone(),
        human_loop: task.human_loop.clone(),
        title: TITLE.to_owned(),
        description: DESCRIPTION.to_owned(),
        flow: task.reviewers.clone(),
    }
}

pub fn task(task: &task::Task) -> Task {
    Task {
        waiting: waiting(task),
        template: TEMPLATE.to_owned(),
        input: serde_json::to_value(&task.input).unwrap_or_default(),
        given: None,
    }
}

/// To be answered otherwise: what the worker chose is chosen beforehand.
pub fn answered(answered: &task::Task, worker: &task::Worker, now: Moment) -> Result<Option<Task>> {
    let given = given(answered, worker, now)?;
    let chosen = rules::given(answered, worker).and_then(|answer| rules::label(&answer.content));
    let input = HumanLoopInput {
        initial_value: chosen.unwrap_or_default(),
        ..answered.input.clone()
    };
    let again = task::Task {
        input,
        ..answered.clone()
    };
    let changeable = given.filter(|given| given.change_until.is_some());
    Ok(changeable.map(|given| Task {
        given: Some(given),
        ..task(&again)
    }))
}

/// The worker's answer.
pub fn given(task: &task::Task, worker: &task::Worker, now: Moment) -> Result<Option<Given>> {
    let Some(answer) = rules::given(task, worker) else {
        return Ok(None);
    };
    let until = rules::changeable(task, worker, now).ok();
    let label = rules::label(&answer.content).unwrap_or_default();
    Ok(Some(Given {
        id: task.human_loop.clone(),
        text: beginning(&task.input.task_object),
        label: word(&label, &task.input.labels),
        at: rfc3339(answer.submitted_at)?,
        seconds: (answer.submitted_at.0 - answer.taken_at.0) / 1000,
        change_until: until.map(rfc3339).transpose()?,
    }))
}

/// Other labels than sentiments are words already.
fn word(label: &str, labels: &[String]) -> String {
    let mut sorted: Vec<&str> = labels.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let is_sentiment = sorted == SENTIMENTS.map(|(label, _)| label);
    let mut words = SENTIMENTS.iter().filter(|_| is_sentiment);
    let word = words.find(|(sentiment, _)| *sentiment == label);
    word.map_or(label, |(_, word)| word).to_owned()
}

fn beginning(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(BEGINNING) else {
        return text.to_owned();
    };
    let beginning = &text[..end];
    // Whole words, where there are any.
    let words = beginning.rsplit_once(' ').map(|(words, _)| words);
    format!("{}…", words.unwrap_or(beginning))
}
