//! A role for tests that are not about policies.

use local_aws::LocalAws;
use local_aws::iam::Role;

/// A role that SageMaker may assume and that may do everything.
pub fn put_role(aws: &LocalAws, name: &str) {
    let cloud = &aws.cloud;
    let all = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let trust = r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "sagemaker.amazonaws.com"}}}"#;
    let role = Role {
        name: name.to_owned(),
        created: cloud.world.now(),
        trust: trust.to_owned(),
        policies: [("all".to_owned(), all.to_owned())].into(),
        managed: Vec::new(),
    };
    cloud
        .store
        .write(|tx| role.put(tx))
        .expect("a policy that is evaluated");
}
