//! Worker task templates: Liquid as A2I speaks it.
//!
//! What differs from the `liquid` crates' own defaults, each in its module:
//! every output is HTML-escaped unless its last filter says otherwise
//! ([`outputs`]), a missing variable is nil wherever it stands ([`nil`]), and
//! the filters that only A2I has ([`filters`]). Not offered, and refused by
//! name: `raw`, `cycle`, `include` and `render`, whose output no escaping
//! would reach, and `date`, which reads the clock.
//! Source: "Create Custom Worker Task Templates", Amazon SageMaker developer guide.

mod elements;
mod filters;
mod language;
mod nil;
mod outputs;

#[cfg(test)]
mod tests;

use liquid_core::Renderable;
use liquid_core::runtime::{RuntimeBuilder, Template};
use serde_json::{Value, json};
use thiserror::Error;

pub use elements::{CROWD_ELEMENTS_URL, unsupported_elements};
pub use filters::GrantReadAccess;

/// Why a template cannot be shown. The message is for the template's author.
#[derive(Debug, Error)]
pub enum TemplateError {
    #[error("the template does not parse: {0}")]
    Parse(String),
    #[error("the template cannot be rendered with this input: {0}")]
    Render(String),
}

/// The task's HTML: `template` over `{"task": {"input": input}}`.
///
/// # Errors
/// The first thing that does not parse or cannot be evaluated.
pub fn render_task(
    template: &str,
    input: &Value,
    grant: &GrantReadAccess,
) -> Result<String, TemplateError> {
    render(template, &json!({"task": {"input": input}}), grant)
}

/// `template` over any object of globals; the portal's own pages are written in it too.
///
/// # Errors
/// As [`render_task`].
pub fn render(
    template: &str,
    globals: &Value,
    grant: &GrantReadAccess,
) -> Result<String, TemplateError> {
    let marked = outputs::mark(template)?;
    let elements = liquid_core::parser::parse(&marked, &language::language(grant))
        .map_err(|error| TemplateError::Parse(error.to_string()))?;
    let globals = liquid_core::model::to_object(globals)
        .map_err(|error| TemplateError::Render(error.to_string()))?;
    let runtime = RuntimeBuilder::new().set_globals(&globals).build();
    let mut html = Vec::with_capacity(2 * template.len());
    Template::new(elements)
        .render_to(&mut html, &nil::Lenient(&runtime))
        .map_err(|error| TemplateError::Render(error.to_string()))?;
    Ok(String::from_utf8_lossy(&html).into_owned())
}
