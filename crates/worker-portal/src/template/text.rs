//! The text between two tags.

use std::io::Write;
use std::sync::Arc;

use liquid_core::parser::TagTokenIter;
use liquid_core::{Error, Language, ParseTag, Renderable, Result, Runtime, TagReflection};

use super::budget::{take_steps, take_written};
use super::program::TEXT;

/// `{%text N%}`: the text of that index.
#[derive(Clone)]
pub struct TextTag(pub Arc<[String]>);

#[derive(Debug)]
struct Text(String);

impl TagReflection for TextTag {
    fn tag(&self) -> &'static str {
        TEXT
    }

    fn description(&self) -> &'static str {
        "text as it is"
    }
}

impl ParseTag for TextTag {
    fn parse(
        &self,
        mut arguments: TagTokenIter,
        _options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let index = arguments.expect_next("an index is expected")?;
        let text = index.as_str().parse().ok();
        let text = text.and_then(|index: usize| self.0.get(index));
        let text = text.ok_or_else(|| Error::with_msg("there is no such text"))?;
        Ok(Box::new(Text(text.clone())))
    }

    fn reflection(&self) -> &dyn TagReflection {
        self
    }
}

impl Renderable for Text {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        take_steps(runtime, 1)?;
        take_written(runtime, self.0.len())?;
        writer
            .write_all(self.0.as_bytes())
            .map_err(|error| Error::with_msg(error.to_string()))
    }
}
