//! What runs under the template's roles: tests of the handlers, each a function here.

use local_aws::Principal;
use local_aws::authorization::{Question, SECURE_TRANSPORT};

use crate::handlers::{SCENARIOS, roles};

pub fn run() {
    for scenario in SCENARIOS {
        scenario();
    }
}

/// No request of a scenario leaves loopback, which counts as TLS: these do not.
pub fn over_plain_http() -> Vec<Question> {
    let bucket = roles::BUCKET.as_str();
    let resources = [
        format!("arn:aws:s3:::{bucket}"),
        format!("arn:aws:s3:::{bucket}/a"),
    ];
    let questions = resources.map(|resource| {
        Question::new(&Principal::user(), "s3:GetObject", &resource)
            .with(SECURE_TRANSPORT.0, "false")
    });
    questions.to_vec()
}
