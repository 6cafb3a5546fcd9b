//! Where SageMaker Pipelines here does otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[Semantics {
    api: apis::SAGEMAKER.name,
    differs: &[],
    operations: &[Note::differs(
        "CreatePipeline",
        &[
            "A step type that is not executed here is refused by name, as is a member of a step that is not honoured.",
        ],
    )],
}];
