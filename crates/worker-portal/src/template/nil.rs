//! A missing variable is nil, not an error: `{{ task.input.nothing }}` writes
//! nothing, `{% for x in task.input.nothing %}` runs no round.
//!
//! `liquid` looks variables up through its `Runtime`. Every tag and block is
//! wrapped so that what it evaluates sees a [`Lenient`] one; a wrapper only at
//! the bottom would not do, since a loop's own frame answers before it.

use std::collections::BTreeSet;
use std::io::Write;

use liquid_core::model::{KString, KStringCow, KStringRef, ScalarCow, Value, ValueCow};
use liquid_core::parser::TagTokenIter;
use liquid_core::runtime::{PartialStore, Registers};
use liquid_core::{
    BlockReflection, Language, ParseBlock, ParseTag, Renderable, Result, Runtime, TagBlock,
    TagReflection,
};

/// The runtime below, but what it has not is nil.
pub struct Lenient<'r>(pub &'r dyn Runtime);

impl Runtime for Lenient<'_> {
    fn partials(&self) -> &dyn PartialStore {
        self.0.partials()
    }

    fn name(&self) -> Option<KStringRef<'_>> {
        self.0.name()
    }

    fn roots(&self) -> BTreeSet<KStringCow<'_>> {
        self.0.roots()
    }

    fn try_get(&self, path: &[ScalarCow<'_>]) -> Option<ValueCow<'_>> {
        self.0.try_get(path)
    }

    fn get(&self, path: &[ScalarCow<'_>]) -> Result<ValueCow<'_>> {
        Ok(self.0.try_get(path).unwrap_or(ValueCow::Owned(Value::Nil)))
    }

    fn set_global(&self, name: KString, value: Value) -> Option<Value> {
        self.0.set_global(name, value)
    }

    fn set_index(&self, name: KString, value: Value) -> Option<Value> {
        self.0.set_index(name, value)
    }

    fn get_index<'a>(&'a self, name: &str) -> Option<ValueCow<'a>> {
        self.0.get_index(name)
    }

    fn registers(&self) -> &Registers {
        self.0.registers()
    }
}

/// A tag or block of the standard library, evaluated leniently.
#[derive(Clone)]
pub struct Nil<P>(pub P);

impl<P: ParseTag + Clone + 'static> ParseTag for Nil<P> {
    fn parse(&self, arguments: TagTokenIter, options: &Language) -> Result<Box<dyn Renderable>> {
        Ok(Box::new(LenientElement(self.0.parse(arguments, options)?)))
    }

    fn reflection(&self) -> &dyn TagReflection {
        self.0.reflection()
    }
}

impl<P: ParseBlock + Clone + 'static> ParseBlock for Nil<P> {
    fn parse(
        &self,
        arguments: TagTokenIter,
        block: TagBlock,
        options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        Ok(Box::new(LenientElement(
            self.0.parse(arguments, block, options)?,
        )))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self.0.reflection()
    }
}

#[derive(Debug)]
struct LenientElement(Box<dyn Renderable>);

impl Renderable for LenientElement {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        self.0.render_to(writer, &Lenient(runtime))
    }
}
