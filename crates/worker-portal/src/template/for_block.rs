//! `{% for x in … %}`, walked turn by turn.
//!
//! The library's own collects a range before its first turn: 56 GB for
//! `(1..1000000000)`, even where the loop then breaks.

use std::io::Write;

use liquid_core::parser::BlockElement;
use liquid_core::runtime::{Interrupt, InterruptRegister, Template};
use liquid_core::{
    BlockReflection, Language, ParseBlock, Renderable, Result, Runtime, TagBlock, TagTokenIter,
};

use super::budget::take_steps;
use super::for_items::{Items, Source, Turns, Window};
use super::variables::{Loops, Scope, Turn};

#[derive(Clone)]
pub struct ForBlock;

#[derive(Debug)]
struct For {
    variable: String,
    source: Source,
    window: Window,
    body: Template,
    /// Rendered where there is no turn.
    otherwise: Template,
}

impl BlockReflection for ForBlock {
    fn start_tag(&self) -> &'static str {
        "for"
    }

    fn end_tag(&self) -> &'static str {
        "endfor"
    }

    fn description(&self) -> &'static str {
        "once for each item"
    }
}

impl ParseBlock for ForBlock {
    fn parse(
        &self,
        mut arguments: TagTokenIter,
        mut block: TagBlock,
        options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let variable = arguments.expect_next("a name is expected")?;
        let variable = variable.expect_identifier().into_result()?.to_owned();
        let word = arguments.expect_next("in is expected")?;
        word.expect_str("in")
            .into_result_custom_msg("in is expected")?;
        let source = Source::parse(arguments.expect_next("an array or a range is expected")?)?;
        let window = Window::parse(&mut arguments)?;
        let (body, otherwise) = parse_body(&mut block, options)?;
        block.assert_empty();
        Ok(Box::new(For {
            variable,
            source,
            window,
            body: Template::new(body),
            otherwise: Template::new(otherwise),
        }))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self
    }
}

type Elements = Vec<Box<dyn Renderable>>;

/// The loop's elements, and those behind `else`.
fn parse_body(block: &mut TagBlock, options: &Language) -> Result<(Elements, Elements)> {
    let mut body = Vec::new();
    while let Some(element) = block.next()? {
        match element {
            BlockElement::Tag(mut tag) if tag.name() == "else" => {
                tag.tokens().expect_nothing()?;
                return Ok((body, block.parse_all(options)?));
            }
            element => body.push(element.parse(block, options)?),
        }
    }
    Ok((body, Vec::new()))
}

impl Renderable for For {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        let items = self.source.items(runtime)?;
        let turns = self.window.turns(items.length(), runtime)?;
        if turns.length == 0 {
            return self.otherwise.render_to(writer, runtime);
        }
        let loops = || runtime.registers().get_mut::<Loops>();
        loops().0.push(Turn {
            index: 0,
            length: turns.length,
        });
        self.run(writer, runtime, &items, &turns)?;
        loops().0.pop();
        Ok(())
    }
}

impl For {
    fn run(
        &self,
        writer: &mut dyn Write,
        runtime: &dyn Runtime,
        items: &Items,
        turns: &Turns,
    ) -> Result<()> {
        for index in 0..turns.length {
            take_steps(runtime, 1)?;
            if let Some(turn) = runtime.registers().get_mut::<Loops>().0.last_mut() {
                turn.index = index;
            }
            let item = items.get(turns.position(index));
            let scope = Scope::turn(runtime, &self.variable, item.as_view());
            self.body.render_to(writer, &scope)?;
            let interrupt = runtime.registers().get_mut::<InterruptRegister>().reset();
            if matches!(interrupt, Some(Interrupt::Break)) {
                break;
            }
        }
        Ok(())
    }
}
