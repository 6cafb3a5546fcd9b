//! What a function links is what its zip weighs and what its build takes: which SDK crates those are
//! is written down, so that one more is a decision.

use super::packages::tree;
use crate::source;

/// `loop-state` brings S3, SageMaker and A2I (what is not called is not linked in), `aws-config` STS.
const OF_ALL: &[&str] = &["s3", "sagemaker", "sagemakera2iruntime", "sts"];

const MORE: &[(&str, &str)] = &[
    ("decide-model", "cognitoidentityprovider"),
    ("deploy-model", "applicationautoscaling"),
    ("deploy-model", "cloudwatch"),
    ("export-features", "sagemakerfeaturestoreruntime"),
    ("predict", "sagemakerruntime"),
    ("provision-stack", "cognitoidentityprovider"),
    ("reconcile", "lambda"),
    ("request-labels", "sagemakerruntime"),
    ("review-portal", "cognitoidentityprovider"),
    ("review-portal", "eventbridge"),
    ("shift-traffic", "cloudwatch"),
];

/// Crates of all kinds; the most had 236 when this was written.
const MOST_CRATES: usize = 250;

#[test]
fn no_function_links_more_sdk_crates_than_are_written_down() {
    for path in source::files("functions", "toml") {
        let folder = path.parent().and_then(|folder| folder.file_name());
        let function = folder.and_then(|name| name.to_str()).expect("a name");
        let linked = linked(function);
        for sdk in linked
            .iter()
            .filter_map(|name| name.strip_prefix("aws-sdk-"))
        {
            let known = OF_ALL.contains(&sdk) || MORE.contains(&(function, sdk));
            assert!(
                known,
                "{function} links aws-sdk-{sdk}: is it worth its weight?"
            );
        }
        let crates = linked.len();
        assert!(
            crates <= MOST_CRATES,
            "{function} is made of {crates} crates"
        );
    }
}

fn linked(function: &str) -> Vec<String> {
    let crates = tree(&["--package", function], "normal", "{lib}");
    let names = crates.iter().map(|name| name.replace('_', "-"));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    names
}
