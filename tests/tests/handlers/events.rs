//! Every sample of `events/` reads as its function's event: no odd field may lose one.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::event::{Endpoint, HumanLoop, ModelPackage, ObjectCreated, PipelineExecution};
use serde::de::DeserializeOwned;

use super::setup::event;

fn read<E: DeserializeOwned>(samples: &[&str]) {
    for sample in samples {
        let _: E = event(sample, &[]);
    }
}

#[test]
fn every_sample_reads_as_its_functions_event() {
    read::<register_dataset::Wake>(&[
        "other-object-written",
        "upload-classic-notification",
        "upload-folder-marker",
        "upload-human-labels",
        "upload-multipart",
        "upload-put",
        "upload-replace",
    ]);
    read::<EventBridgeEvent<ObjectCreated>>(&["upload-unlabelled"]);
    read::<start_pipeline::Wake>(&["dataset-version-written", "pipeline-execution-succeeded"]);
    read::<EventBridgeEvent<PipelineExecution>>(&[
        "pipeline-execution-executing",
        "pipeline-execution-failed",
        "pipeline-execution-stopped",
        "pipeline-execution-stopping",
        "pipeline-step-cache-hit",
        "pipeline-step-executing",
        "pipeline-step-failed",
        "pipeline-step-failed-capacity",
        "pipeline-step-succeeded",
    ]);
    read::<export_features::Wake>(&["pipeline-step-prepared"]);
    read::<EventBridgeEvent<ModelPackage>>(&[
        "model-package-approved",
        "model-package-duplicate-source-key",
        "model-package-lifecycle-only",
        "model-package-metadata-only",
        "model-package-pending",
        "model-package-rejected-after-approved",
    ]);
    read::<EventBridgeEvent<Endpoint>>(&[
        "endpoint-creating",
        "endpoint-deleting",
        "endpoint-deployment-baking",
        "endpoint-deployment-scaling",
        "endpoint-failed",
        "endpoint-in-service",
        "endpoint-null-tags-missing-variants",
        "endpoint-out-of-service",
        "endpoint-rolled-back-silently",
        "endpoint-rolling-back",
        "endpoint-system-updating",
        "endpoint-time-is-epoch-string",
        "endpoint-update-rollback-failed",
        "endpoint-updating",
    ]);
    read::<EventBridgeEvent<HumanLoop>>(&[
        "human-loop-completed",
        "human-loop-expired",
        "human-loop-failed",
        "human-loop-stopped",
        "portal-human-loop-completed",
        "portal-human-loop-expired",
        "portal-human-loop-stopped",
    ]);
    read::<lambda_main::call::Call>(&[
        "predict-direct",
        "predict-function-url-bad-request",
        "record-feedback-direct",
    ]);
    read::<serde_json::Value>(&[
        "custom-resource-models-create",
        "custom-resource-models-delete",
        "custom-resource-flow-definition-create",
        "custom-resource-flow-definition-delete",
        "custom-resource-reviewers-create",
        "custom-resource-reviewers-delete",
        "custom-resource-reviewers-update",
        "custom-resource-workforce-create",
        "custom-resource-workforce-delete",
        "custom-resource-workforce-update",
    ]);
    read::<EventBridgeEvent>(&["scheduled-retraining"]);
    read::<EventBridgeEvent>(&["scheduled-reconcile"]);
}
