//! Where a template's texts and tags begin and end.
//!
//! A tag ends here exactly where it does in Liquid's grammar (quotes hide
//! delimiters; nothing else does). Comments, which may hold
//! anything, are dropped here for that reason.

use super::error::TemplateError;

pub enum Piece<'t> {
    /// Between two tags, already trimmed where `{%-` or `-%}` say so.
    Text(&'t str),
    Tag(Tag<'t>),
}

pub struct Tag<'t> {
    /// Between the delimiters, without their hyphens.
    pub content: &'t str,
    /// `{{ … }}`, not `{% … %}`.
    pub is_output: bool,
    /// Where it begins, from 1.
    pub line: usize,
    /// `{%-`: no blanks before it.
    trims_before: bool,
    trims_after: bool,
}

pub fn pieces(template: &str) -> Result<Vec<Piece<'_>>, TemplateError> {
    let mut pieces = Vec::new();
    let (mut rest, mut line, mut trims) = (template, 1, false);
    while let Some(start) = find_start(rest) {
        let (text, from_tag) = rest.split_at(start);
        line += line_ends(text);
        let (tag, after) = split_tag(from_tag, line)?;
        pieces.push(Piece::Text(trimmed(text, trims, tag.trims_before)));
        let (after, trims_after) = match tag.name() {
            "comment" if !tag.is_output => split_comment(after)?,
            _ => (after, tag.trims_after),
        };
        line += line_ends(&from_tag[..from_tag.len() - after.len()]);
        if tag.is_output || tag.name() != "comment" {
            pieces.push(Piece::Tag(tag));
        }
        (rest, trims) = (after, trims_after);
    }
    pieces.push(Piece::Text(trimmed(rest, trims, false)));
    Ok(pieces)
}

impl Tag<'_> {
    pub fn name(&self) -> &str {
        name(self.content)
    }
}

/// Where `needle` begins outside of '…' and "…".
pub fn find_unquoted(text: &str, needle: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if text[at..].starts_with(needle) => return Some(at),
            None => {}
        }
    }
    None
}

/// The identifier that `text` begins with, or "".
pub fn name(text: &str) -> &str {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    &text[..end]
}

pub fn line_ends(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

fn find_start(text: &str) -> Option<usize> {
    text.match_indices('{')
        .map(|(at, _)| at)
        .find(|at| matches!(text.as_bytes().get(at + 1), Some(b'{' | b'%')))
}

/// The tag that `text` begins with, and the text behind it.
fn split_tag(text: &str, line: usize) -> Result<(Tag<'_>, &str), TemplateError> {
    let (open, from_body) = text.split_at(2);
    let close = if open == "{{" { "}}" } else { "%}" };
    let Some(length) = find_unquoted(from_body, close) else {
        let reason = format!("line {line}: {open} is never closed by {close}");
        return Err(TemplateError::Parse(reason));
    };
    let (body, after) = from_body.split_at(length);
    let content = body.strip_prefix('-').unwrap_or(body);
    let tag = Tag {
        content: content.strip_suffix('-').unwrap_or(content),
        is_output: open == "{{",
        line,
        trims_before: body.starts_with('-'),
        trims_after: content.ends_with('-'),
    };
    Ok((tag, &after[2..]))
}

/// The text behind a comment's end, and whether that end trims it.
fn split_comment(text: &str) -> Result<(&str, bool), TemplateError> {
    let mut rest = text;
    while let Some(start) = rest.find("{%") {
        let body = &rest[start + 2..];
        if name(body.strip_prefix('-').unwrap_or(body)) == "endcomment"
            && let Some(end) = body.find("%}")
        {
            return Ok((&body[end + 2..], body[..end].ends_with('-')));
        }
        rest = body;
    }
    Err(TemplateError::Parse(
        "{% comment %} is never closed by {% endcomment %}".to_owned(),
    ))
}

/// Liquid's blanks are the space and the ends of lines.
fn trimmed(text: &str, start: bool, end: bool) -> &str {
    const BLANK: [char; 3] = [' ', '\n', '\r'];
    let text = if start {
        text.trim_start_matches(BLANK)
    } else {
        text
    };
    if end {
        text.trim_end_matches(BLANK)
    } else {
        text
    }
}
