//! SageMaker Runtime: invoking endpoints.

use crate::wire::Operation;

pub fn operations() -> Vec<Operation> {
    Vec::new()
}
