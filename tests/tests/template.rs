//! `infra/template.yaml` against everything that must agree with it.

mod concurrency;
mod embedded;
mod environment;
mod names;
mod notifications;
mod order;
mod parameters;
mod patterns;
mod permissions;
mod queues;
mod task;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::source;

pub const IMAGE: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/reviewloop-classifier:test";

pub const REVIEWER: &str = "ana@example.com";

fn with_everything(service: &str) -> [(&str, &str); 5] {
    [
        ("HumanReview", service),
        ("ReviewerEmails", REVIEWER),
        ("ApproverEmails", REVIEWER),
        ("FeatureStore", "yes"),
        ("DataCapture", "all"),
    ]
}

/// The template as a stack named `reviewloop` sees it, with everything that A2I or the review portal needs.
pub fn stack() -> sam::Resolved {
    of_both_services(|service| {
        plan_of(&template(), &with_everything(service))
            .and_then(|plan| plan.resolve(&lookup))
            .unwrap_or_else(|error| panic!("{error}"))
    })
}

/// What a stack has that asks by A2I, and what one has besides that asks on pages of its own.
pub fn of_both_services(stack: impl Fn(&str) -> sam::Resolved) -> sam::Resolved {
    let (mut both, portal) = (stack("a2i"), stack("portal"));
    let functions = portal.functions.into_iter();
    let is_known = |id: &str| both.functions.iter().any(|it| it.logical_id == id);
    let functions: Vec<_> = functions.filter(|it| !is_known(&it.logical_id)).collect();
    let resources = portal.resources.into_iter();
    let is_known = |id: &str| both.resources.iter().any(|it| it.logical_id == id);
    let resources: Vec<_> = resources.filter(|it| !is_known(&it.logical_id)).collect();
    both.functions.extend(functions);
    both.resources.extend(resources);
    both
}

fn lookup(reference: &sam::Reference) -> Option<Value> {
    match reference {
        sam::Reference::Resource { logical_id } if logical_id == "Bucket" => {
            Some("reviewloop-123456789012-us-east-1".into())
        }
        _ => sam::stand_in(reference),
    }
}

/// `predict` for `reviewloop-predict`: the folder below `functions/`, and how people say it.
pub fn short_name(function: &sam::Function) -> &str {
    let name = function.function_name.as_deref();
    name.and_then(|name| name.strip_prefix("reviewloop-"))
        .expect("every function is named after the stack")
}

#[test]
fn there_is_a_function_for_every_folder() {
    let mut in_template = Vec::new();
    for function in stack().functions {
        let name = short_name(&function).to_owned();
        assert_eq!(function.code_uri, format!("../functions/{name}/"));
        // `up --bin-dir .aws-sam/build` finds a function's bootstrap by this rule.
        assert_eq!(
            function.logical_id.to_lowercase(),
            name.replace('-', "").to_lowercase()
        );
        assert_eq!(function.architectures, ["arm64"]);
        in_template.push(name);
    }
    in_template.sort();
    let folders: Vec<String> = source::files("functions", "toml")
        .iter()
        .filter_map(|path| Some(path.parent()?.file_name()?.to_str()?.to_owned()))
        .collect();
    assert_eq!(in_template, folders);
}

#[test]
fn the_functions_run_on_the_processors_that_the_parameter_names() {
    let template = template();
    let plan = plan_of(&template, &[("Architecture", "x86_64")]).expect("a value that is allowed");
    for function in plan.resolve(&lookup).expect("a stack").functions {
        assert_eq!(
            function.architectures,
            ["x86_64"],
            "{}",
            function.logical_id
        );
    }
    assert!(plan_of(&template, &[("Architecture", "riscv64")]).is_err());
}

fn template() -> sam::Template {
    sam::Template::read(&source::root().join("infra/template.yaml"))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// With the image and these.
fn plan_of<'t>(
    template: &'t sam::Template,
    parameters: &[(&str, &str)],
) -> Result<sam::Plan<'t>, sam::Error> {
    let given = parameters.iter().chain(&[("ClassifierImageUri", IMAGE)]);
    let given = given.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    template.plan(&given.collect(), &sam::Pseudo::default())
}

#[test]
fn a_stack_without_augmented_ai_has_none_of_it() {
    let template = template();
    let of_a2i = [
        "ReviewerPoolClient",
        "Workforce",
        "Workteam",
        "TaskUi",
        "FlowDefinition",
    ];
    let of_portal = ["ReviewPortal"];
    let of_people = ["ReviewerGroup", "Reviewers"];
    let of_all = of_portal.iter().chain(&of_people);
    let of_all: Vec<&str> = of_all.chain(&of_a2i).copied().collect();
    for (service, reviewers, gone) in [
        ("none", "", of_all.as_slice()),
        ("portal", "review-portal/reviewloop", &of_a2i),
        ("a2i", "flow-definition/", &of_portal),
    ] {
        let plan = plan_of(&template, &with_everything(service)).expect("a value that is allowed");
        let resolved = plan
            .resolve(&lookup)
            .expect("no reference to what is left out");
        let order = plan.order();
        for resource in &of_all {
            let is_gone = gone.contains(resource);
            assert_eq!(!order.contains(resource), is_gone, "{service}: {resource}");
        }
        let functions = resolved.functions.iter();
        let asked: BTreeSet<&String> = functions
            .filter_map(|function| function.environment.get("REVIEWERS"))
            .collect();
        assert_eq!(asked.len(), 1, "{service}: {asked:?}");
        let asked = asked.first().expect("whom predict asks");
        assert!(asked.contains(reviewers), "{service}: {asked}");
        assert_eq!(asked.is_empty(), reviewers.is_empty(), "{service}: {asked}");
    }
}

#[test]
fn every_custom_resource_waits_for_its_function_to_run_twice_and_no_longer() {
    let stack = stack();
    let provision = stack
        .functions
        .iter()
        .find(|function| short_name(function) == "provision-stack")
        .expect("the function is there");
    // Lambda's pause before the second try is a minute.
    let twice = 2 * provision.timeout_seconds + 60;
    let custom = stack
        .resources
        .iter()
        .filter(|resource| resource.resource_type.starts_with("Custom::"));
    let mut count = 0;
    for resource in custom {
        let seconds = resource.properties["ServiceTimeout"].as_u64();
        let seconds = seconds.unwrap_or_else(|| panic!("{} has none", resource.logical_id));
        assert!((twice..=1860).contains(&seconds), "{}", resource.logical_id);
        count += 1;
    }
    assert_eq!(count, 5);
    // The rest is for the answer.
    let patience = provision_stack::PATIENCE.as_secs();
    assert!(patience + 60 <= provision.timeout_seconds);
}
