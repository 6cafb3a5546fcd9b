//! Which definitions are taken, and what is said about the others.

use std::path::Path;

use serde_json::{Value, json};

use super::{Definition, StepKind};

fn parse(steps: &Value) -> Result<Definition, String> {
    let text = json!({
        "Version": "2020-12-01",
        "Parameters": [{ "Name": "P", "Type": "String", "DefaultValue": "p" }],
        "Steps": steps,
    });
    Definition::parse(&text.to_string()).map_err(|error| error.to_string())
}

fn training(name: &str, value: Value) -> Value {
    json!({ "Name": name, "Type": "Training", "Arguments": { "HyperParameters": { "x": value } } })
}

#[test]
fn the_projects_own_definition_parses() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/pipelines/text-classifier.json");
    let definition = Definition::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
    let waits = |name: &str| definition.step(name).unwrap().depends_on.clone();
    assert_eq!(waits("TrainModel"), ["PrepareDataset"]);
    assert_eq!(waits("EvaluateModel"), ["TrainModel", "PrepareDataset"]);
    let register = definition.step("RegisterModel").unwrap();
    assert_eq!(register.kind, StepKind::RegisterModel);
    assert_eq!(register.depends_on, ["EvaluateModel", "TrainModel"]);
    assert_eq!(waits("CreateModel"), ["RegisterModel", "TrainModel"]);
}

/// The shapes that the official SDK generates: property files, repack steps inside a branch,
/// every parameter type, `DebugHookConfig` and the rest.
#[test]
fn a_definition_as_the_sdk_generates_it_parses() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pipeline-bert.json");
    let definition = Definition::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
    let names: Vec<&str> = definition.steps.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Processing",
            "Train",
            "EvaluateModel",
            "AccuracyCondition",
            "RegisterModel-RepackModel-0",
            "RegisterModel-RegisterModel",
            "CreateModel-RepackModel-0",
            "CreateModel-CreateModel",
            "Fail",
        ]
    );
    let register = definition.step("RegisterModel-RegisterModel").unwrap();
    assert_eq!(register.depends_on, ["RegisterModel-RepackModel-0"]);
    let branch = register.branch.as_ref();
    assert!(branch.is_some_and(|branch| branch.outcome));
}

#[test]
fn a_definition_with_steps_we_have_not_is_refused_by_the_first_of_them() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pipeline-other-steps.json");
    let error = Definition::parse(&std::fs::read_to_string(file).unwrap()).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("step 'Tune' has type 'Tuning'"),
        "{error}"
    );
}

#[test]
fn what_cannot_be_run_is_refused_by_name() {
    let of_type =
        |kind: &str| json!([{ "Name": "S", "Type": kind, "Arguments": {}, "FunctionArn": "x" }]);
    let get = |text: &str| json!({ "Get": text });
    let branch = json!({
        "Name": "Q", "Type": "Condition",
        "Arguments": { "Conditions": [], "IfSteps": [training("In", json!("1"))], "ElseSteps": [] },
    });
    let cases = [
        (
            of_type("Tuning"),
            "step 'S' has type 'Tuning', which is not supported",
        ),
        (of_type("Transform"), "step 'S' has type 'Transform'"),
        (of_type("Callback"), "step 'S' has type 'Callback'"),
        (of_type("Lambda"), "step 'S' has type 'Lambda'"),
        (of_type("QualityCheck"), "step 'S' has type 'QualityCheck'"),
        (of_type("EMR"), "step 'S' has type 'EMR'"),
        (json!([]), "the pipeline has no steps"),
        (json!([{ "Type": "Fail" }]), "a step has no 'Name'"),
        (
            json!([{ "Name": "S", "Type": "Fail", "Arguments": {}, "Surprise": 1 }]),
            "step 'S': unknown field `Surprise`",
        ),
        (
            json!([training("A", json!("1")), training("A", json!("1"))]),
            "step 'A' is there twice",
        ),
        (
            json!([training("a b", json!("1"))]),
            "step name 'a b' is not",
        ),
        (
            json!([training("A", get("Parameters.Q"))]),
            "step 'A': parameter 'Q' is not declared",
        ),
        (
            json!([training("A", get("Steps.B.X"))]),
            "step 'A': step 'B' does not exist",
        ),
        (
            json!([
                training("A", json!("1")),
                training("B", get("Steps.A.PropertyFiles.F"))
            ]),
            "step 'B': step 'A' declares no property file 'F'",
        ),
        (
            json!([
                training("A", get("Steps.B.X")),
                training("B", get("Steps.A.X"))
            ]),
            "steps wait for each other: A, B",
        ),
        (
            json!([branch, training("Out", get("Steps.In.TrainingJobName"))]),
            "step 'Out': it waits for 'In', which only a branch of 'Q' runs",
        ),
        (
            json!([{ "Name": "S", "Type": "Training", "Arguments": {},
                     "CacheConfig": { "Enabled": true, "ExpireAfter": "1 day" } }]),
            "step 'S': ExpireAfter '1 day' is no ISO 8601 duration",
        ),
    ];
    for (steps, expected) in cases {
        let error = parse(&steps).unwrap_err();
        assert!(error.starts_with(expected), "{error}\nnot: {expected}");
    }
    let error = Definition::parse(r#"{"Version":"2019-01-01","Steps":[]}"#).unwrap_err();
    assert!(error.to_string().contains("'2019-01-01' is not supported"));
}
