//! A template over an input, on the thread of the caller.

use liquid_core::runtime::{RuntimeBuilder, Template};
use liquid_core::{Renderable, Runtime};
use serde_json::{Value, json};

use super::budget::Budget;
use super::error::TemplateError;
use super::filters::GrantReadAccess;
use super::language::language;
use super::program::Program;
use super::variables::Scope;

/// The task's HTML: `template` over `{"task": {"input": input}}`.
///
/// It ends for every template, but it may take seconds: where other requests wait for this
/// thread, [`render_task_apart`](super::render_task_apart) is the one to call.
///
/// # Errors
/// The first thing that does not parse or cannot be evaluated, or the bound that it exceeds.
pub fn render_task(
    template: &str,
    input: &Value,
    grant: &GrantReadAccess,
) -> Result<String, TemplateError> {
    let globals = json!({"task": {"input": input}});
    render(template, &globals, grant, Budget::default())
}

/// `template` over any object of globals; the portal's own pages are written in it too.
pub fn render(
    template: &str,
    globals: &Value,
    grant: &GrantReadAccess,
    budget: Budget,
) -> Result<String, TemplateError> {
    let program = Program::of(template)?;
    let language = language(grant, program.texts);
    let elements = liquid_core::parser::parse(&program.tags, &language)
        .map_err(|error| TemplateError::parse(&error))?;
    let globals =
        liquid_core::model::to_object(globals).map_err(|error| TemplateError::render(&error))?;
    let runtime = RuntimeBuilder::new().set_globals(&globals).build();
    *runtime.registers().get_mut::<Budget>() = budget;
    let mut html = Vec::with_capacity(2 * template.len());
    let rendered = Template::new(elements).render_to(&mut html, &Scope::bottom(&runtime));
    if let Some(spent) = runtime.registers().get_mut::<Budget>().spent() {
        return Err(TemplateError::Render(spent.to_string()));
    }
    rendered.map_err(|error| TemplateError::render(&error))?;
    Ok(String::from_utf8_lossy(&html).into_owned())
}
