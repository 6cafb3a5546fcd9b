//! The stack's tag, on all that functions create.

use aws_sdk_sagemaker::types::Tag;
use contracts::names::STACK_TAG;
use loop_state::refusal::{self, Refusal};

use crate::Deps;

pub fn ours(stack: &str) -> Tag {
    Tag::builder().key(STACK_TAG).value(stack).build()
}

/// Whether a resource carries our stack's tag. What was deleted meanwhile carries none.
pub async fn tagged(deps: &Deps, arn: &str, stack: &str) -> Result<bool, Refusal> {
    let tags = match deps.sagemaker.list_tags().resource_arn(arn).send().await {
        Ok(tags) => tags,
        Err(error) if refusal::is_missing(&error) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let ours = |tag: &Tag| tag.key() == Some(STACK_TAG) && tag.value() == Some(stack);
    Ok(tags.tags().iter().any(ours))
}
