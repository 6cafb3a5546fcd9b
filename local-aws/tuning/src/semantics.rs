//! Where SageMaker's tuning jobs here do otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[Semantics {
    api: apis::SAGEMAKER.name,
    differs: &[],
    operations: &[
        Note::differs(
            "CreateHyperParameterTuningJob",
            &[
                "A definition has one algorithm: `TrainingJobDefinitions`, `Autotune`, `AutoParameters`, `InstanceConfigs`, `RetryStrategy` and built-in algorithms by `AlgorithmName` are refused by name, and so is `CompleteOnConvergence` Enabled: AWS does not say how it detects convergence.",
                "The strategies are those of the crate `tuning`; AWS does not publish its own. The same `RandomSeed`, ranges and results give the same values.",
                "An epoch is a line of the log with the objective metric. `TrainingJobEarlyStoppingType` Auto is AWS's rule, the median of running averages; Hyperband is successive halving with the reduction 3, and stops a training job at `MaxResource`. Neither stops one after its own last epoch, where its hyperparameters tell their number (`epochs`): the program ends itself, with its model. The logs are read every fifth of a second.",
                "The objective is the last value in the log; one that is not finite is none, and neither is that of a training job that failed.",
                "Where other jobs have taken the instances, trials wait until some are free. A failed training job is not tried again, whatever it failed by.",
                "The quota on the training jobs of a tuning job is AWS's default, 750, for each strategy; the other quotas on tuning jobs are not held.",
                "Each training job keeps its checkpoints below its own name in `CheckpointConfig`'s `S3Uri`.",
                "Of a warm start's restrictions those on the parents' status, the objective, names and types are checked; whether data and algorithm are identical, and how many values changed, is not.",
            ],
        ),
        Note::differs(
            "DescribeHyperParameterTuningJob",
            &[
                "The best training job is the best of those that have completed; where none has, of those that were stopped. Training jobs improve or not in the order of their launch. `ConvergenceDetectedTime` is never there.",
                "`ResourceConfig` is described also where the request has `HyperParameterTuningResourceConfig`.",
            ],
        ),
        Note::differs(
            "DeleteHyperParameterTuningJob",
            &["A tuning job that has not ended is refused."],
        ),
    ],
}];
