//! Calls of the endpoint.

use aws_sdk_sagemakerruntime::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sagemakerruntime::operation::invoke_endpoint::InvokeEndpointError;
use aws_smithy_types::Blob;
use contracts::prediction::{InstanceLine, JSON_LINES, PredictionLine};
use policy::invocation::{self, ModelAnswer, Trouble};
use policy::text::{Reviewed, TextColumns};
use tracing::warn;

/// The endpoint, and the columns that its reviews are taken apart by.
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub runtime: aws_sdk_sagemakerruntime::Client,
    pub name: String,
    pub columns: TextColumns,
}

/// What came of one call.
pub struct Answer {
    /// The variant that answered, where one did.
    pub variant: Option<String>,
    /// One a review, in order.
    pub lines: Result<Vec<PredictionLine>, Trouble>,
}

/// By one call, of the named variant or, without one or where it is gone, of whichever SageMaker draws.
/// SageMaker's own records name the call by `inference_id`.
pub async fn classify(
    endpoint: &Endpoint,
    reviews: &[Reviewed],
    variant: Option<&str>,
    inference_id: Option<&str>,
) -> Answer {
    match instances(endpoint, reviews) {
        Ok(instances) => call(endpoint, &instances, variant, inference_id).await,
        Err(trouble) => Answer::none(trouble),
    }
}

/// The same of more reviews than one call takes, one call after another. No more than a call's lines are held.
pub async fn classify_all(
    endpoint: &Endpoint,
    reviews: &[Reviewed],
) -> Result<Vec<PredictionLine>, Trouble> {
    let bytes = reviews
        .iter()
        .map(|review| Ok(line(endpoint, review)?.len()));
    let bytes: Vec<usize> = bytes.collect::<Result<_, Trouble>>()?;
    let mut lines = Vec::with_capacity(reviews.len());
    for places in invocation::calls(bytes) {
        let instances = instances(endpoint, &reviews[places])?;
        lines.extend(call(endpoint, &instances, None, None).await.lines?);
    }
    Ok(lines)
}

impl Answer {
    fn none(trouble: Trouble) -> Self {
        Self {
            variant: None,
            lines: Err(trouble),
        }
    }
}

async fn call(
    endpoint: &Endpoint,
    instances: &[Vec<u8>],
    variant: Option<&str>,
    inference_id: Option<&str>,
) -> Answer {
    let body = instances.concat();
    if let Err(trouble) = invocation::fits(body.len()) {
        return Answer::none(trouble);
    }
    let invoke = endpoint.runtime.invoke_endpoint();
    let invoke = invoke
        .endpoint_name(&endpoint.name)
        .content_type(JSON_LINES)
        .accept(JSON_LINES)
        .set_target_variant(variant.map(str::to_owned))
        .set_inference_id(inference_id.map(str::to_owned))
        .body(Blob::new(body));
    match invoke.send().await {
        Ok(answer) => Answer {
            variant: answer.invoked_production_variant,
            lines: read(
                answer.body.map(Blob::into_inner).unwrap_or_default(),
                instances.len(),
            ),
        },
        // The variant may have left the endpoint since it was chosen.
        Err(error) if variant.is_some() && is_invalid(&error) => {
            Box::pin(call(endpoint, instances, None, inference_id)).await
        }
        Err(error) => Answer::none(trouble(&error)),
    }
}

fn is_invalid(error: &SdkError<InvokeEndpointError>) -> bool {
    let code = error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code);
    code.is_some_and(|code| code.starts_with("Validation"))
}

fn read(answer: Vec<u8>, asked: usize) -> Result<Vec<PredictionLine>, Trouble> {
    // serde's own message would quote the answer.
    let lines = lines(&answer).map_err(|line| {
        Trouble::new(
            502,
            format!("the model's answer is unreadable, line {line}"),
        )
    })?;
    let answered = lines.len();
    if asked != answered {
        let message = format!("the model answered {answered} lines for {asked} texts");
        return Err(Trouble::new(502, message));
    }
    Ok(lines)
}

fn instances(endpoint: &Endpoint, reviews: &[Reviewed]) -> Result<Vec<Vec<u8>>, Trouble> {
    let lines = reviews.iter().map(|review| line(endpoint, review));
    lines.collect()
}

/// A review's line, with its line end.
fn line(endpoint: &Endpoint, review: &Reviewed) -> Result<Vec<u8>, Trouble> {
    let line = serde_json::to_vec(&instance(review, &endpoint.columns));
    let mut line = line.map_err(|error| Trouble::new(400, error.to_string()))?;
    line.push(b'\n');
    Ok(line)
}

/// A review without context goes as a text, which a model of any columns takes.
fn instance(review: &Reviewed, columns: &TextColumns) -> InstanceLine {
    let titled = !review.context.is_empty();
    InstanceLine {
        features: (!titled).then(|| vec![review.text.clone()]),
        fields: titled.then(|| columns.fields(review)),
    }
}

/// `Err` is the number of the line that cannot be read, counted from 1.
fn lines(answer: &[u8]) -> Result<Vec<PredictionLine>, usize> {
    let lines = (1..).zip(answer.split(|byte| *byte == b'\n'));
    lines
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(|(number, line)| serde_json::from_slice(line).map_err(|_| number))
        .collect()
}

fn trouble(error: &SdkError<InvokeEndpointError>) -> Trouble {
    if matches!(error, SdkError::TimeoutError(_)) {
        return Trouble::timed_out();
    }
    let service = error.as_service_error();
    let code = service.and_then(ProvideErrorMetadata::code);
    let message = service.and_then(ProvideErrorMetadata::message);
    let model = match service {
        Some(InvokeEndpointError::ModelError(model)) => Some(ModelAnswer {
            status: model
                .original_status_code()
                .and_then(|status| u16::try_from(status).ok())
                .unwrap_or_default(),
            message: model.original_message().unwrap_or_default(),
        }),
        _ => None,
    };
    let (code, message) = (code.unwrap_or_default(), message.unwrap_or_default());
    let trouble = invocation::trouble(code, message, model);
    // Not the message: a container may quote the texts in it.
    warn!(
        error.code = code,
        model.status = model.map(|model| model.status),
        answered = trouble.status,
        "the endpoint gave no answer"
    );
    trouble
}
