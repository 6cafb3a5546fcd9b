//! The definition that the tests execute.

use serde_json::{Value, json};

use crate::setup::{BUCKET, IMAGE, ROLE};

/// Prepare, train, evaluate, and by the accuracy register and create a model, or fail.
pub fn definition() -> Value {
    let output = |name: &str| {
        json!({
            "OutputName": name,
            "S3Output": {
                "S3Uri": { "Std:Join": { "On": "/", "Values": [
                    format!("s3://{BUCKET}/executions"),
                    { "Get": "Execution.PipelineExecutionId" },
                    name,
                ]}},
                "LocalPath": format!("/opt/ml/processing/output/{name}"),
                "S3UploadMode": "EndOfJob",
            },
        })
    };
    let input = |name: &str, uri: Value| {
        json!({
            "InputName": name,
            "S3Input": {
                "S3Uri": uri,
                "LocalPath": format!("/opt/ml/processing/input/{name}"),
                "S3DataType": "S3Prefix",
                "S3InputMode": "File",
            },
        })
    };
    let processing = |command: &str, inputs: Value, outputs: Value| {
        json!({
            "AppSpecification": { "ImageUri": IMAGE, "ContainerArguments": [command] },
            "RoleArn": ROLE,
            "ProcessingResources": { "ClusterConfig": {
                "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1,
            }},
            "ProcessingInputs": inputs,
            "ProcessingOutputConfig": { "Outputs": outputs },
        })
    };
    let model = json!({ "Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts" });
    let prepared = |name: &str| json!({ "Get": format!("Steps.Prepare.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri") });
    json!({
        "Version": "2020-12-01",
        "Parameters": [
            { "Name": "Fail", "Type": "String", "DefaultValue": "no" },
            { "Name": "Gate", "Type": "String", "DefaultValue": "" },
            { "Name": "MinAccuracy", "Type": "Float", "DefaultValue": 0.5 },
        ],
        "PipelineExperimentConfig": {
            "ExperimentName": { "Get": "Execution.PipelineName" },
            "TrialName": { "Get": "Execution.PipelineExecutionId" },
        },
        "Steps": [
            {
                "Name": "Prepare", "Type": "Processing",
                "Arguments": processing(
                    "prepare",
                    json!([input("raw", json!(format!("s3://{BUCKET}/raw/part")))]),
                    json!([output("train"), output("test")]),
                ),
                "CacheConfig": { "Enabled": true, "ExpireAfter": "PT1H" },
            },
            {
                "Name": "Train", "Type": "Training",
                "Arguments": {
                    "AlgorithmSpecification": {
                        "TrainingImage": IMAGE, "TrainingInputMode": "File",
                        "MetricDefinitions": [{ "Name": "loss", "Regex": "train_loss: ([0-9.]+)" }],
                    },
                    "RoleArn": ROLE,
                    "HyperParameters": { "fail": { "Get": "Parameters.Fail" } },
                    "Environment": { "GATE": { "Get": "Parameters.Gate" } },
                    "InputDataConfig": [{
                        "ChannelName": "train",
                        "DataSource": { "S3DataSource": {
                            "S3DataType": "S3Prefix", "S3Uri": prepared("train"),
                        }},
                    }],
                    "OutputDataConfig": { "S3OutputPath": format!("s3://{BUCKET}/models") },
                    "ResourceConfig": {
                        "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1,
                    },
                },
            },
            {
                "Name": "Evaluate", "Type": "Processing",
                "Arguments": processing(
                    "evaluate",
                    json!([input("model", model.clone()), input("test", prepared("test"))]),
                    json!([output("evaluation")]),
                ),
                "PropertyFiles": [{
                    "PropertyFileName": "Report",
                    "OutputName": "evaluation",
                    "FilePath": "evaluation.json",
                }],
            },
            {
                "Name": "Check", "Type": "Condition",
                "Arguments": {
                    "Conditions": [{
                        "Type": "GreaterThanOrEqualTo",
                        "LeftValue": { "Std:JsonGet": {
                            "PropertyFile": { "Get": "Steps.Evaluate.PropertyFiles.Report" },
                            "Path": "metrics.accuracy.value",
                        }},
                        "RightValue": { "Get": "Parameters.MinAccuracy" },
                    }],
                    "IfSteps": [
                        {
                            "Name": "Register", "Type": "RegisterModel",
                            "Arguments": {
                                "ModelPackageGroupName": "tiny",
                                "InferenceSpecification": {
                                    "Containers": [{ "Image": IMAGE, "ModelDataUrl": model }],
                                    "SupportedContentTypes": ["text/plain"],
                                    "SupportedResponseMIMETypes": ["text/plain"],
                                },
                                "ModelApprovalStatus": "PendingManualApproval",
                            },
                        },
                        {
                            "Name": "Create", "Type": "Model",
                            "Arguments": {
                                "ExecutionRoleArn": ROLE,
                                "PrimaryContainer": { "Image": IMAGE, "ModelDataUrl": model },
                            },
                        },
                    ],
                    "ElseSteps": [{
                        "Name": "TooLow", "Type": "Fail",
                        "Arguments": { "ErrorMessage": { "Std:Join": {
                            "On": " ", "Values": ["below", { "Get": "Parameters.MinAccuracy" }],
                        }}},
                    }],
                },
            },
        ],
    })
}
