//! The list of parts: what answers requests, what runs in the background.

use local_core::part::Part;

pub(crate) fn parts() -> Vec<Part> {
    let mut parts = vec![
        local_s3::part(),
        local_lambda::part(),
        local_sagemaker::part(),
        local_pipelines::part(),
        local_cloudwatch::part(),
        local_stack::part(),
        crate::sts::part(),
    ];
    parts.extend(local_messages::parts());
    parts.extend(local_people::parts());
    parts
}
