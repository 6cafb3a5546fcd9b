//! A tag or block of the standard library, each rendering of which is a step.

use std::io::Write;

use liquid_core::{
    BlockReflection, Language, ParseBlock, ParseTag, Renderable, Result, Runtime, TagBlock,
    TagReflection, TagTokenIter,
};

use super::budget::take_steps;

#[derive(Clone)]
pub struct Metered<P>(pub P);

#[derive(Debug)]
struct Step(Box<dyn Renderable>);

impl<P: ParseTag + Clone + 'static> ParseTag for Metered<P> {
    fn parse(&self, arguments: TagTokenIter, options: &Language) -> Result<Box<dyn Renderable>> {
        Ok(Box::new(Step(self.0.parse(arguments, options)?)))
    }

    fn reflection(&self) -> &dyn TagReflection {
        self.0.reflection()
    }
}

impl<P: ParseBlock + Clone + 'static> ParseBlock for Metered<P> {
    fn parse(
        &self,
        arguments: TagTokenIter,
        block: TagBlock,
        options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        Ok(Box::new(Step(self.0.parse(arguments, block, options)?)))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self.0.reflection()
    }
}

impl Renderable for Step {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        take_steps(runtime, 1)?;
        self.0.render_to(writer, runtime)
    }
}
