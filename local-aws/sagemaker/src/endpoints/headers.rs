//! `InvokeEndpoint`'s members that travel as headers: those that are honoured, and those that lead
//! elsewhere than through the containers of one model.

use serde_json::{Map, Value};

use local_core::Call;
use local_core::wire::constraints::check;
use local_core::wire::headers::{Header, members, refuse};
use local_core::wire::{AwsError, RawRequest};

pub const CONTENT_TYPE: &str = "content-type";
pub const ACCEPT: &str = "accept";
pub const VARIANT: &str = "x-amzn-sagemaker-target-variant";
pub const ATTRIBUTES: &str = "x-amzn-sagemaker-custom-attributes";
pub const INFERENCE_ID: &str = "x-amzn-sagemaker-inference-id";

const HONOURED: [Header; 5] = [
    ("ContentType", CONTENT_TYPE),
    ("Accept", ACCEPT),
    ("CustomAttributes", ATTRIBUTES),
    ("TargetVariant", VARIANT),
    ("InferenceId", INFERENCE_ID),
];

const REFUSED: [Header; 5] = [
    ("TargetModel", "x-amzn-sagemaker-target-model"),
    (
        "TargetContainerHostname",
        "x-amzn-sagemaker-target-container-hostname",
    ),
    ("EnableExplanations", "x-amzn-sagemaker-enable-explanations"),
    (
        "InferenceComponentName",
        "x-amzn-sagemaker-inference-component",
    ),
    ("SessionId", "x-amzn-sagemaker-session-id"),
];

/// The names that SEMANTICS.md lists.
pub const HONOURED_MEMBERS: [&str; 7] = {
    let [a, b, c, d, e] = members(HONOURED);
    ["EndpointName", "Body", a, b, c, d, e]
};
pub const REFUSED_MEMBERS: [&str; 5] = members(REFUSED);

/// Refuses a request with a member that is not honoured, or outside of its limits.
pub fn read(call: &Call, request: &RawRequest) -> Result<(), AwsError> {
    refuse("InvokeEndpoint", &REFUSED, request)?;
    let text = |(member, value): (&str, &str)| (member.to_owned(), Value::from(value));
    let name = text(("EndpointName", request.label("EndpointName")));
    let others = HONOURED
        .iter()
        .filter_map(|(member, header)| Some(text((member, request.header(header)?))));
    let members: Map<String, Value> = others.chain([name]).collect();
    check(&call.cloud, "InvokeEndpoint", &members.into())
}
