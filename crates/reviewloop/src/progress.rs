//! What a person sees while they wait: on a terminal a bar per task, elsewhere plain lines.
//! All of it goes to stderr; stdout is for results.

use std::cell::RefCell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

#[derive(Clone)]
pub struct Progress {
    /// `None` writes plain lines.
    bars: Option<MultiProgress>,
}

/// Something under way. Its bar grows by one block a second: it is not known how long a step will
/// take, but everybody sees how long it has.
pub struct Task {
    bar: Option<ProgressBar>,
    name: String,
    started: Instant,
    /// Without a bar: when a line was last written, and what it said.
    last_line: RefCell<(Instant, String)>,
}

/// Between two lines about one task where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Blocks that fit beside a name and a note in 100 columns.
const WIDEST: usize = 40;

impl Progress {
    /// Bars only where a person watches.
    pub fn new(json: bool) -> Self {
        let bars = (!json && std::io::stderr().is_terminal()).then(MultiProgress::new);
        Self { bars }
    }

    /// One line above the bars.
    pub fn say(&self, line: &str) {
        match &self.bars {
            // An error means that the terminal is gone, and with it the reader.
            Some(bars) => drop(bars.println(line)),
            None => eprintln!("{line}"),
        }
    }

    pub fn task(&self, name: &str) -> Task {
        let bar = self.bars.as_ref().map(|bars| {
            let style = ProgressStyle::with_template("  {spinner} {prefix:<24}{msg}");
            let style = style.expect("the template is a constant that parses");
            let bar = bars.add(ProgressBar::new_spinner().with_style(style));
            bar.set_prefix(name.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            eprintln!("  {name}: started");
        }
        let started = Instant::now();
        Task {
            bar,
            name: name.to_owned(),
            started,
            last_line: RefCell::new((started, String::new())),
        }
    }
}

impl Task {
    /// What it is doing just now: beside the bar, or as a line now and then.
    pub fn note(&self, note: &str) {
        let seconds = self.seconds();
        if let Some(bar) = &self.bar {
            let blocks = blocks(seconds, room_beside(note));
            bar.set_message(format!("{blocks} {seconds:.0} s  {note}"));
            return;
        }
        let mut last = self.last_line.borrow_mut();
        if last.0.elapsed() >= BETWEEN_LINES && last.1 != note {
            *last = (Instant::now(), note.to_owned());
            eprintln!("  {}: {seconds:.0} s, {note}", self.name);
        }
    }

    /// It ended; `seconds` as the service measured them, `note` says how it went.
    pub fn done(self, seconds: f64, note: &str) {
        match &self.bar {
            Some(bar) => {
                let mark = if note == "Succeeded" || note.is_empty() {
                    String::new()
                } else {
                    format!("  {note}")
                };
                let blocks = blocks(seconds, room_beside(&mark));
                bar.finish_with_message(format!("{blocks} {seconds:.1} s{mark}"));
            }
            None => eprintln!(
                "{}",
                format!("  {}: {seconds:.1} s {note}", self.name).trim_end()
            ),
        }
    }

    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
}

/// Blocks and note share what a line of 100 columns has left.
fn room_beside(note: &str) -> usize {
    const SHORT: usize = 24;
    let longer = note.chars().count().saturating_sub(SHORT);
    WIDEST.saturating_sub(longer).max(4)
}

fn blocks(seconds: f64, widest: usize) -> String {
    let steps = std::iter::successors(Some(1.0), |second: &f64| Some(second + 1.0));
    let blocks = steps
        .take(widest)
        .take_while(|second| *second <= seconds.ceil())
        .count();
    "█".repeat(blocks.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_note_has_room_beside_its_bar() {
        let note = "step 120/501 loss 0.81 lr 7.6e-5 38 samples/s 2 min left";
        let bar = blocks(500.0, room_beside(note));
        assert!(bar.chars().count() + note.len() <= 64, "{bar}");
        assert_eq!(
            blocks(500.0, room_beside("Executing")).chars().count(),
            WIDEST
        );
        assert_eq!(blocks(3.0, WIDEST).chars().count(), 3);
        assert_eq!(blocks(0.2, 4).chars().count(), 1);
    }
}
