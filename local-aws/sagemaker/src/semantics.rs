//! Where SageMaker's registry, jobs and endpoints here do otherwise than AWS's. SEMANTICS.md is
//! written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[
    Semantics {
        api: apis::SAGEMAKER.name,
        differs: &[
            "An image runs as the local program of that name, without a container: it sees the machine's files.",
            "There is no quota on instances: every job starts at once.",
        ],
        operations: &[
            Note::differs(
                "CreateTrainingJob",
                &[
                    "`RoleArn`, `VolumeSizeInGB`, `ProfilerConfig` and `ExperimentConfig` are recorded and described, without effect.",
                    "Metrics are read from the log; a describe shows the last values.",
                ],
            ),
            Note::differs(
                "CreateProcessingJob",
                &[
                    "`RoleArn`, `VolumeSizeInGB` and `ExperimentConfig` are recorded and described, without effect.",
                ],
            ),
            Note::differs(
                "CreateEndpointConfig",
                &["`MemorySizeInMB` and the sizes of volumes are recorded, without effect."],
            ),
            Note::differs(
                "UpdateEndpoint",
                &["Traffic moves in one step: nothing bakes, and the old servers end at once."],
            ),
        ],
    },
    Semantics {
        api: apis::SAGEMAKER_RUNTIME.name,
        differs: &[],
        operations: &[Note {
            refuses: &[
                "TargetModel",
                "TargetContainerHostname",
                "EnableExplanations",
                "InferenceComponentName",
                "SessionId",
            ],
            ..Note::honours(
                "InvokeEndpoint",
                &[
                    "EndpointName",
                    "Body",
                    "ContentType",
                    "Accept",
                    "CustomAttributes",
                    "TargetVariant",
                    "InferenceId",
                ],
            )
        }],
    },
];
