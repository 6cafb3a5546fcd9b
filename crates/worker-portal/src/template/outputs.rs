//! Every `{{ … }}` becomes an `output` tag of ours, which escapes.
//!
//! `liquid` renders outputs itself and offers no hook between value and text;
//! tags it lets us define. So the template is rewritten before it is parsed.
//! The scan knows exactly what Liquid's grammar knows about where a tag ends
//! (quotes hide delimiters; nothing else does), hence no output escapes it:
//! where the two would disagree, the parse fails. Comments, which may hold
//! anything, are dropped here for that reason.

use liquid_core::parser::{self, TagTokenIter};
use liquid_core::{Language, ParseTag, Renderable, Result, Runtime, TagReflection};
use std::io::Write;

use super::TemplateError;
use super::nil::Lenient;

/// Filters whose result is already fit to stand in HTML. The first escapes
/// nothing on purpose; `to_json` writes no `<`, `>` or `&`.
const ALREADY_SAFE: [&str; 4] = ["skip_autoescape", "escape", "escape_once", "to_json"];

/// Rewrites `{{ chain }}` to `{% output chain %}` and drops comments.
pub fn mark(template: &str) -> std::result::Result<String, TemplateError> {
    let mut marked = String::with_capacity(template.len() + 256);
    let mut rest = template;
    while let Some(start) = find_start(rest) {
        marked.push_str(&rest[..start]);
        let is_output = rest[start..].starts_with("{{");
        let (open, close) = if is_output {
            ("{{", "}}")
        } else {
            ("{%", "%}")
        };
        let body_start = start + open.len();
        let length = find_unquoted(&rest[body_start..], close).ok_or_else(|| {
            let line = template[..template.len() - rest.len() + start]
                .lines()
                .count()
                .max(1);
            TemplateError::Parse(format!("line {line}: {open} is never closed by {close}"))
        })?;
        let body = &rest[body_start..body_start + length];
        rest = &rest[body_start + length + close.len()..];
        if is_output {
            push_output_tag(&mut marked, body);
        } else if tag_name(body) == "comment" {
            rest = after_comment(rest)?;
        } else {
            marked.push_str(open);
            marked.push_str(body);
            marked.push_str(close);
        }
    }
    marked.push_str(rest);
    Ok(marked)
}

fn find_start(text: &str) -> Option<usize> {
    let output = text.find("{{");
    let tag = text.find("{%");
    match (output, tag) {
        (Some(output), Some(tag)) => Some(output.min(tag)),
        (output, tag) => output.or(tag),
    }
}

/// Where `needle` begins outside of '…' and "…".
fn find_unquoted(text: &str, needle: &str) -> Option<usize> {
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

fn push_output_tag(marked: &mut String, body: &str) {
    let (open, body) = match body.strip_prefix('-') {
        Some(body) => ("{%-", body),
        None => ("{%", body),
    };
    let (body, close) = match body.strip_suffix('-') {
        Some(body) => (body, "-%}"),
        None => (body, "%}"),
    };
    marked.push_str(open);
    marked.push_str(" output ");
    marked.push_str(body);
    marked.push(' ');
    marked.push_str(close);
}

fn tag_name(body: &str) -> &str {
    let body = body.strip_prefix('-').unwrap_or(body).trim_start();
    let end = body
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(body.len());
    &body[..end]
}

fn after_comment(text: &str) -> std::result::Result<&str, TemplateError> {
    let mut rest = text;
    while let Some(start) = rest.find("{%") {
        let body = &rest[start + 2..];
        if tag_name(body) == "endcomment"
            && let Some(end) = body.find("%}")
        {
            return Ok(&body[end + 2..]);
        }
        rest = body;
    }
    Err(TemplateError::Parse(
        "{% comment %} is never closed by {% endcomment %}".to_owned(),
    ))
}

/// The tag that outputs were rewritten to.
#[derive(Clone, Debug)]
pub struct OutputTag;

impl TagReflection for OutputTag {
    fn tag(&self) -> &'static str {
        "output"
    }

    fn description(&self) -> &'static str {
        "writes a value, HTML-escaped"
    }
}

impl ParseTag for OutputTag {
    fn parse(
        &self,
        mut arguments: TagTokenIter,
        options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let chain = arguments.expect_next("a value is expected between {{ and }}")?;
        let text = chain.as_str().trim().to_owned();
        arguments.expect_nothing()?;
        // Parsed as the output it was: a tag's own parser swallows the reason of a failure.
        let elements = parser::parse(&format!("{{{{ {text} }}}}"), options)?;
        Ok(Box::new(Output {
            elements,
            is_safe: ALREADY_SAFE.contains(&last_filter(&text)),
        }))
    }

    fn reflection(&self) -> &dyn TagReflection {
        self
    }
}

#[derive(Debug)]
struct Output {
    elements: Vec<Box<dyn Renderable>>,
    is_safe: bool,
}

impl Renderable for Output {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        let mut value = Vec::new();
        for element in &self.elements {
            element.render_to(&mut value, &Lenient(runtime))?;
        }
        let value = String::from_utf8_lossy(&value);
        let html = if self.is_safe {
            value.into_owned()
        } else {
            escape_html(&value)
        };
        writer
            .write_all(html.as_bytes())
            .map_err(|error| liquid_core::Error::with_msg(error.to_string()))
    }
}

/// The name of the last filter of `a | b: "x|y" | c`, or "".
fn last_filter(chain: &str) -> &str {
    let mut rest = chain;
    let mut last = "";
    while let Some(at) = find_unquoted(rest, "|") {
        rest = &rest[at + 1..];
        last = rest;
    }
    let last = last.trim_start();
    let end = last
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(last.len());
    &last[..end]
}

/// `text` for HTML, in an element or in a quoted attribute.
pub fn escape_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}
