//! Something that runs on by itself, shown until it ends: redrawn in a terminal, elsewhere a line for each change.

use std::io::IsTerminal;

use crate::output::{self, Output};
use crate::wait;

/// How it is shown.
pub struct Shown<T> {
    /// What Ctrl-C does not end.
    pub name: &'static str,
    pub has_ended: fn(&T) -> bool,
    pub text: fn(&T) -> String,
    /// The same in one line.
    pub line: fn(&T) -> String,
}

/// As it is when it has ended.
pub async fn follow<T>(
    output: &Output,
    shown: Shown<T>,
    mut look: impl AsyncFnMut() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let redraws = !output.json && std::io::stdout().is_terminal();
    let mut told = String::new();
    wait::again(async || {
        let seen = look().await?;
        if (shown.has_ended)(&seen) {
            if redraws {
                output::redraw("")?;
            }
            return Ok(Some(seen));
        }
        if redraws {
            let text = (shown.text)(&seen);
            output::redraw(&format!(
                "{text}\nCtrl-C ends this, not the {}\n",
                shown.name
            ))?;
        } else {
            let line = (shown.line)(&seen);
            if line != told {
                eprintln!("  {line}");
                told = line;
            }
        }
        Ok(None)
    })
    .await
}
