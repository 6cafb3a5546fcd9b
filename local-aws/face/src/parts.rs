//! The list of parts: what answers requests, what runs in the background.

use local_core::part::Part;

pub(crate) fn parts() -> Vec<Part> {
    let mut parts = vec![
        local_s3::part(),
        local_lambda::part(),
        local_sagemaker::part(),
        local_pipelines::part(),
        local_tuning::part(),
        local_automl::part(),
        local_feature_store::part(),
        local_cloudwatch::part(),
        local_autoscaling::part(),
        local_glue::part(),
        local_athena::part(),
        local_stack::part(),
        local_iam::part(),
        local_iam::dependent_part(),
        crate::sts::part(),
    ];
    parts.extend(local_messages::parts());
    parts.extend(local_people::parts());
    parts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::parts;

    #[test]
    fn every_operation_that_is_signed_says_which_permission_it_needs_and_no_permission_is_of_none()
    {
        let parts = parts();
        let operations = parts.iter().flat_map(|part| &part.operations);
        let operations = operations.flat_map(|(_, rows)| rows);
        let signed = operations.filter(|row| !row.unsigned);
        let operations: BTreeSet<&str> = signed.map(|row| row.name).collect();
        let permissions = parts.iter().flat_map(|part| part.permissions);
        let permitted: BTreeSet<&str> = permissions.map(|row| row.operation).collect();
        assert_eq!(operations, permitted);
    }
}
