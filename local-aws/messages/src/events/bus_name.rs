//! The default event bus; local-aws has no other.

use local_core::wire::AwsError;

pub const BUS: &str = "default";

pub fn only_default(name: Option<&str>) -> Result<(), AwsError> {
    match name {
        None => Ok(()),
        Some(name) if name == BUS || name.ends_with(":event-bus/default") => Ok(()),
        Some(name) => {
            let message =
                format!("Event bus {name} does not exist. local-aws has only the default one.");
            Err(AwsError::new(400, "ResourceNotFoundException", message))
        }
    }
}
