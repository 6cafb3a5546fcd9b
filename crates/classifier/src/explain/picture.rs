//! An explanation for people: in a terminal, or as a page.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};

use anyhow::{Context, Result};
use contracts::explanation::{Explanation, WordAttribution};
use report::{document, escape};

/// How explanations are printed in a terminal.
#[derive(Clone, Copy, Debug)]
pub struct Picture {
    pub colour: bool,
}

/// Of the page.
const TITLE: &str = "What the words said";

/// Width of the longest bar, in characters.
const BAR: u32 = 24;

impl Picture {
    pub fn for_stdout() -> Picture {
        Picture {
            colour: io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        }
    }

    /// The text, shaded, and below it every word with a bar: to the right if the word raised the
    /// label's logit, to the left if it lowered it.
    pub fn terminal(self, texts: &[String], explanations: &[Explanation]) -> String {
        let mut out = String::new();
        for (text, explanation) in texts.iter().zip(explanations) {
            // Writing to a String cannot fail.
            let _ = self.one(&mut out, text, explanation);
        }
        out
    }

    fn one(self, out: &mut String, text: &str, explanation: &Explanation) -> std::fmt::Result {
        writeln!(out, "{}", heading(explanation))?;
        let largest = largest(explanation);
        if self.colour {
            for (between, word) in pieces(text, explanation) {
                let shade = word.map_or_else(String::new, |word| {
                    // Of 256 colours: six steps of green or red.
                    let step = (word.attribution.abs() / largest * 5.0)
                        .round()
                        .clamp(0.0, 5.0);
                    let step = 5.0 - step;
                    let colour = if word.attribution >= 0.0 {
                        16.0 + 36.0 * step + 30.0 + step
                    } else {
                        16.0 + 180.0 + 6.0 * step + step
                    };
                    format!("\x1b[30;48;5;{colour:.0}m{}\x1b[0m", printable(&word.word))
                });
                write!(out, "{}{shade}", printable(between))?;
            }
            writeln!(out)?;
        }
        let width = explanation
            .words
            .iter()
            .map(|word| word.word.chars().count());
        let width = width.max().unwrap_or(0);
        for word in &explanation.words {
            let length = (word.attribution.abs() / largest * f64::from(BAR)).round();
            let bar: String = (0..BAR)
                .filter(|n| f64::from(*n) < length)
                .map(|_| '█')
                .collect();
            let (left, right) = if word.attribution < 0.0 {
                (bar.as_str(), "")
            } else {
                ("", bar.as_str())
            };
            let WordAttribution {
                word, attribution, ..
            } = word;
            let word = printable(word);
            writeln!(out, "{word:>width$} {attribution:+8.3} {left:>24}│{right}")?;
        }
        writeln!(out, "{}\n", footing(explanation))
    }
}

/// A text's control characters must not reach the terminal.
fn printable(text: &str) -> String {
    let visible = |c: char| c.is_whitespace() || !c.is_control();
    text.replace(|c| !visible(c), "\u{fffd}")
}

/// Writes to the standard output; a closed pipe is no failure.
pub fn print(text: &str) -> Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("write to the standard output"),
    }
}

/// A page that needs no other file.
pub fn html(texts: &[String], explanations: &[Explanation]) -> String {
    let mut page = format!(
        "<h1>{TITLE}</h1>\n<p class=\"soft\">A word's shade is what it added to the label's logit: \
         <span class=\"for\" style=\"--weight:80%\">for the label</span>, \
         <span class=\"against\" style=\"--weight:80%\">against it</span> (underlined). \
         Numbers are logits.</p>\n"
    );
    for (text, explanation) in texts.iter().zip(explanations) {
        // Writing to a String cannot fail.
        let _ = card(&mut page, text, explanation);
    }
    document(TITLE, include_str!("picture.css"), &page)
}

fn card(page: &mut String, text: &str, explanation: &Explanation) -> std::fmt::Result {
    let largest = largest(explanation);
    write!(
        page,
        "<section>\n<h2>{}</h2>\n<p class=\"text\">",
        escape(&heading(explanation))
    )?;
    for (between, word) in pieces(text, explanation) {
        page.push_str(&escape(between));
        if let Some(word) = word {
            let side = if word.attribution < 0.0 {
                "against"
            } else {
                "for"
            };
            let weight = word.attribution.abs() / largest * 80.0;
            write!(
                page,
                "<span class=\"{side}\" style=\"--weight:{weight:.0}%\" title=\"{:+.3}\">{}</span>",
                word.attribution,
                escape(&word.word)
            )?;
        }
    }
    writeln!(
        page,
        "</p>\n<details><summary>every word</summary>\n<table class=\"words\">"
    )?;
    let mut ordered: Vec<&WordAttribution> = explanation.words.iter().collect();
    ordered.sort_by(|a, b| b.attribution.total_cmp(&a.attribution));
    for word in ordered {
        writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{:+.3}</td></tr>",
            escape(&word.word),
            word.attribution
        )?;
    }
    writeln!(
        page,
        "</table></details>\n<p class=\"soft\">{}</p>\n</section>",
        escape(&footing(explanation))
    )
}

fn heading(explanation: &Explanation) -> String {
    let Explanation {
        label, probability, ..
    } = explanation;
    format!("label {label}, probability {probability:.3}")
}

fn footing(explanation: &Explanation) -> String {
    let completeness = explanation.completeness;
    let how = match completeness.steps {
        0 => "exact: the logit is a sum over words".to_owned(),
        steps => format!("{steps} steps"),
    };
    let holds = if completeness.holds() {
        "within"
    } else {
        "NOT within"
    };
    let truncated = if explanation.truncated {
        "; the text is longer than the model reads"
    } else {
        ""
    };
    format!(
        "the words add {:+.3}, the logit rises from {:+.3} to {:+.3}: off by {:.4}, {holds} \
         the bound of {:.3} ({how}){truncated}",
        completeness.sum,
        completeness.baseline_logit,
        completeness.logit,
        completeness.error.abs(),
        completeness.bound
    )
}

/// The text in order: what lies before a word, and the word; the end has none.
fn pieces<'a>(
    text: &'a str,
    explanation: &'a Explanation,
) -> Vec<(&'a str, Option<&'a WordAttribution>)> {
    let mut pieces = Vec::new();
    let mut done = 0;
    for word in &explanation.words {
        let between = text.get(done..word.start).unwrap_or_default();
        pieces.push((between, Some(word)));
        done = done.max(word.end);
    }
    pieces.push((text.get(done..).unwrap_or_default(), None));
    pieces
}

fn largest(explanation: &Explanation) -> f64 {
    let sizes = explanation.words.iter().map(|word| word.attribution.abs());
    sizes.fold(f64::MIN_POSITIVE, f64::max)
}
