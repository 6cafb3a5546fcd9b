//! Where SageMaker's registry, jobs and endpoints here do otherwise than AWS's. SEMANTICS.md is
//! written from it.

use crate::endpoints::headers::{HONOURED_MEMBERS, REFUSED_MEMBERS};
use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[
    Semantics {
        api: apis::SAGEMAKER.name,
        differs: &[
            "An image runs as the local program of that name, without a container: it sees the machine's files.",
            "Quotas on instances are 20 for each type and use, unless the settings name another; the one on serverless concurrency is each variant's own.",
            "An instance type may have any name: AWS's lists of them are not kept.",
            "The variables that a loader, the C library, a shell or an interpreter takes code from, and those that local-aws sets itself, are refused in an Environment.",
            "A model archive holds regular files and folders, at most 8 GiB unpacked.",
        ],
        operations: &[
            Note::differs(
                "CreateTrainingJob",
                &[
                    "`RoleArn`, `VolumeSizeInGB`, `ProfilerConfig` and `ExperimentConfig` are recorded and described, without effect.",
                    "Metrics are read from the log; a describe shows the last values. One that is not finite is left out, and so are those of an attempt that the end of local-aws interrupted, unless the job has checkpoints.",
                    "`KmsKeyId` of `OutputDataConfig` is described as \"\" and taken if it is that.",
                    "Managed spot training has capacity at once and costs what other training does: `MaxWaitTimeInSeconds` is checked and described, and ends no job; the quota is that of other training jobs. What interrupts a job is the end of local-aws; the next start begins it again, with its checkpoints.",
                    "`LocalPath` is `/opt/ml/checkpoints` or below it. A file is copied to S3 when nothing in its folder has changed for a fifth of a second, JSON after the others of its look, and all that is new when the program has ended. Names that begin with a dot are not copied.",
                ],
            ),
            Note::differs(
                "CreateProcessingJob",
                &[
                    "`RoleArn`, `VolumeSizeInGB` and `ExperimentConfig` are recorded and described, without effect.",
                ],
            ),
            Note::differs(
                "CreateModel",
                &[
                    "An inference pipeline has a process for each container: a request has a minute for all of them, the last one gets the caller's `Accept`, and `ModelError` names the one that answered with an error. `Direct` is refused by name.",
                    "A model package of several containers takes no `Environment` and no `ContainerHostname` of the request.",
                ],
            ),
            Note::differs(
                "CreateEndpointConfig",
                &[
                    "`MemorySizeInMB` and the sizes of volumes are recorded, without effect.",
                    "A shadow gets copies of as large a part of the requests as its weight is of the production variant's, all of them at the most; AWS's pages do not say how weights count. At most 64 copies are under way: beyond that, requests have none.",
                    "Captured data are written once a minute, when an endpoint is deleted and when local-aws stops, in the name of the model's role; answers that are errors are not captured, and nothing is beyond 64 MiB a minute.",
                ],
            ),
            Note::differs(
                "QueryLineage",
                &[
                    "Lineage is derived from the jobs, model packages and endpoints that are there: what is deleted has left it, and an approval is the one of now. Nothing is added to it by hand.",
                    "`StartArns` names one entity; a page has 50 vertices unless the request says fewer.",
                ],
            ),
            Note::differs(
                "UpdateEndpoint",
                &[
                    "Without `DeploymentConfig` traffic moves in one step: nothing bakes, and the old servers end when they have answered what they got. `ActivatingTraffic` and `InService` follow each other in two commits: their events come, and a describe hardly sees the first.",
                    "A step of `CAPACITY_PERCENT` is that part of the requests, however few instances there are. `TerminationWaitInSeconds` is the last step's baking, with the old fleet idle.",
                    "Alarms are looked at each second while a step bakes. One that is not there, or that a model's role may not look at, is refused, and so are other variant names than before and a time limit that is not longer than all waits: AWS's pages say what must be, and not what is answered.",
                    "An endpoint that has had a `DeploymentConfig` is measured by `EndpointConfigName`, too.",
                ],
            ),
        ],
    },
    Semantics {
        api: apis::SAGEMAKER_RUNTIME.name,
        differs: &[],
        operations: &[Note {
            refuses: &REFUSED_MEMBERS,
            differs: &[
                "A serverless variant answers at once, without a cold start; beyond its `MaxConcurrency` it answers 400 ThrottlingException, and 400 ValidationError to a body over 4 MiB; an answer over 4 MiB is a ModelError.",
                "A server that is being started again answers 503 ServiceUnavailable, and ModelError's `LogStreamArn` is empty.",
            ],
            ..Note::honours("InvokeEndpoint", &HONOURED_MEMBERS)
        }],
    },
];
