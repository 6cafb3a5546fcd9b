//! Of the processing jobs, whichever function starts them.

use anyhow::Result;
use policy::processing::Settings;

use crate::variable;

pub fn processing() -> Result<Settings> {
    Ok(Settings {
        stack: variable("STACK_NAME")?,
        image_uri: variable("CLASSIFIER_IMAGE_URI")?,
        role_arn: variable("EXECUTION_ROLE_ARN")?,
        instance_type: variable("PROCESSING_INSTANCE_TYPE")?,
    })
}
