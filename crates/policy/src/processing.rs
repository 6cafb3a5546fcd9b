//! What the functions' processing jobs have in common.

/// As the stack has them for all of them.
#[derive(Debug, Clone)]
pub struct Settings {
    pub stack: String,
    /// The classifier's image.
    pub image_uri: String,
    pub role_arn: String,
    pub instance_type: String,
}
