//! Results: for people as text, with `--json` as the one JSON object on stdout.

use std::io::Write;

use anyhow::Context;
use serde::Serialize;

pub struct Output {
    pub json: bool,
}

impl Output {
    pub fn result(
        &self,
        result: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        let text = if self.json {
            serde_json::to_string_pretty(result)? + "\n"
        } else {
            text()
        };
        let mut stdout = std::io::stdout().lock();
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
            .context("write the result")
    }
}
