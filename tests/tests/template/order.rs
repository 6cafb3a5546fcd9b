//! CloudFormation deletes a resource after all that depend on it, and no sooner than they are gone. So what can make
//! a thing again must depend on the custom resource that ends those things.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{IMAGE, short_name, stack};
use crate::source;

/// Actions that bring about what `Models` ends, or that reach a function which does.
const MAKES_MODELS: [&str; 10] = [
    "lambda:InvokeFunction",
    "sagemaker:CreateEndpoint",
    "sagemaker:CreateEndpointConfig",
    "sagemaker:CreateHyperParameterTuningJob",
    "sagemaker:CreateModel",
    JOB_OF_A_FUNCTION,
    "sagemaker:CreateTrainingJob",
    "sagemaker:RetryPipelineExecution",
    "sagemaker:StartPipelineExecution",
    "sagemaker:UpdateEndpoint",
];

/// Started by a last invocation, which may take 15 minutes, it ends by itself, at its time limit at the latest.
const JOB_OF_A_FUNCTION: &str = "sagemaker:CreateProcessingJob";

const MAKES_HUMAN_LOOPS: [&str; 2] = ["lambda:InvokeFunction", "sagemaker:StartHumanLoop"];

#[test]
fn every_function_that_can_make_something_is_deleted_before_the_clean_up() {
    let needs = needs();
    let mut makers = BTreeSet::new();
    for (clean_up, actions) in [
        ("Models", &MAKES_MODELS[..]),
        ("FlowDefinition", &MAKES_HUMAN_LOOPS[..]),
    ] {
        for (logical_id, granted) in granted() {
            if actions.iter().any(|action| granted.contains(*action)) {
                let before = deleted_after(&needs, &logical_id);
                assert!(
                    before.contains(clean_up),
                    "{logical_id} must be deleted before {clean_up}"
                );
                makers.insert(logical_id);
            }
        }
    }
    let expected = [
        "CollectLabels",
        "DeployModel",
        "Predict",
        "Reconcile",
        "RegisterDataset",
        "RequestLabels",
        "ShiftTraffic",
        "StartPipeline",
        "TuneModel",
        "WatchEndpoint",
        "WatchPipeline",
        "WatchTuning",
    ];
    // watch-endpoint makes nothing; it is deleted early because it writes what deploy-model decides by.
    let others: Vec<&str> = expected
        .into_iter()
        .filter(|name| !makers.contains(*name))
        .collect();
    assert_eq!(others, ["WatchEndpoint"]);
    assert!(deleted_after(&needs, "WatchEndpoint").contains("Models"));
}

#[test]
fn the_clean_up_looks_on_until_the_last_invocation_of_a_maker_has_ended() {
    let functions = stack().functions;
    for (logical_id, granted) in granted() {
        // reconcile makes nothing itself: of what it invokes then, nothing is there any more.
        let makes = MAKES_MODELS.iter().any(|action| {
            let is_waited_for = action.starts_with("sagemaker:") && *action != JOB_OF_A_FUNCTION;
            is_waited_for && granted.contains(*action)
        });
        let function = functions.iter().find(|it| it.logical_id == logical_id);
        let timeout = function.expect("a function").timeout_seconds;
        let looks_on = provision_stack::LAST_INVOCATIONS.as_secs();
        assert!(!makes || timeout < looks_on, "{logical_id}: {timeout} s");
    }
}

#[test]
fn the_clean_up_is_deleted_before_what_it_needs() {
    let needs = needs();
    let models = deleted_after(&needs, "Models");
    for needed in [
        "ProvisionStack",
        "ModelPackageGroup",
        "Pipeline",
        // Jobs that are being stopped, and the endpoint, still run under these.
        "PipelineRole",
        "ExecutionRole",
        "Bucket",
    ] {
        assert!(models.contains(needed), "Models must go before {needed}");
    }
    let flow = deleted_after(&needs, "FlowDefinition");
    for needed in ["ProvisionStack", "TaskUi", "Workteam", "ReviewRole"] {
        assert!(
            flow.contains(needed),
            "FlowDefinition must go before {needed}"
        );
    }
    assert!(deleted_after(&needs, "Workteam").contains("Workforce"));
}

/// Everything that outlives a resource.
fn deleted_after(needs: &BTreeMap<String, BTreeSet<String>>, logical_id: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![logical_id.to_owned()];
    while let Some(one) = next.pop() {
        for needed in &needs[&one] {
            if reached.insert(needed.clone()) {
                next.push(needed.clone());
            }
        }
    }
    reached
}

/// What each resource depends on, by reference or `DependsOn`, in a stack with human review.
fn needs() -> BTreeMap<String, BTreeSet<String>> {
    let template =
        sam::Template::read(&source::root().join("infra/template.yaml")).expect("a template");
    let parameters = BTreeMap::from([
        ("ClassifierImageUri".to_owned(), IMAGE.to_owned()),
        ("HumanReview".to_owned(), "a2i".to_owned()),
    ]);
    let plan = template
        .plan(&parameters, &sam::Pseudo::default())
        .expect("a plan");
    let order = plan.order();
    let mut needs = BTreeMap::new();
    for logical_id in order {
        let seen = std::cell::RefCell::new(BTreeSet::new());
        let lookup = |reference: &sam::Reference| {
            if let Some(owner) = plan.owner(reference.logical_id()) {
                seen.borrow_mut().insert(owner.logical_id.to_owned());
            }
            sam::stand_in(reference)
        };
        let resource = plan.resource(logical_id, &lookup).expect("a resource");
        let mut needed = seen.into_inner();
        needed.extend(resource.depends_on);
        needed.remove(logical_id);
        needs.insert(logical_id.to_owned(), needed);
    }
    needs
}

/// The actions of each function, by its logical id.
fn granted() -> Vec<(String, BTreeSet<String>)> {
    let stack = stack();
    let functions = stack.functions.iter().map(|function| {
        let name = short_name(function);
        let resource = stack.resources.iter().find(|resource| {
            resource
                .properties
                .get("FunctionName")
                .and_then(Value::as_str)
                == function.function_name.as_deref()
        });
        let logical_id = resource.unwrap_or_else(|| panic!("{name} is a resource"));
        let actions = function
            .policies
            .iter()
            .flat_map(|policy| policy["Statement"].as_array().expect("statements"))
            .flat_map(|statement| match &statement["Action"] {
                Value::Array(many) => many.clone(),
                one => vec![one.clone()],
            })
            .filter_map(|action| action.as_str().map(str::to_owned));
        (logical_id.logical_id.clone(), actions.collect())
    });
    functions.collect()
}
