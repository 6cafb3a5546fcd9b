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
        let deep = "blocks and elsif within each other";
        check(line, self.0.iter().sum(), DEEPEST_BLOCKS, deep)
    }
}

/// Looks at one tag or output.
pub fn check_tag(body: &str, line: usize) -> Result<(), TemplateError> {
    let Extent {
        digits,
        indexes,
        conditions,
    } = Extent::of(body);
    check(line, digits, MOST_DIGITS, "digits in a number")?;
    let deep = "indexes within each other";
    check(line, indexes, DEEPEST_INDEXES, deep)?;
    let many = "`and` and `or` in a tag";
    check(line, conditions, MOST_CONDITIONS, many)
}

/// The most that a tag has of each outside of its quoted texts.
#[derive(Default)]
struct Extent {
    digits: usize,
    indexes: usize,
    conditions: usize,
}

impl Extent {
    fn of(body: &str) -> Self {
        let mut most = Self::default();
        let (mut digits, mut indexes, mut word) = (0, 0_usize, String::new());
        let mut quote = None;
        for c in body.chars().chain([' ']) {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (Some(_), _) => continue,
                (None, '\'' | '"') => quote = Some(c),
                (None, '[') => indexes += 1,
                (None, ']') => indexes = indexes.saturating_sub(1),
                (None, _) => {}
            }
            digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
            if c.is_alphanumeric() || c == '_' {
                word.push(c);
            } else {
                most.conditions += usize::from(word == "and" || word == "or");
                word.clear();
            }
            most.digits = most.digits.max(digits);
            most.indexes = most.indexes.max(indexes);
        }
        most
    }
}

fn check(line: usize, count: usize, most: usize, of: &str) -> Result<(), TemplateError> {
    if count > most {
        let reason = format!("line {line}: more than {most} {of}");
        return Err(TemplateError::Parse(reason));
    }
    Ok(())
}
