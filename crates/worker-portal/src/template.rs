//! Worker task templates: Liquid as A2I speaks it.
//!
//! The differences from the `liquid` crates' own defaults, each in its module:
//! every output is HTML-escaped unless its last filter says otherwise
//! ([`output`]), a missing variable is nil wherever it stands ([`variables`]),
//! and the filters that only A2I has ([`filters`]). Not offered, and refused by
//! name: `raw`, `cycle`, `include` and `render`, whose output no escaping
//! would reach, and `date`, which reads the clock.
//! Source: "Create Custom Worker Task Templates", Amazon SageMaker developer guide.
//!
//! Every caller with a key may store a template, and a template is a program.
//! So [`bounds`] refuses a text that the parser would recurse into or panic on,
//! [`budget`] ends a rendering that takes too many steps, bytes or seconds, and
//! [`apart`] keeps it off the threads that answer.

mod apart;
mod bounded;
mod bounds;
mod budget;
mod elements;
mod error;
mod filters;
mod for_block;
mod for_items;
mod language;
mod metered;
mod output;
mod program;
mod render;
mod scan;
mod text;
mod variables;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;

pub(crate) use apart::render_page;
pub use apart::render_task_apart;
pub use elements::{CROWD_ELEMENTS_URL, unsupported_elements};
pub use error::TemplateError;
pub use filters::GrantReadAccess;
pub use render::render_task;
