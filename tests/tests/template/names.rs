//! Names and prefixes that the template and the pipeline must repeat are those of `contracts`.

use contracts::{event, keys, names, pipeline};
use serde_json::Value;

use super::embedded::definition;
use super::stack;
use crate::source;

const STACK: &str = names::DEFAULT_STACK;

#[test]
fn the_stack_names_things_as_contracts_do() {
    let resources = stack().resources;
    let named = |logical_id: &str, property: &str| {
        let resource = resources
            .iter()
            .find(|resource| resource.logical_id == logical_id);
        resource.expect(logical_id).properties[property].clone()
    };
    assert_eq!(
        named("Bucket", "BucketName"),
        names::bucket(STACK, "123456789012", "us-east-1")
    );
    assert_eq!(named("Pipeline", "PipelineName"), names::pipeline(STACK));
    assert_eq!(
        named("ModelPackageGroup", "ModelPackageGroupName"),
        names::model_package_group(STACK)
    );
    assert_eq!(named("Models", "EndpointName"), names::endpoint(STACK));
    assert_eq!(
        named("FlowDefinition", "NamePrefix"),
        names::flow_definition_prefix(STACK)
    );
    assert_eq!(
        named("Predict", "FunctionName"),
        names::function(STACK, "predict")
    );
}

/// As Glue names the Parquet schema's types.
fn columns_of_rows() -> Vec<(String, String)> {
    let column = |line: &str| {
        let mut words = line.trim_end_matches(';').split_whitespace().skip(1);
        let (kind, name) = (words.next()?, words.next()?);
        let kind = match kind {
            "binary" => "string",
            "group" => "map<string,string>",
            "int64" => "bigint",
            other => other,
        };
        Some((name.to_owned(), kind.to_owned()))
    };
    let lines = dataset_rows::SCHEMA.lines().map(str::trim);
    let lines = lines.filter(|line| line.starts_with("required ") || line.starts_with("optional "));
    lines.filter_map(column).collect()
}

#[test]
fn the_tables_have_the_columns_of_the_rows_file() {
    let resources = stack().resources;
    for id in ["RowsTable", "VersionsTable"] {
        let table = resources.iter().find(|it| it.logical_id == id);
        let table = &table.expect(id).properties["TableInput"];
        let columns = table["StorageDescriptor"]["Columns"].as_array();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let columns = columns.expect("columns").iter();
        let columns: Vec<_> = columns
            .map(|it| (text(&it["Name"]), text(&it["Type"])))
            .collect();
        assert_eq!(columns, columns_of_rows(), "{id}");
    }
}

/// `infra/deploy` allows 35 characters, SageMaker 63; behind the prefix stand an id of 18 and an attempt.
#[test]
fn a_job_that_takes_an_upload_in_has_a_name_in_the_longest_named_stack() {
    let stack = "s".repeat(35);
    assert!(names::intake_prefix(&stack).len() + 18 + "-1".len() <= 63);
}

#[test]
fn the_tables_lie_where_the_rows_are_written() {
    let template = source::read("infra/template.yaml");
    let newest = keys::newest_rows("${DatasetName}");
    let newest = newest
        .strip_suffix("rows")
        .expect("an object below a folder");
    assert!(template.contains(&format!("Location: !Sub s3://${{Bucket}}/{newest}\n")));
    let rows = keys::rows("${DatasetName}", 7);
    let (rows, _) = rows.rsplit_once('/').expect("a folder");
    let rows = rows.replace("00000007", "${!version}");
    assert!(template.contains(&format!(
        "storage.location.template: !Sub s3://${{Bucket}}/{rows}/\n"
    )));
    assert!(template.contains("projection.version.digits: \"8\""));
}

#[test]
fn the_rules_name_the_events_and_prefixes_of_contracts() {
    let template = source::read("infra/template.yaml");
    for kind in [
        event::OBJECT_CREATED,
        event::EXECUTION_STATUS,
        event::STEP_STATUS,
        event::MODEL_PACKAGE,
        event::ENDPOINT,
        event::ENDPOINT_DEPLOYMENT,
        event::HUMAN_LOOP,
    ] {
        assert!(template.contains(kind), "no rule for {kind}");
    }
    let versions = keys::versions_prefix("${DatasetName}");
    let parts = keys::parts_prefix("${DatasetName}");
    for key in [
        format!("\"{}*.*\"", keys::INCOMING),
        format!("\"{versions}*.json\""),
        format!("${{Bucket.Arn}}/{parts}*"),
        format!("s3://${{Bucket}}/{}", keys::HUMAN_REVIEW),
        format!("Prefix: {}", keys::HUMAN_REVIEW),
        format!("${{Bucket.Arn}}/{}*", keys::EXECUTIONS),
        format!("${{Bucket.Arn}}/{}*", keys::LABELS),
        format!("${{Bucket.Arn}}/{}*", keys::VERDICTS),
        format!("${{Bucket.Arn}}/{}", keys::RUN),
        format!("${{Bucket.Arn}}/{}*", keys::DEPLOYMENTS),
        format!("${{Bucket.Arn}}/{}*", keys::LIVE_VERSIONS),
        format!("${{Bucket.Arn}}/{}*", keys::TOLD),
        format!("${{Bucket.Arn}}/{}*", keys::HUMAN_LOOPS),
        format!("${{Bucket.Arn}}/{}*", keys::INCOMING_HUMAN_LABELS),
        format!("${{Bucket.Arn}}/{}*", keys::NO_CHAMPION),
        format!("${{Bucket.Arn}}/{}*", keys::NO_PRETRAINED),
    ] {
        assert!(template.contains(&key), "the template does not name {key}");
    }
}

