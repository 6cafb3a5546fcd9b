//! The tag by which provision-stack knows what goes with the stack.

use aws_sdk_sagemaker::types::Tag;
use contracts::names::STACK_TAG;

/// The endpoint is called like the stack.
pub fn of_stack(endpoint_name: &str) -> Tag {
    Tag::builder().key(STACK_TAG).value(endpoint_name).build()
}
