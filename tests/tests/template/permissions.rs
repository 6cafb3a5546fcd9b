//! A policy grants at least what the function's source calls, on no wider resource than it must. That every right is
//! needed is held by [`crate::mutation`].
//!
//! The sources are read as text: an operation of the SDK is a method without arguments
//! (`.get_object()`), and a function of `loop_state` (`objects::read`) stands for the operations
//! in its body. That the reading misses none is held by counting `.send()`.

mod calls;

use std::collections::BTreeSet;

use serde_json::Value;

use super::{short_name, stack};
use crate::source;

/// Actions for which IAM knows no resource.
const WITHOUT_RESOURCE: [&str; 11] = [
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "application-autoscaling:DescribeScheduledActions",
    "cloudwatch:GetMetricData",
    "sagemaker:ListEndpointConfigs",
    "sagemaker:ListHumanLoops",
    "sagemaker:ListHyperParameterTuningJobs",
    "sagemaker:ListModels",
    "sagemaker:ListProcessingJobs",
    "sagemaker:ListTrainingJobs",
    "sagemaker:ListWorkforces",
];

#[test]
fn every_policy_grants_what_the_source_calls() {
    let mut shared = calls::shared("crates/loop-state/src");
    for folder in ["crates/inference/src", "crates/uploads/src"] {
        calls::add(&mut shared, calls::shared(folder));
    }
    let mut wrong = Vec::new();
    for function in stack().functions {
        let name = short_name(&function);
        let text = source::sources(&format!("functions/{name}"));
        let needed = calls::actions(&text, &shared);
        let granted: BTreeSet<String> = statements(&function.policies)
            .flat_map(|statement| texts(&statement["Action"]))
            .collect();
        let missing = needed.difference(&granted);
        wrong.extend(missing.map(|action| format!("{name} lacks {action}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_policy_of_a_function_is_wider_than_it_must_be() {
    for function in stack().functions {
        let name = short_name(&function);
        for statement in statements(&function.policies) {
            let actions = texts(&statement["Action"]);
            assert_eq!(statement["Effect"], "Allow", "{name}");
            assert!(
                !actions.iter().any(|action| action.contains('*')),
                "{name}: {actions:?}"
            );
            if texts(&statement["Resource"]).contains(&"*".to_owned()) {
                let excused = |action: &String| WITHOUT_RESOURCE.contains(&action.as_str());
                assert!(
                    actions.iter().all(excused),
                    "{name}: {actions:?} on every resource"
                );
            }
        }
    }
}

fn statements(policies: &[Value]) -> impl Iterator<Item = &Value> {
    policies.iter().flat_map(|policy| {
        policy["Statement"]
            .as_array()
            .expect("inline statements")
            .iter()
    })
}

fn texts(one_or_many: &Value) -> Vec<String> {
    match one_or_many {
        Value::Array(many) => many.iter().flat_map(texts).collect(),
        one => vec![one.as_str().expect("a text").to_owned()],
    }
}
