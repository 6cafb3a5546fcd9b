//! The inference pipeline of a candidate: features of a row, the model, and the label in words.

use serde_json::{Value, json};

use local_sagemaker::jobs::{Job, Training};

use super::job::AutoMlJob;
use super::steps::Steps;

/// What the last container can answer.
const SUPPORTED: &str = "predicted_label,probability,labels,probabilities";

/// `InferenceContainers` of a candidate whose model is there.
pub fn of(steps: &Steps, job: &AutoMlJob, model: &Job<Training>) -> Value {
    let features = format!("{}/model.tar.gz", job.features());
    let container = |url: &str, environment: Value| json!({ "Image": steps.image(), "ModelDataUrl": url, "Environment": environment });
    json!([
        container(
            &features,
            json!({ "AUTOML_TRANSFORM_MODE": "feature-transform" })
        ),
        container(&model.request.model_artifacts(), json!({})),
        container(
            &features,
            json!({
                "AUTOML_TRANSFORM_MODE": "inverse-label-transform",
                "SAGEMAKER_INFERENCE_OUTPUT": "predicted_label",
                "SAGEMAKER_INFERENCE_SUPPORTED": SUPPORTED,
            }),
        ),
    ])
}
