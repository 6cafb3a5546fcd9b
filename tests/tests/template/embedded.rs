//! CloudFormation takes the pipeline definition and the task template as texts. Both are edited
//! as files and put into the template by `infra/embed`.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{lookup, plan_of, stack, template};
use crate::source;

#[test]
fn the_template_carries_the_files_that_infra_embed_puts_there() {
    let template = source::read("infra/template.yaml");
    for (name, file) in [
        (
            "pipelines/text-classifier.json",
            "infra/pipelines/text-classifier.json",
        ),
        (
            "../templates/sentiment-review.liquid.html",
            "templates/sentiment-review.liquid.html",
        ),
    ] {
        let place = format!("# embedded: {name}\n");
        let (_, below) = template.split_once(&place).expect("a place for the file");
        let first = below.lines().nth(1).expect("a text");
        let indent = &first[..first.len() - first.trim_start().len()];
        let lines: Vec<String> = source::read(file)
            .lines()
            .map(|line| format!("{indent}{line}").trim_end().to_owned())
            .collect();
        assert!(
            below.contains(&lines.join("\n")),
            "infra/template.yaml does not carry {file} as it is: run infra/embed"
        );
    }
}

#[test]
fn the_worker_page_is_named_by_its_content() {
    let content = source::read("templates/sentiment-review.liquid.html");
    let digest = Sha256::digest(content.as_bytes());
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let resources = stack().resources;
    let page = resources.iter().find(|it| it.logical_id == "TaskUi");
    let name = &page.expect("TaskUi").properties["HumanTaskUiName"];
    let expected = format!("reviewloop-sentiment-{}", &hash[..12]);
    assert_eq!(*name, expected, "run infra/embed");
}

#[test]
fn a_model_package_may_be_served_on_every_instance_type_that_the_template_allows() {
    let template = source::read("infra/template.yaml");
    let (_, parameter) = template
        .split_once("\n  InstanceType:\n")
        .expect("a parameter");
    let list = parameter.split_once("AllowedValues:\n").expect("a list").1;
    let allowed: Vec<&str> = list
        .lines()
        .map_while(|line| line.strip_prefix("      - "))
        .collect();
    let definition = definition();
    let steps = definition["Steps"].as_array().expect("a list");
    let register = steps.iter().find(|step| step["Name"] == "RegisterModel");
    let specification = &register.expect("a step")["Arguments"]["InferenceSpecification"];
    let supported = &specification["SupportedRealtimeInferenceInstanceTypes"];
    assert_eq!(*supported, serde_json::json!(allowed));
}

#[test]
fn the_definition_is_json_once_the_stack_has_filled_it_in() {
    let body = definition().to_string();
    assert!(!body.contains("${"), "a variable that Fn::Sub left: {body}");
    assert!(body.contains(super::IMAGE));
}

/// The name of each step whose arguments a parameter changes, with what they are then.
fn changed(given: &[(&str, &str)]) -> Vec<(String, Value)> {
    let template = template();
    let plan = plan_of(&template, given).expect("a plan");
    let resources = plan.resolve(&lookup).expect("a stack").resources;
    let (own, other) = (definition(), definition_of(&resources));
    let steps = |of: &Value| of["Steps"].as_array().expect("a list").clone();
    let both = steps(&own).into_iter().zip(steps(&other));
    let changed = both.filter(|(own, other)| own != other).map(|(_, other)| {
        let name = other["Name"].as_str().expect("a name").to_owned();
        (name, other["Arguments"].clone())
    });
    changed.collect()
}

fn training(definition: &Value) -> Value {
    let steps = definition["Steps"].as_array().expect("a list");
    let training = steps.iter().find(|step| step["Name"] == "TrainModel");
    training.expect("a training")["Arguments"].clone()
}

#[test]
fn another_image_trains_where_one_is_given_and_does_nothing_else() {
    let image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/reviewloop-training:1";
    let mut expected = training(&definition());
    let place = &mut expected["AlgorithmSpecification"]["TrainingImage"];
    assert_eq!(*place, super::IMAGE);
    *place = image.into();
    let found = changed(&[("TrainingImageUri", image), ("Algorithm", "bert")]);
    assert_eq!(found, [("TrainModel".to_owned(), expected)]);
}

#[test]
fn spot_capacity_trains_with_checkpoints_below_the_executions_own_prefix() {
    let own = training(&definition());
    assert!(
        own["CheckpointConfig"].is_null(),
        "it would be a key of the step cache"
    );
    let mut expected = own.clone();
    expected["EnableManagedSpotTraining"] = true.into();
    expected["StoppingCondition"]["MaxWaitTimeInSeconds"] = 28_800.into();
    let place = |of: &Value| of["Std:Join"]["Values"].clone();
    let found = changed(&[("ManagedSpotTraining", "yes")]);
    let uri = &found[0].1["CheckpointConfig"]["S3Uri"];
    let [bucket, id, name] = [0, 1, 2].map(|at| place(uri)[at].clone());
    assert!(
        bucket
            .as_str()
            .is_some_and(|it| it.ends_with("/intermediate"))
    );
    assert_eq!(id["Get"], "Execution.PipelineExecutionId");
    assert_eq!(name, "checkpoints");
    expected["CheckpointConfig"] = serde_json::json!({ "S3Uri": uri });
    assert_eq!(found, [("TrainModel".to_owned(), expected.clone())]);

    let steps = [("ManagedSpotTraining", "yes"), ("CheckpointSteps", "200")];
    expected["HyperParameters"]["checkpoint_steps"] = "200".into();
    assert_eq!(changed(&steps), [("TrainModel".to_owned(), expected)]);
    assert!(plan_of(&template(), &steps[1..]).is_err(), "without spot");
}

#[test]
fn the_pipeline_has_no_condition_of_its_own_before_the_registration() {
    let steps = definition()["Steps"].clone();
    let steps = steps.as_array().expect("a list").iter();
    let steps: Vec<_> = steps.map(|step| (&step["Name"], &step["Type"])).collect();
    // A floor that fits three labels would fail executions that the gate should judge, or none.
    assert!(steps.iter().any(|(name, _)| *name == "RegisterModel"));
    assert!(
        steps.iter().all(|(_, kind)| *kind != "Condition"),
        "{steps:?}"
    );
}

#[test]
fn every_step_that_is_retried_has_the_same_policies() {
    // The definition's JSON cannot share them.
    let steps = definition()["Steps"].clone();
    let steps = steps.as_array().expect("a list").iter();
    let policies = steps.map(|step| &step["RetryPolicies"]);
    let policies: Vec<_> = policies.filter(|policies| policies.is_array()).collect();
    assert!(policies.len() > 1);
    assert!(
        policies.iter().all(|each| *each == policies[0]),
        "{policies:?}"
    );
}

/// The definition as CloudFormation hands it to SageMaker.
pub fn definition() -> Value {
    definition_of(&stack().resources)
}

fn definition_of(resources: &[sam::Resource]) -> Value {
    let pipeline = resources
        .iter()
        .find(|resource| resource.logical_id == "Pipeline");
    let properties = &pipeline.expect("the template has a pipeline").properties;
    let body = properties["PipelineDefinition"]["PipelineDefinitionBody"].as_str();
    serde_json::from_str(body.expect("a text")).expect("the definition is JSON")
}
