//! Where CloudWatch here does otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[Semantics {
    api: apis::CLOUDWATCH.name,
    differs: &[
        "JSON and CBOR (`rpc-v2-cbor`) are spoken: a request as a form (the query protocol) is refused.",
        "Alarms are the template's and a caller's own, on one metric; metrics are those of the services: PutMetricData is refused, and a dashboard is accepted without effect.",
        "An alarm notifies SNS topics; other actions are refused.",
        "Metrics are kept in memory for a day and by the minute, at most 1,000 of them: functions' lines of the embedded metric format, and those of SQS, Lambda and SageMaker that alarms, the dashboard or the labs name. What was measured before the start of this process is gone.",
        "A metric has one unit, that of its last value.",
        "An alarm that takes missing data for breaching is not evaluated on periods before the start of this process.",
        "The evaluation range is two periods more than are evaluated, as in AWS's examples; AWS does not state it in general.",
    ],
    operations: &[
        Note::differs(
            "GetMetricStatistics",
            &[
                "Periods are counted from `StartTime`, rounded down to the minute. Periods below a minute are refused.",
                "A percentile is within one part in a hundred of the value; trimmed means and their like are refused.",
            ],
        ),
        Note::differs(
            "GetMetricData",
            &[
                "Math expressions, Metrics Insights queries and dynamic labels are refused. Without `Label` a result's label is the metric's name.",
                "Periods and percentiles are those of GetMetricStatistics. Every page names every query.",
            ],
        ),
        Note::differs("DescribeAlarms", &["There are metric alarms alone."]),
    ],
}];
