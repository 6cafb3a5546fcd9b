//! A pipeline definition, parsed and checked before it is stored.
//!
//! The JSON that the official SDK generates is the truth here, not the published schema, which
//! rejects it.

mod argument_types;
mod check;
mod model;
mod parse;
#[cfg(test)]
mod tests;

pub use argument_types::check as check_argument_types;
pub use check::retry_policies as check_retry_policies;
pub use model::{Definition, Parameter, ParameterKind, Step, StepKind};

use model::DefinitionError;

impl Definition {
    pub fn parse(text: &str) -> Result<Definition, DefinitionError> {
        let definition = parse::definition(text)?;
        check::references(&definition)?;
        check::order(&definition)?;
        Ok(definition)
    }
}
