//! The pure parts by tables.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::condition::{self, Condition};
use super::definition::Definition;
use super::parameters::{self, GivenParameter};
use super::plan::{self, Progress};
use super::reference::{self, Segment};
use super::resolve::{ExecutionVariables, Scope, resolve};
use super::{duration, retry, start_step};

fn scope() -> Scope {
    Scope {
        parameters: [("Rate".into(), json!(0.01)), ("Name".into(), json!("bert"))].into(),
        execution: ExecutionVariables {
            execution_id: "abc123".into(),
            ..ExecutionVariables::default()
        },
        properties: [(
            "Prepare".into(),
            json!({
                "ProcessingOutputConfig": { "Outputs": [
                    { "OutputName": "test", "S3Output": { "S3Uri": "s3://b/test" } },
                    { "OutputName": "train", "S3Output": { "S3Uri": "s3://b/train" } },
                ]},
                "Environment": { "A.B": "dotted" },
            }),
        )]
        .into(),
        files: [(
            ("Evaluate".into(), "Report".into()),
            json!({ "metrics": { "accuracy": { "value": 0.75 } }, "classes": [{ "n": 3 }] }),
        )]
        .into(),
    }
}

#[test]
fn references_are_replaced_wherever_they_stand() {
    let file = json!({ "Get": "Steps.Evaluate.PropertyFiles.Report" });
    let cases = [
        (json!({ "Get": "Parameters.Rate" }), json!(0.01)),
        (
            json!({ "Get": "Execution.PipelineExecutionId" }),
            json!("abc123"),
        ),
        (
            json!({ "Get": "Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri" }),
            json!("s3://b/train"),
        ),
        (
            json!({ "Get": "Steps.Prepare.ProcessingOutputConfig.Outputs[0].OutputName" }),
            json!("test"),
        ),
        (
            json!({ "Get": "Steps.Prepare.Environment['A.B']" }),
            json!("dotted"),
        ),
        (
            json!({ "Std:Join": { "On": "-", "Values": ["a", { "Get": "Parameters.Rate" }, true, 3] } }),
            json!("a-0.01-true-3"),
        ),
        (
            json!({ "Std:JsonGet": { "PropertyFile": file, "Path": "metrics.accuracy.value" } }),
            json!(0.75),
        ),
        (
            json!({ "Std:JsonGet": { "PropertyFile": file, "Path": "$.classes[0]['n']" } }),
            json!(3),
        ),
        (
            json!({ "A": [{ "Get": "Parameters.Name" }] }),
            json!({ "A": ["bert"] }),
        ),
    ];
    for (value, expected) in cases {
        assert_eq!(resolve(&value, &scope()), Ok(expected), "{value}");
    }
}

