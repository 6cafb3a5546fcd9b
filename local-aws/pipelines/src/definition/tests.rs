//! Which definitions are taken, and what is said about the others.

use std::path::Path;

use serde_json::{Value, json};

use super::{Definition, StepKind, check_argument_types, check_retry_policies};

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
    assert_eq!(
        register.depends_on,
        ["EvaluateModel", "PrepareDataset", "TrainModel"]
    );
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
            .starts_with("step 'Transform' has type 'Transform'"),
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
            of_type("AutoML"),
            "step 'S' has type 'AutoML', which is not supported",
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

/// Parsed, and checked as one that is new.
fn parse_new(steps: &Value) -> Result<(), String> {
    check_retry_policies(&parse(steps)?).map_err(|error| error.to_string())
}

#[test]
fn a_stored_definition_is_read_past_the_bounds_of_retry_policies() {
    let policy = json!({ "ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 99 });
    let stored = json!([{
        "Name": "A", "Type": "Training", "Arguments": {}, "RetryPolicies": [policy],
    }]);
    assert_eq!(parse(&stored).unwrap().steps[0].retries.len(), 1);
    assert!(parse_new(&stored).is_err());
}

#[test]
fn a_retry_policy_keeps_awss_bounds() {
    let step = |policy: Value| {
        let mut policy = policy;
        policy["ExceptionType"] = json!(["SageMaker.CAPACITY_ERROR"]);
        parse_new(&json!([{
            "Name": "A", "Type": "Training", "Arguments": {}, "RetryPolicies": [policy],
        }]))
    };
    for policy in [
        json!({}),
        json!({ "IntervalSeconds": 43_200, "BackoffRate": 0.5, "MaxAttempts": 20 }),
        json!({ "MaxAttempts": 0 }),
        json!({ "IntervalSeconds": 0, "ExpireAfterMin": 14_400 }),
    ] {
        assert_eq!(step(policy.clone()), Ok(()), "{policy}");
    }
    for (policy, fault) in [
        (
            json!({ "IntervalSeconds": 43_201 }),
            "IntervalSeconds 43201 is more than 43200",
        ),
        (
            json!({ "MaxAttempts": 21 }),
            "MaxAttempts 21 is more than 20",
        ),
        (
            json!({ "ExpireAfterMin": 14_401 }),
            "ExpireAfterMin 14401 is more than 14400",
        ),
        (
            json!({ "BackoffRate": -0.5 }),
            "BackoffRate -0.5 is negative",
        ),
        (
            json!({ "MaxAttempts": 1, "ExpireAfterMin": 1 }),
            "only one of MaxAttempts and ExpireAfterMin can be given",
        ),
    ] {
        let expected = format!("step 'A': RetryPolicies: {fault}");
        assert_eq!(step(policy), Err(expected));
    }
    for policy in [
        json!({ "IntervalSeconds": -1 }),
        json!({ "IntervalSeconds": 1.5 }),
    ] {
        assert!(step(policy).is_err_and(|error| error.starts_with("step 'A': invalid")));
    }
    let fail = json!([{
        "Name": "F", "Type": "Fail", "Arguments": { "ErrorMessage": "x" },
        "RetryPolicies": [{ "ExceptionType": ["Step.THROTTLING"] }],
    }]);
    let refused = "step 'F': a Fail step takes no RetryPolicies";
    assert_eq!(parse_new(&fail).unwrap_err(), refused);
}

/// Parameters of every type.
fn types(steps: &Value) -> Result<(), String> {
    let text = json!({
        "Version": "2020-12-01",
        "Parameters": [
            { "Name": "S", "Type": "String" },
            { "Name": "I", "Type": "Integer" },
            { "Name": "F", "Type": "Float" },
            { "Name": "B", "Type": "Boolean" },
        ],
        "Steps": steps,
    });
    check_argument_types(&Definition::parse(&text.to_string()).unwrap())
}

#[test]
fn a_reference_has_the_type_of_the_argument_that_it_fills() {
    let get = |what: &str| json!({ "Get": what });
    let arguments = |value: Value| json!({ "AppSpecification": { "ContainerArguments": [value] } });
    let count = |value: Value| json!({ "ResourceConfig": { "InstanceCount": value } });
    let hyper_parameter = |value: Value| json!({ "HyperParameters": { "InstanceCount": value } });
    let join = json!({ "Std:Join": { "On": "", "Values": [get("Parameters.I")] } });
    let first = json!({ "Name": "First", "Type": "Training", "Arguments": {} });
    let cases = [
        (arguments(get("Parameters.S")), None),
        (
            arguments(get("Parameters.I")),
            Some(("Parameters.I", "String")),
        ),
        (
            arguments(get("Parameters.F")),
            Some(("Parameters.F", "String")),
        ),
        (
            arguments(get("Parameters.B")),
            Some(("Parameters.B", "String")),
        ),
        (arguments(join), None),
        (arguments(get("Execution.PipelineName")), None),
        (arguments(get("Steps.First.TrainingJobName")), None),
        (
            arguments(get("Steps.First.TrainingTimeInSeconds")),
            Some(("Steps.First.TrainingTimeInSeconds", "String")),
        ),
        (
            arguments(get("Steps.First.FinalMetricDataList['loss'].Value")),
            Some(("Steps.First.FinalMetricDataList['loss'].Value", "String")),
        ),
        (
            arguments(get("Steps.First.Environment['InstanceCount']")),
            None,
        ),
        (count(get("Parameters.I")), None),
        (count(get("Steps.First.ResourceConfig.InstanceCount")), None),
        (
            count(get("Parameters.S")),
            Some(("Parameters.S", "Integer")),
        ),
        (
            count(get("Parameters.F")),
            Some(("Parameters.F", "Integer")),
        ),
        (
            count(get("Execution.PipelineName")),
            Some(("Execution.PipelineName", "Integer")),
        ),
        (hyper_parameter(get("Parameters.S")), None),
        (
            hyper_parameter(get("Parameters.I")),
            Some(("Parameters.I", "String")),
        ),
    ];
    for (arguments, refused) in cases {
        let step = json!({ "Name": "A", "Type": "Training", "Arguments": arguments });
        let expected = refused.map_or(Ok(()), |(reference, kind)| {
            Err(format!(
                "Cannot assign property reference [{reference}] to argument of type [{kind}]"
            ))
        });
        assert_eq!(types(&json!([first, step])), expected, "{arguments}");
    }
    let condition = json!({
        "Name": "Q", "Type": "Condition",
        "Arguments": {
            "Conditions": [{
                "Type": "Equals", "LeftValue": get("Parameters.I"), "RightValue": 1,
            }],
            "IfSteps": [{
                "Name": "No", "Type": "Fail",
                "Arguments": { "ErrorMessage": get("Parameters.F") },
            }],
            "ElseSteps": [],
        },
    });
    let refused = "Cannot assign property reference [Parameters.F] to argument of type [String]";
    assert_eq!(types(&json!([condition])), Err(refused.to_owned()));
}

/// What this project and the official SDK write.
#[test]
fn definitions_that_aws_accepts_have_no_reference_of_another_type() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in [
        "../../infra/pipelines/text-classifier.json",
        "tests/fixtures/pipeline-bert.json",
    ] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        let definition = Definition::parse(&text).unwrap();
        assert_eq!(check_argument_types(&definition), Ok(()), "{file}");
    }
}
