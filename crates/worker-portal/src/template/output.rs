//! `{{ … }}`, which escapes.

use std::io::Write;

use liquid_core::parser::{self, TagTokenIter};
use liquid_core::{Error, Language, ParseTag, Renderable, Result, Runtime, TagReflection};

use super::budget::{take_steps, take_written};
use super::error::reason;
use super::program::OUTPUT;
use super::scan::{find_unquoted, name};

/// Filters whose result is already fit to stand in HTML. The first escapes
/// nothing on purpose; `to_json` writes no `<`, `>` or `&`.
const ALREADY_SAFE: [&str; 4] = ["skip_autoescape", "escape", "escape_once", "to_json"];

/// The tag that outputs are rewritten to.
#[derive(Clone, Debug)]
pub struct OutputTag;

impl TagReflection for OutputTag {
    fn tag(&self) -> &'static str {
        OUTPUT
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
        let elements = parser::parse(&format!("{{{{ {text} }}}}"), options)
            .map_err(|error| arguments.raise_error(&reason(&error)))?;
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
        take_steps(runtime, 1)?;
        let mut value = Vec::new();
        for element in &self.elements {
            element.render_to(&mut value, runtime)?;
        }
        let value = String::from_utf8_lossy(&value);
        let html = if self.is_safe {
            value.into_owned()
        } else {
            escape_html(&value)
        };
        take_written(runtime, html.len())?;
        writer
            .write_all(html.as_bytes())
            .map_err(|error| Error::with_msg(error.to_string()))
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
    name(last)
}

/// `text` for HTML, in an element or in a quoted attribute.
fn escape_html(text: &str) -> String {
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
