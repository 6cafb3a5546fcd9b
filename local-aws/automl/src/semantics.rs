//! Where SageMaker's AutoML jobs here do otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

/// Of both versions of Create.
const CREATE: &[&str] = &[
    "There are AutoML jobs where the settings name the image of their programs; they classify: Regression, and in the second version time series, images and text generation are refused by name, and so are `AlgorithmsConfig`, `FeatureDataTypes` of the file at `FeatureSpecificationS3Uri`, `SampleWeightAttributeName`, `ModelDeployConfig` and Gzip. The objective is Accuracy, BalancedAccuracy or F1macro, which are read from the log of the training job. The objective F1, of one class, is refused; without an objective the candidates of two classes are chosen by F1macro, the mean of both, where AWS has F1.",
    "`ValidationFraction` beside a validation channel is refused.",
    "The candidates are five at the most, trained one after the other in this order: word n-grams, fastText, the mean of several models, word n-grams of three words, fastText of three words. With fewer than `MaxCandidates` it is over all the same. ENSEMBLING trains the mean alone, HYPERPARAMETER_TUNING the others. The rows that score the mean have chosen its weights, so that its score is a little too high: on few rows it may be the best by chance.",
    "The jobs run on ml.m5.4xlarge. A step waits until an instance is free. When `MaxAutoMLJobRuntimeInSeconds` are over, the best of the candidates that are there is kept, unexplained; without one the job is Failed.",
    "AWS asks for 500 rows; here a class needs five.",
];

pub(crate) const NOTES: &[Semantics] = &[Semantics {
    api: apis::SAGEMAKER.name,
    differs: &[],
    operations: &[
        Note::differs("CreateAutoMLJob", CREATE),
        Note::differs("CreateAutoMLJobV2", CREATE),
        Note::differs(
            "DescribeAutoMLJob",
            &[
                "`BestCandidate` is there when all candidates have been trained. The best one alone is explained: by the importance of each column, in place of Clarify's SHAP values.",
                "`ResolvedAttributes` repeats the `CompletionCriteria` of the request, without AWS's defaults.",
            ],
        ),
        Note::differs(
            "ListCandidatesForAutoMLJob",
            &[
                "A candidate's name is its training job's. Its steps are the analysis, the features and the training.",
            ],
        ),
    ],
}];
