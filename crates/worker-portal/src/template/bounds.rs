//! Bounds on a template's text, held before it is parsed.
//!
//! `liquid` parses and renders by recursion, a frame or more for each block
//! within a block, each `elsif`, each `and` or `or`, each index within an
//! index; a stack that overflows ends the process. Its parser panics where an
//! integer has more digits than 64 bits hold.

use super::error::TemplateError;

/// Liquid's own bound. On two megabytes of stack an unoptimised build manages four times as many.
const DEEPEST_BLOCKS: usize = 100;
const DEEPEST_INDEXES: usize = 20;
const MOST_CONDITIONS: usize = 100;
/// Every number of so many digits fits into 64 bits.
const MOST_DIGITS: usize = 18;

/// The blocks that are open, each with the levels that it takes.
#[derive(Default)]
pub struct Depth(Vec<usize>);

impl Depth {
    /// Follows the tag `name`. An end of another block fails when it is parsed, here it ends one.
    pub fn follow(&mut self, name: &str, line: usize) -> Result<(), TemplateError> {
        match name {
            "capture" | "case" | "for" | "if" | "unless" => self.0.push(1),
            "elsif" => {
                if let Some(levels) = self.0.last_mut() {
                    *levels += 1;
                }
            }
            name if name.starts_with("end") => {
                self.0.pop();
            }
            _ => {}
        }
        if self.0.iter().sum::<usize>() > DEEPEST_BLOCKS {
            return refuse(
                line,
                format!("more than {DEEPEST_BLOCKS} blocks and elsif within each other"),
            );
        }
        Ok(())
    }
}

/// Looks at one tag or output, outside of its quoted texts.
pub fn check_tag(body: &str, line: usize) -> Result<(), TemplateError> {
    let mut quote = None;
    let mut word = String::new();
    let (mut digits, mut indexes, mut conditions) = (0, 0_usize, 0);
    for c in body.chars().chain([' ']) {
        if let Some(open) = quote {
            if c == open {
                quote = None;
            }
            continue;
        }
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            conditions += usize::from(word == "and" || word == "or");
            word.clear();
        }
        match c {
            '\'' | '"' => quote = Some(c),
            '[' => indexes += 1,
            ']' => indexes = indexes.saturating_sub(1),
            _ => {}
        }
        if digits > MOST_DIGITS {
            return refuse(line, format!("a number has more than {MOST_DIGITS} digits"));
        }
        if indexes > DEEPEST_INDEXES {
            return refuse(
                line,
                format!("more than {DEEPEST_INDEXES} indexes within each other"),
            );
        }
        if conditions > MOST_CONDITIONS {
            return refuse(
                line,
                format!("more than {MOST_CONDITIONS} `and` and `or` in a tag"),
            );
        }
    }
    Ok(())
}

fn refuse(line: usize, reason: String) -> Result<(), TemplateError> {
    Err(TemplateError::Parse(format!("line {line}: {reason}")))
}
