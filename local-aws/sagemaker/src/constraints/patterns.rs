//! Patterns that several members share. Where AWS's own uses what this crate's regular expressions
//! do not have (a look behind), it is written without.

pub const ALARM_NAME: &str = r".*\S.*";
pub const ARN: &str = r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:.+";
pub const CONTENT_TYPE: &str = r"[a-zA-Z0-9](-*[a-zA-Z0-9])*\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*";
pub const DESCRIPTION: &str = r"[\p{L}\p{M}\p{Z}\p{S}\p{N}\p{P}]*";
pub const MODEL_NAME: &str = r"[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?";
pub const NAME: &str = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}";
pub const NAME_OR_ARN: &str = r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*/)?([a-zA-Z0-9](-*[a-zA-Z0-9]){0,62})";
pub const NAME_PART: &str = r"[a-zA-Z0-9\-]+";
pub const VARIABLE: &str = "[a-zA-Z_][a-zA-Z0-9_]*";
pub const VERSION_OR_ARN: &str = r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*/)?([a-zA-Z0-9](-*[a-zA-Z0-9]){0,62})(/[0-9]{1,9})?";
