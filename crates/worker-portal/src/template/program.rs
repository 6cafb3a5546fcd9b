//! A template rewritten to tags alone, before it is parsed.
//!
//! `liquid` renders texts and outputs itself and offers no hook before they
//! are written; tags it lets us define. So every `{{ … }}` becomes an `output`
//! tag, which escapes, and every text between tags a `text` tag: each byte of a
//! page is written by one of the two, and counted. (In texts, the parser's time
//! would also grow with the square of a run of blanks: 10,000 spaces took a minute.)

use std::fmt::Write;

use liquid_core::parser;

use super::bounds::{Depth, check_tag};
use super::error::{TemplateError, reason};
use super::scan::{Piece, Tag, line_ends, pieces};

/// Only the rewriting writes these.
pub const OUTPUT: &str = "output";
pub const TEXT: &str = "text";

#[derive(Default)]
pub struct Program {
    pub tags: String,
    /// `{%text N%}` stands for the text of that index.
    pub texts: Vec<String>,
    /// How many lines `tags` has ended.
    lines: usize,
}

impl Program {
    /// Rewrites, and refuses by name a tag that the parser must not see.
    pub fn of(template: &str) -> Result<Self, TemplateError> {
        let mut program = Self::default();
        let mut depth = Depth::default();
        for piece in pieces(template)? {
            match piece {
                Piece::Text("") => {}
                Piece::Text(text) => program.push_text(text),
                Piece::Tag(tag) => {
                    check_tag(tag.content, tag.line)?;
                    if !tag.is_output {
                        depth.follow(tag.name(), tag.line)?;
                    }
                    program.push_tag(&tag)?;
                }
            }
        }
        Ok(program)
    }

    fn push_text(&mut self, text: &str) {
        // Writing to a `String` cannot fail.
        let _ = write!(self.tags, "{{%{TEXT} {}%}}", self.texts.len());
        self.texts.push(text.to_owned());
    }

    fn push_tag(&mut self, tag: &Tag) -> Result<(), TemplateError> {
        let refuse = |message: &str| {
            let reason = format!("line {}: {message}", tag.line);
            Err(TemplateError::Parse(reason))
        };
        let content = match (tag.is_output, tag.name()) {
            (true, _) => format!(" {OUTPUT} {} ", tag.content),
            (false, name @ (OUTPUT | TEXT)) => {
                return refuse(&format!("there is no tag {name}"));
            }
            (false, _) => tag.content.to_owned(),
        };
        // Each alone first: the parser panics on some texts in which one tag is wrong.
        if let Err(error) = parser::Tag::new(&format!("{{%{content}%}}")) {
            let reason = reason(&error);
            let message = reason.split_once(": ").map_or(reason.as_str(), |it| it.1);
            return refuse(message);
        }
        // On the line where it was: the parser's errors name it.
        let missing = (tag.line - 1).saturating_sub(self.lines);
        let _ = write!(self.tags, "{{%{}{content}%}}", "\n".repeat(missing));
        self.lines += missing + line_ends(&content);
        Ok(())
    }
}
