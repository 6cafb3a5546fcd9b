//! A2I's limits on members: of human loops, and of flow definitions, which are SageMaker's.
//!
//! Source: the API references of Amazon Augmented AI Runtime and of Amazon SageMaker. The longest
//! lifetime and time limit are no part of the model; the service holds them. No sentence repeats a
//! loop's input.

use local_core::wire::Operation;
use local_core::wire::constraints::Constraints;
use local_core::wire::constraints::Rule::{Hidden, Items, Length, Pattern, Range};
use local_core::wire::limits::{Limit, PAGES, ROLES, S3_URI, TAGS, in_each};

pub fn constraints(human_loops: &[Operation], flow_definitions: &[Operation]) -> Vec<Constraints> {
    let tables = [
        in_each(human_loops, &[PAGES, OF_HUMAN_LOOPS]),
        in_each(flow_definitions, &[PAGES, ROLES, TAGS, OF_FLOW_DEFINITIONS]),
    ];
    let code = "ValidationException";
    tables.map(|table| Constraints { code, table }).into()
}

const OF_HUMAN_LOOPS: &[Limit] = &[
    ("HumanLoopName", Length(1, 63)),
    ("HumanLoopName", Pattern("^[a-z0-9](-*[a-z0-9])*$")),
    ("FlowDefinitionArn", Length(0, 1024)),
    (
        "FlowDefinitionArn",
        Pattern(r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:flow-definition/.*"),
    ),
    (
        "HumanLoopInput.InputContent",
        Hidden(&Length(0, 3 * 1024 * 1024)),
    ),
    ("DataAttributes.ContentClassifiers", Items(0, 256)),
];

const OF_FLOW_DEFINITIONS: &[Limit] = &[
    ("FlowDefinitionName", Length(1, 63)),
    ("FlowDefinitionName", Pattern("[a-z0-9](-*[a-z0-9]){0,62}")),
    ("HumanLoopConfig.WorkteamArn", Length(0, 256)),
    (
        "HumanLoopConfig.WorkteamArn",
        Pattern(r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:workteam/.*"),
    ),
    ("HumanLoopConfig.HumanTaskUiArn", Length(0, 1024)),
    (
        "HumanLoopConfig.HumanTaskUiArn",
        Pattern(r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]+:[0-9]{12}:human-task-ui/.*"),
    ),
    ("HumanLoopConfig.TaskTitle", Length(1, 128)),
    (
        "HumanLoopConfig.TaskTitle",
        Pattern(r"[\t\n\r -\uD7FF\uE000-\uFFFD]*"),
    ),
    ("HumanLoopConfig.TaskDescription", Length(1, 255)),
    ("HumanLoopConfig.TaskDescription", Pattern(".+")),
    ("HumanLoopConfig.TaskCount", Range(1, 3)),
    (
        "HumanLoopConfig.TaskAvailabilityLifetimeInSeconds",
        Range(1, 864_000),
    ),
    ("HumanLoopConfig.TaskTimeLimitInSeconds", Range(30, 28_800)),
    ("HumanLoopConfig.TaskKeywords", Items(1, 5)),
    ("HumanLoopConfig.TaskKeywords[]", Length(1, 30)),
    (
        "HumanLoopConfig.TaskKeywords[]",
        Pattern("[A-Za-z0-9]+( [A-Za-z0-9]+)*"),
    ),
    ("OutputConfig.S3OutputPath", Length(0, 1024)),
    ("OutputConfig.S3OutputPath", Pattern(S3_URI)),
];
