//! Where CloudWatch here does otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::Semantics;

pub(crate) const NOTES: &[Semantics] = &[Semantics {
    api: apis::CLOUDWATCH.name,
    differs: &[
        "The template's alarms are evaluated; the API's operations are refused, and a dashboard is accepted without effect.",
        "An alarm notifies SNS topics; other actions are refused.",
        "Metrics are kept in memory for a day: functions' lines of the embedded metric format, and those of SQS, Lambda and SageMaker that the template's alarms and dashboard name.",
        "An alarm that takes missing data for breaching is not evaluated on periods before the start of this process.",
        "The evaluation range is two periods more than are evaluated, as in AWS's examples; AWS does not state it in general.",
    ],
    operations: &[],
}];
