//! `local-aws/REFUSALS.md`, row by row.

use std::collections::BTreeMap;
use std::path::Path;

use local_aws::{LocalAws, Principal, Settings};
use local_core::wire::{Api, AwsError, apis, table};
use serde::Deserialize;
use serde_json::Value;

use crate::role::put_role;

const FILE: &str = include_str!("../../../REFUSALS.md");

#[derive(Deserialize)]
struct Requests {
    before: Vec<(String, Value)>,
    requests: BTreeMap<String, Value>,
}

/// The APIs whose operations take their members as JSON.
const APIS: [Api; 8] = [
    apis::SAGEMAKER,
    apis::AUGMENTED_AI_RUNTIME,
    apis::COGNITO_IDENTITY_PROVIDER,
    apis::EVENTBRIDGE,
    apis::LAMBDA,
    apis::SQS,
    apis::CLOUDWATCH,
    apis::APPLICATION_AUTO_SCALING,
];

async fn call(aws: &LocalAws, operation: &str, members: &Value) -> Result<Value, AwsError> {
    let mut answer = None;
    for api in APIS {
        let caller = ("us-east-1", Principal::user());
        let answered = table::call(&aws.cloud, api, operation, caller, members).await;
        let unknown = format!("local-aws does not have the operation {operation} of");
        match answered {
            Err(error) if error.message.starts_with(&unknown) => {
                answer.get_or_insert(Err(error));
            }
            answered => return answered,
        }
    }
    answer.unwrap()
}

/// The cells of the rows whose second column names an operation.
fn rows() -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        // A bar inside a cell is written `\|`.
        let line = line.replace("\\|", "\u{0}");
        let cells = line.trim_matches('|').split('|');
        let plain = |cell: &str| cell.trim().trim_matches('`').replace('\u{0}', "|");
        cells.map(plain).collect()
    };
    FILE.lines()
        .filter(|line| line.starts_with("| ") && line.contains("| `") && line.contains("| `{"))
        .map(cells)
        .collect()
}

/// RFC 7396.
fn patch(target: &mut Value, change: &Value) {
    let Value::Object(change) = change else {
        *target = change.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    for (member, value) in change {
        if value.is_null() {
            target.as_object_mut().unwrap().remove(member);
        } else {
            patch(&mut target[member], value);
        }
    }
}

/// What an operation answers after the calls that come before.
async fn answer(requests: &Requests, operation: &str, request: &Value) -> Result<Value, AwsError> {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(folder.path());
    settings.run_tasks = false;
    settings.automl_image = Some("classifier".to_owned());
    let aws = LocalAws::in_process(settings).await.unwrap();
    put_role(&aws, "execution");
    for (operation, request) in &requests.before {
        let called = call(&aws, operation, request).await;
        called.unwrap_or_else(|error| panic!("before: {operation}: {error}"));
    }
    let answered = call(&aws, operation, request).await;
    aws.stop().await;
    answered
}

#[tokio::test]
async fn every_row_of_the_refusals_is_refused() {
    let json = FILE.split("```json").nth(1).unwrap();
    let json = json.split("```").next().unwrap();
    let requests: Requests = serde_json::from_str(json).unwrap();
    let rows = rows();
    assert!(rows.len() > 20, "the table has rows");
    for row in rows {
        let [what, operation, members, expected] = row.as_slice() else {
            panic!("a row has four cells: {row:?}");
        };
        let members: Value = serde_json::from_str(members)
            .unwrap_or_else(|error| panic!("{what}: the members are no JSON: {error}"));
        let mut request = requests
            .requests
            .get(operation)
            .cloned()
            .unwrap_or_default();
        let (code, words) = expected.split_once(": ").unwrap();
        let refused = |answer: &Result<Value, AwsError>| {
            let refusal = answer.as_ref().err();
            refusal.is_some_and(|error| error.code == code && error.message.contains(words))
        };
        if !request.is_null() {
            let unchanged = answer(&requests, operation, &request).await;
            assert!(!refused(&unchanged), "{what}: refused without its members");
        }
        patch(&mut request, &members);
        let answered = answer(&requests, operation, &request).await;
        assert!(refused(&answered), "{what}: {answered:?}");
    }
}

#[test]
fn a_refusal_with_a_test_of_its_own_has_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut tests = String::new();
    let mut folders = vec![root.join("local-aws")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                tests.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let own = FILE.split("## Held by a test of their own").nth(1).unwrap();
    let own = own.split("\n## ").next().unwrap();
    let names: Vec<&str> = own
        .split('`')
        .filter(|word| word.contains("_is_") || word.matches('_').count() > 3)
        .collect();
    assert!(names.len() > 3, "{names:?}");
    for name in names {
        assert!(
            tests.contains(&format!("fn {name}()")),
            "there is no test {name}"
        );
    }
}