#[test]
fn what_leads_nowhere_is_said() {
    let cases = [
        (
            json!({ "Get": "Parameters.Missing" }),
            "'Parameters.Missing' has no value",
        ),
        (
            json!({ "Get": "Steps.Prepare.Nothing" }),
            "'Steps.Prepare.Nothing' has no value",
        ),
        (
            json!({ "Get": "Nonsense" }),
            "'Nonsense' is not a reference",
        ),
        (
            json!({ "Std:Sum": [1, 2] }),
            "function 'Std:Sum' is not supported",
        ),
        (
            json!({ "Std:JsonGet": {
                "PropertyFile": { "Get": "Steps.Evaluate.PropertyFiles.Report" },
                "Path": "metrics.recall",
            }}),
            "'metrics.recall' is not in property file",
        ),
    ];
    for (value, expected) in cases {
        let error = resolve(&value, &scope()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn paths_are_taken_apart() {
    let name = |name: &str| Segment::Name(name.to_owned());
    let key = |key: &str| Segment::Key(key.to_owned());
    assert_eq!(
        reference::segments("a.b[2]['x y'].c"),
        Some(vec![
            name("a"),
            name("b"),
            Segment::Index(2),
            key("x y"),
            name("c")
        ])
    );
    for wrong in ["", "a..b", "a[", "a[x]", "a['x]"] {
        assert_eq!(reference::segments(wrong), None, "{wrong}");
    }
}

#[test]
fn conditions_compare_like_with_like() {
    let compare = |kind: &str, left: Value, right: Value| json!({ "Type": kind, "LeftValue": left, "RightValue": right });
    let cases = [
        (compare("Equals", json!(1), json!(1.0)), Some(true)),
        (compare("Equals", json!("a"), json!("b")), Some(false)),
        (compare("GreaterThan", json!(2), json!(1)), Some(true)),
        (
            compare("GreaterThanOrEqualTo", json!(1), json!(1)),
            Some(true),
        ),
        (
            compare("LessThan", json!({ "Get": "Parameters.Rate" }), json!(0.5)),
            Some(true),
        ),
        (
            compare("LessThanOrEqualTo", json!(2), json!(1)),
            Some(false),
        ),
        (compare("Equals", json!("1"), json!(1)), None),
        (
            compare("GreaterThan", json!({ "Get": "Parameters.Nope" }), json!(1)),
            None,
        ),
        (
            json!({ "Type": "In", "QueryValue": "y", "Values": ["yes", "y"] }),
            Some(true),
        ),
        (
            json!({ "Type": "In", "QueryValue": "n", "Values": [] }),
            Some(false),
        ),
        (
            json!({ "Type": "Not", "Condition": compare("Equals", json!(1), json!(2)) }),
            Some(true),
        ),
        (
            json!({ "Type": "Or", "Conditions": [
                compare("Equals", json!(1), json!(2)),
                compare("Equals", json!(true), json!(true)),
            ]}),
            Some(true),
        ),
        (json!({ "Type": "Or", "Conditions": [] }), Some(false)),
    ];
    for (condition, expected) in cases {
        let parsed: Condition = serde_json::from_value(condition.clone()).unwrap();
        assert_eq!(
            condition::holds(&[parsed], &scope()).ok(),
            expected,
            "{condition}"
        );
    }
    assert_eq!(condition::holds(&[], &scope()), Ok(true));
}

fn step(name: &str, depends_on: &[&str]) -> Value {
    json!({ "Name": name, "Type": "Fail", "Arguments": {}, "DependsOn": depends_on })
}

fn definition(steps: &Value) -> Definition {
    Definition::parse(&json!({ "Version": "2020-12-01", "Steps": steps }).to_string()).unwrap()
}

#[test]
fn steps_begin_when_what_they_wait_for_is_done() {
    let definition = definition(&json!([
        step("A", &[]),
        step("B", &[]),
        step("C", &["A", "B"]),
        {
            "Name": "Q", "Type": "Condition", "DependsOn": ["C"],
            "Arguments": {
                "Conditions": [],
                "IfSteps": [step("Yes", &[]), step("Then", &["Yes"])],
                "ElseSteps": [step("No", &[])],
            },
        },
        step("After", &["Q"]),
    ]));
    let done = Progress::Succeeded;
    let yes = Progress::Decided(true);
    let no = Progress::Decided(false);
    let abc = [("A", done), ("B", done), ("C", done)];
    let with = |more: &[(&'static str, Progress)]| [&abc, more].concat();
    type Case = (Vec<(&'static str, Progress)>, Vec<&'static str>, bool);
    let cases: Vec<Case> = vec![
        (vec![], vec!["A", "B"], false),
        (vec![("A", done), ("B", Progress::Running)], vec![], false),
        (vec![("A", done), ("B", Progress::Ended)], vec![], false),
        (vec![("A", done), ("B", done)], vec!["C"], false),
        (with(&[]), vec!["Q"], false),
        (with(&[("Q", yes)]), vec!["Yes", "After"], false),
        (with(&[("Q", no)]), vec!["No", "After"], false),
        (
            with(&[("Q", yes), ("Yes", done), ("After", done)]),
            vec!["Then"],
            false,
        ),
        (
            with(&[("Q", yes), ("Yes", done), ("Then", done), ("After", done)]),
            vec![],
            true,
        ),
        (
            with(&[("Q", no), ("No", done), ("After", done)]),
            vec![],
            true,
        ),
    ];
    for (begun, expected, complete) in cases {
        let begun: BTreeMap<String, Progress> = begun
            .into_iter()
            .map(|(name, p)| (name.to_owned(), p))
            .collect();
        let ready: Vec<&str> = plan::ready(&definition, &begun)
            .into_iter()
            .map(|step| step.name.as_str())
            .collect();
        assert_eq!(ready, expected, "{begun:?}");
        assert_eq!(
            plan::is_complete(&definition, &begun),
            complete,
            "{begun:?}"
        );
    }
}

#[test]
fn durations_are_iso_8601() {
    let cases = [
        ("PT1H", Some(3600)),
        ("P30D", Some(30 * 86_400)),
        ("P1DT2H3M4S", Some(86_400 + 2 * 3600 + 3 * 60 + 4)),
        ("P2W", Some(14 * 86_400)),
        ("p1y1m", Some(395 * 86_400)),
        ("P", None),
        ("1H", None),
        ("PT1D", None),
        ("PT1M1H", None),
        ("PT", None),
    ];
    for (text, expected) in cases {
        assert_eq!(duration::seconds(text), expected, "{text}");
    }
}

#[test]
fn a_jobs_name_has_as_many_characters_as_its_operation_takes() {
    let long = "a_StepWithAVeryLongNameOfSixtyFourCharactersOrAlmostThat";
    let name = |kind: &str, step: &str| {
        let steps = json!([{ "Name": step, "Type": kind, "Arguments": {} }]);
        let step = definition(&steps).steps.remove(0);
        start_step::job_name("k3jx5c0q2f7d", &step, "a1b2c3d4e5")
    };
    let cases = [
        (
            "Training",
            "TrainModel",
            "pipelines-k3jx5c0q2f7d-TrainModel-a1b2c3d4e5",
        ),
        (
            "Training",
            long,
            "pipelines-k3jx5c0q2f7d-a-StepWithAVeryLongNameOfSixt-a1b2c3d4e5",
        ),
        ("Tuning", "Tune", "k3jx5c0q2f7d-Tune-a1b2c3d4e5"),
        ("Tuning", long, "k3jx5c0q2f7d-a-StepWi-a1b2c3d4e5"),
    ];
    for (kind, step, expected) in cases {
        assert_eq!(name(kind, step), expected);
    }
    assert_eq!(
        (name("Training", long).len(), name("Tuning", long).len()),
        (63, 32)
    );
}

#[test]
fn retries_wait_longer_each_time_and_end() {
    let policies: Vec<retry::RetryPolicy> = serde_json::from_value(json!([{
        "ExceptionType": ["SageMaker.CAPACITY_ERROR"],
        "IntervalSeconds": 10, "BackoffRate": 2.0, "MaxAttempts": 3,
    }, {
        "ExceptionType": ["Step.THROTTLING"],
        "IntervalSeconds": 30, "BackoffRate": 1.0, "ExpireAfterMin": 1,
    }]))
    .unwrap();
    let capacity = retry::classify("CapacityError: no machine").unwrap();
    for (attempts, expected) in [(1, Some(10.0)), (2, Some(20.0)), (3, Some(40.0)), (4, None)] {
        assert_eq!(
            retry::wait_seconds(&policies, capacity, attempts, 0.0),
            expected
        );
    }
    let throttled = retry::classify("ThrottlingException: slow down").unwrap();
    assert_eq!(
        retry::wait_seconds(&policies, throttled, 9, 20.0),
        Some(30.0)
    );
    assert_eq!(retry::wait_seconds(&policies, throttled, 9, 40.0), None);
    let without_end: Vec<retry::RetryPolicy> = serde_json::from_value(json!([{
        "ExceptionType": ["SageMaker.CAPACITY_ERROR"], "BackoffRate": 1e300, "MaxAttempts": 3,
    }]))
    .unwrap();
    let wait = retry::wait_seconds(&without_end, capacity, 3, 0.0);
    assert_eq!(wait, Some(864_000.0), "ten days at the most");
    let internal = retry::classify("InternalServerError: oops").unwrap();
    assert_eq!(retry::wait_seconds(&policies, internal, 1, 0.0), None);
    assert_eq!(retry::classify("AlgorithmError: exit code: 1"), None);
}

#[test]
fn parameters_have_the_types_they_declare() {
    let text = json!({
        "Version": "2020-12-01",
        "Parameters": [
            { "Name": "S", "Type": "String", "EnumValues": ["a", "b"] },
            { "Name": "I", "Type": "Integer", "DefaultValue": 1 },
            { "Name": "F", "Type": "Float", "DefaultValue": 0.5 },
            { "Name": "B", "Type": "Boolean", "DefaultValue": true },
        ],
        "Steps": [step("A", &[])],
    });
    let definition = Definition::parse(&text.to_string()).unwrap();
    let bind = |given: &[(&str, &str)]| {
        let given: Vec<GivenParameter> = given
            .iter()
            .map(|(name, value)| GivenParameter {
                name: (*name).to_owned(),
                value: (*value).to_owned(),
            })
            .collect();
        parameters::bind(&definition, &given)
    };
    let bound = bind(&[("S", "a"), ("I", "7"), ("F", "1e-3"), ("B", "False")]).unwrap();
    assert_eq!(bound["I"], json!(7));
    assert_eq!(bound["F"], json!(0.001));
    assert_eq!(bound["B"], json!(false));
    assert_eq!(bind(&[("S", "b")]).unwrap()["F"], json!(0.5));
    for (given, expected) in [
        (vec![("I", "7")], "parameter 'S' has no default"),
        (
            vec![("S", "c")],
            "parameter 'S' must be one of its EnumValues",
        ),
        (
            vec![("S", "a"), ("I", "x")],
            "parameter 'I' is Integer, not 'x'",
        ),
        (
            vec![("S", "a"), ("Z", "1")],
            "the pipeline declares no parameter 'Z'",
        ),
    ] {
        let error = bind(&given).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}
