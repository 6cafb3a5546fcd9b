//! Every sample of `events/` reads as its function's event: no odd field may lose one.

use contracts::event::{
    Endpoint, Event, HumanLoop, ModelPackage, ObjectCreated, PipelineExecution,
};
use serde::de::DeserializeOwned;

use super::setup::event;

fn read<E: DeserializeOwned>(samples: &[&str]) {
    for sample in samples {
        let _: E = event(sample, &[]);
    }
}

#[test]
fn every_sample_reads_as_its_functions_event() {
    read::<Event<ObjectCreated>>(&[
        "other-object-written",
        "upload-folder-marker",
        "upload-human-labels",
        "upload-multipart",
        "upload-put",
        "upload-replace",
    ]);
    read::<start_pipeline::Wake>(&["dataset-version-written", "pipeline-execution-succeeded"]);
    read::<Event<PipelineExecution>>(&[
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
    read::<Event<ModelPackage>>(&[
        "model-package-approved",
        "model-package-duplicate-source-key",
        "model-package-lifecycle-only",
        "model-package-metadata-only",
        "model-package-pending",
        "model-package-rejected-after-approved",
    ]);
    read::<Event<Endpoint>>(&[
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
    read::<Event<HumanLoop>>(&[
        "human-loop-completed",
        "human-loop-expired",
        "human-loop-failed",
        "human-loop-stopped",
    ]);
    read::<predict::Call>(&["predict-direct", "predict-function-url-bad-request"]);
    read::<prepare_retraining::Wake>(&["scheduled-retraining"]);
    read::<reconcile::Wake>(&["scheduled-reconcile"]);
}