#[test]
fn the_pipeline_takes_the_parameters_that_start_pipeline_gives() {
    let parameters = definition()["Parameters"].clone();
    let parameter = |name: &str| {
        let mut all = parameters.as_array().expect("a list").iter();
        all.find(|parameter| parameter["Name"] == name)
            .unwrap_or_else(|| panic!("no parameter {name}"))
            .clone()
    };
    for name in pipeline::RESERVED {
        parameter(name);
    }
    assert_eq!(
        parameter(pipeline::CHAMPION_MODEL_PACKAGE)["DefaultValue"],
        pipeline::NONE
    );
    let bucket = names::bucket(STACK, "123456789012", "us-east-1");
    assert_eq!(
        parameter(pipeline::CHAMPION_MODEL)["DefaultValue"],
        keys::s3_uri(&bucket, keys::NO_CHAMPION)
    );
    assert_eq!(
        parameter("Pretrained")["DefaultValue"],
        keys::s3_uri(&bucket, keys::NO_PRETRAINED)
    );
}

#[test]
fn the_registered_model_names_the_evaluation_that_was_made_of_it() {
    let definition = definition();
    let evaluate = step(&definition, "EvaluateModel");
    let register = step(&definition, "RegisterModel");
    let statistics = &register["Arguments"]["ModelMetrics"]["ModelQuality"]["Statistics"];
    let uri = &statistics["S3Uri"]["Std:Join"]["Values"];
    assert_eq!(uri[1], pipeline::EVALUATION_FILE);
    let output = uri[0]["Get"].as_str().expect("a reference");
    assert!(output.starts_with("Steps.EvaluateModel."), "{output}");
    assert!(
        evaluate["Arguments"]["Environment"]
            .get(pipeline::CHAMPION_MODEL_PACKAGE_VARIABLE)
            .is_some()
    );
    assert!(
        evaluate["Arguments"]["Environment"]
            .get(pipeline::ANCHOR_MODEL_PACKAGE_VARIABLE)
            .is_some()
    );
}

#[test]
fn the_steps_write_where_the_report_reads() {
    let definition = definition();
    for (name, output, key) in [
        ("EvaluateModel", "evaluation", keys::evaluation("ID")),
        (
            pipeline::PREPARE_STEP,
            "profile",
            keys::prepared_profile("ID"),
        ),
    ] {
        let outputs = &step(&definition, name)["Arguments"]["ProcessingOutputConfig"]["Outputs"];
        let outputs = outputs.as_array().expect("a list");
        let output = outputs.iter().find(|found| found["OutputName"] == output);
        let uri = &output.expect("the output")["S3Output"]["S3Uri"]["Std:Join"]["Values"];
        let parts = uri.as_array().expect("a list").iter();
        let parts: Vec<&str> = parts.map(|part| part.as_str().unwrap_or("ID")).collect();
        let bucket = names::bucket(STACK, "123456789012", "us-east-1");
        let file = key.rsplit('/').next().expect("a name");
        assert_eq!(
            format!("{}/{file}", parts.join("/")),
            keys::s3_uri(&bucket, &key)
        );
    }
}

#[test]
fn registering_never_approves() {
    let definition = definition();
    let register = step(&definition, "RegisterModel");
    assert_eq!(
        register["Arguments"]["ModelApprovalStatus"],
        "PendingManualApproval"
    );
}

/// A step at any depth.
fn step<'d>(value: &'d Value, name: &str) -> &'d Value {
    find(value, name).unwrap_or_else(|| panic!("no step {name}"))
}

fn find<'d>(value: &'d Value, name: &str) -> Option<&'d Value> {
    match value {
        Value::Object(object) if object.get("Name").is_some_and(|found| found == name) => {
            Some(value)
        }
        Value::Object(object) => object.values().find_map(|value| find(value, name)),
        Value::Array(items) => items.iter().find_map(|value| find(value, name)),
        _ => None,
    }
}
