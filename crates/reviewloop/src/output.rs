//! Results: for people as text, with `--json` as the one JSON object on stdout.

use std::io::Write;

use anyhow::Context;
use serde::Serialize;
use serde_json::{Value, json};

pub struct Output {
    pub json: bool,
}

impl Output {
    pub fn result(
        &self,
        result: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        if self.json {
            self.json(result)
        } else {
            self.text(&text())
        }
    }

    /// A part of the result, for people.
    pub fn text(&self, text: &str) -> anyhow::Result<()> {
        if self.json { Ok(()) } else { write(text) }
    }

    /// The result, for programs.
    pub fn json(&self, result: &impl Serialize) -> anyhow::Result<()> {
        if !self.json {
            return Ok(());
        }
        write(&(serde_json::to_string_pretty(result)? + "\n"))
    }
}

/// In a terminal, instead of what was there.
pub fn redraw(text: &str) -> anyhow::Result<()> {
    // Clear the screen and start at its top.
    write(&format!("\x1b[2J\x1b[H{text}"))
}

fn write(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .context("write the result")
}

/// A failure after a part of the result.
#[derive(Debug)]
pub struct Partial {
    sentence: String,
    result: Value,
}

impl Partial {
    pub fn new(sentence: String, result: &impl Serialize) -> Self {
        // A result that is no JSON could not have been written either.
        let result = serde_json::to_value(result).unwrap_or_default();
        Self { sentence, result }
    }
}

impl std::fmt::Display for Partial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Partial {}

/// What `--json` says of a failure: the error, beside the part of the result that there is.
pub fn failure(error: &anyhow::Error) -> Value {
    let mut failure = json!({ "ok": false, "error": format!("{error:#}") });
    let part = error
        .downcast_ref()
        .map(|partial: &Partial| &partial.result);
    for (name, value) in part.and_then(Value::as_object).into_iter().flatten() {
        failure[name.as_str()] = value.clone();
    }
    failure
}
