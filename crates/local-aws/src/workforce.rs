//! SageMaker's workforce, work teams, human task UIs and flow definitions.

use crate::wire::Operation;

pub fn operations() -> Vec<Operation> {
    Vec::new()
}
