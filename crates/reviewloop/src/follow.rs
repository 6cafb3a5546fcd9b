//! Something that runs on by itself, shown until it ends: redrawn in a terminal, elsewhere a line for each change.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use crate::output::{self, Output};

/// Between two looks: a twentieth of the time that it has taken, within these bounds. An account has quotas for
/// requests, and a training takes minutes there.
pub const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(10);

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
    let started = Instant::now();
    loop {
        let seen = look().await?;
        if (shown.has_ended)(&seen) {
            if redraws {
                output::redraw("")?;
            }
            return Ok(seen);
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
        let pause = started.elapsed() / 20;
        // An account tells a command line of no event, so it looks again.
        tokio::time::sleep(pause.clamp(SHORTEST, LONGEST)).await;
    }
}
