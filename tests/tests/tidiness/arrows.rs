//! Which package may depend on which, as ARCHITECTURE.md draws it, read from `cargo metadata`.

use std::path::Path;

use serde_json::Value;

use super::packages::packages;
use crate::source;

/// A package (or all functions), and the packages of ours that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("contracts", &[]),
    ("policy", &["contracts"]),
    ("tables", &[]),
    ("constraints", &["contracts", "policy"]),
    ("rollout", &["contracts", "policy"]),
    ("tuning", &[]),
    ("lambda-main", &["contracts", "policy"]),
    ("loop-state", &["contracts", "policy", "rollout"]),
    ("inference", &["contracts", "policy"]),
    ("parquet-rows", &["tables"]),
    (
        "intake",
        &[
            "constraints",
            "contracts",
            "parquet-rows",
            "policy",
            "tables",
        ],
    ),
    ("uploads", &["contracts", "loop-state", "policy"]),
    ("kernels", &[]),
    ("scores", &["contracts", "policy"]),
    ("bert", &["contracts", "kernels", "policy", "scores"]),
    ("fasttext", &["policy", "scores"]),
    ("ngrams", &[]),
    ("columns", &["contracts", "policy"]),
    ("bias", &["policy", "tables"]),
    ("bias-page", &["bias", "contracts", "report"]),
    ("dataset-rows", &["contracts", "policy"]),
    (
        "classifier",
        &[
            "bert",
            "bias",
            "bias-page",
            "columns",
            "contracts",
            "dataset-rows",
            "fasttext",
            "intake",
            "kernels",
            "ngrams",
            "parquet-rows",
            "policy",
            "report",
            "scores",
            "tables",
        ],
    ),
    ("report", &[]),
    ("exploration", &["contracts", "policy", "report"]),
    ("sam", &[]),
    ("workspace-hack", &[]),
    ("worker-portal", &[]),
    ("accounts", &["lambda-main", "worker-portal"]),
    ("local-digests", &[]),
    ("local-core", &["local-digests"]),
    ("local-s3", &["local-core"]),
    ("local-cloudwatch", &["local-core"]),
    (
        "local-autoscaling",
        &["local-cloudwatch", "local-core", "local-sagemaker"],
    ),
    ("local-glue", &["local-core"]),
    (
        "local-feature-store",
        &["local-core", "local-glue", "local-s3"],
    ),
    ("local-athena", &["local-core", "local-glue", "local-s3"]),
    ("local-iam", &["local-core"]),
    ("local-messages", &["local-core"]),
    ("local-lambda", &["local-core"]),
    ("local-containers", &["local-core", "local-s3"]),
    (
        "local-sagemaker",
        &["local-cloudwatch", "local-containers", "local-core"],
    ),
    (
        "local-pipelines",
        &["local-core", "local-s3", "local-sagemaker", "local-tuning"],
    ),
    ("local-people", &["local-core", "local-s3", "worker-portal"]),
    (
        "local-tuning",
        &[
            "local-containers",
            "local-core",
            "local-sagemaker",
            "tuning",
        ],
    ),
    (
        "local-automl",
        &["local-containers", "local-core", "local-sagemaker"],
    ),
    (
        "local-stack",
        &[
            "local-core",
            "local-iam",
            "local-s3",
            "local-cloudwatch",
            "local-lambda",
            "local-messages",
            "sam",
        ],
    ),
    (
        "local-aws",
        &[
            "local-athena",
            "local-automl",
            "local-autoscaling",
            "local-cloudwatch",
            "local-core",
            "local-feature-store",
            "local-glue",
            "local-iam",
            "local-s3",
            "local-messages",
            "local-lambda",
            "local-sagemaker",
            "local-pipelines",
            "local-people",
            "local-stack",
            "local-tuning",
        ],
    ),
    (
        "reviewloop",
        &[
            "local-aws",
            "report",
            "bias",
            "bias-page",
            "constraints",
            "contracts",
            "policy",
            "rollout",
            "tables",
            "tuning",
        ],
    ),
];

const FUNCTIONS: &[&str] = &[
    "constraints",
    "lambda-main",
    "loop-state",
    "inference",
    "dataset-rows",
    "exploration",
    "intake",
    "rollout",
    "uploads",
    "contracts",
    "policy",
    "tables",
];

#[test]
fn arrows_point_only_where_the_architecture_says() {
    for package in packages() {
        let name = package["name"].as_str().expect("a name");
        let allowed = allowed(&package);
        let ours = dependencies(&package).filter(|(_, ours)| *ours);
        // One set of features for all; it has no code.
        for (dependency, _) in ours.filter(|(name, _)| name != "workspace-hack") {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} must not depend on {dependency}"
            );
        }
    }
}

#[test]
fn contracts_is_shapes_and_policy_is_rules() {
    for package in packages() {
        let name = package["name"].as_str().expect("a name");
        let others: Vec<String> = dependencies(&package).map(|(name, _)| name).collect();
        let forbidden: &[&str] = match name {
            "contracts" => &["tokio", "reqwest", "rand"],
            // No I/O, no environment, no randomness: they are arguments.
            "policy" | "constraints" | "rollout" | "tuning" => {
                &["tokio", "reqwest", "rand", "aws-config", "tracing"]
            }
            // SageMaker brings the files.
            "classifier" => &["aws-config", "aws-sdk-s3", "aws-sdk-sagemaker"],
            _ => &[],
        };
        for word in forbidden {
            assert!(
                !others.contains(&(*word).to_owned()),
                "{name} must not use {word}"
            );
        }
    }
}

/// The crate `time` has the type of a time, and a clock besides.
#[test]
fn shapes_and_rules_read_no_clock() {
    for name in ["contracts", "policy", "constraints", "rollout", "tuning"] {
        let sources = source::sources(&format!("crates/{name}"));
        assert!(!sources.is_empty(), "{name} has moved");
        for clock in ["now_utc", "now_local", "SystemTime", "Instant"] {
            assert!(!sources.contains(clock), "{name} must not use {clock}");
        }
    }
}

fn allowed(package: &Value) -> Vec<&'static str> {
    let name = package["name"].as_str().expect("a name");
    let manifest = package["manifest_path"].as_str().expect("a path");
    if Path::new(manifest).starts_with(source::root().join("functions")) {
        let has_pages = ["review-portal", "decide-model"].contains(&name);
        let pages = ["accounts", "worker-portal"];
        let pages = pages.into_iter().filter(|_| has_pages);
        return FUNCTIONS.iter().copied().chain(pages).collect();
    }
    // The tests look at everything.
    if manifest.ends_with("/tests/Cargo.toml") {
        return packages_named();
    }
    let row = ARROWS.iter().find(|(package, _)| *package == name);
    row.unwrap_or_else(|| panic!("{name} is not on the map: add it here and to ARCHITECTURE.md"))
        .1
        .to_vec()
}

fn packages_named() -> Vec<&'static str> {
    let mut all: Vec<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let functions = source::files("functions", "toml");
    all.extend(functions.iter().filter_map(|path| {
        let name = path.parent()?.file_name()?.to_str()?.to_owned();
        Some(&*name.leak())
    }));
    all
}

/// Normal and build dependencies (tests may use more), and whether each is a package of ours.
fn dependencies(package: &Value) -> impl Iterator<Item = (String, bool)> {
    let all = package["dependencies"].as_array().expect("a list").clone();
    all.into_iter()
        .filter(|dependency| dependency["kind"] != "dev")
        .map(|dependency| {
            let name = dependency["name"].as_str().expect("a name").to_owned();
            (name, dependency["path"].is_string())
        })
}
