//! SageMaker as clients see it: the official SDK over a cloud in process, with a tiny program in
//! place of an image. Jobs and endpoints really run.

#![allow(clippy::unwrap_used, reason = "the helpers of tests, too")]

#[path = "sagemaker/autoscaling.rs"]
mod autoscaling;
#[path = "sagemaker/autoscaling_requests.rs"]
mod autoscaling_requests;
#[path = "sagemaker/capture.rs"]
mod capture;
#[path = "sagemaker/endpoint_faults.rs"]
mod endpoint_faults;
#[path = "sagemaker/endpoints.rs"]
mod endpoints;
#[path = "sagemaker/enumerations.rs"]
mod enumerations;
#[path = "sagemaker/guardrails.rs"]
mod guardrails;
#[path = "sagemaker/inference_pipelines.rs"]
mod inference_pipelines;
#[path = "sagemaker/jobs.rs"]
mod jobs;
#[path = "sagemaker/missing.rs"]
mod missing;
#[path = "sagemaker/pipeline_refusals.rs"]
mod pipeline_refusals;
#[path = "sagemaker/pipelines.rs"]
mod pipelines;
#[path = "sagemaker/refusals.rs"]
mod refusals;
#[path = "sagemaker/registry.rs"]
mod registry;
#[path = "shared/role.rs"]
mod role;
#[path = "sagemaker/setup.rs"]
mod setup;
#[path = "sagemaker/shadows.rs"]
mod shadows;
#[path = "sagemaker/tiny_image.rs"]
mod tiny_image;
#[path = "sagemaker/tiny_pipeline.rs"]
mod tiny_pipeline;
