//! The operations of Lambda's API.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::function::Deployed;
use super::headers;
use super::invoke::{Invocation, invoke as run, rfc3339, slot_for_caller};
use super::queue::enqueue;
use local_core::Call;
use local_core::wire::{AwsError, RawRequest};

pub(super) async fn invoke(call: Call, request: RawRequest) -> Result<Response<Body>, AwsError> {
    only_latest(request.query("Qualifier"))?;
    headers::check(&request)?;
    let identifier = request.label("FunctionName");
    let deployed = call
        .cloud
        .store
        .read(|tx| Deployed::find(&call.cloud, tx, &call.region, identifier))?;
    let payload = if request.body.is_empty() {
        "{}".into()
    } else {
        request.body.clone()
    };
    if serde_json::from_slice::<serde::de::IgnoredAny>(&payload).is_err() {
        return Err(AwsError::new(
            400,
            "InvalidRequestContentException",
            "Could not parse request body into json",
        ));
    }
    match request
        .header("x-amz-invocation-type")
        .unwrap_or("RequestResponse")
    {
        "RequestResponse" => {
            let slot = slot_for_caller(&call.cloud, &deployed).await?;
            let invocation = Invocation {
                request_id: call.request_id.clone(),
                payload,
            };
            let outcome = run(&call.cloud, &deployed, invocation, slot).await;
            let mut response = Response::builder().header("x-amz-executed-version", "$LATEST");
            if let Some(error) = outcome.function_error {
                response = response.header("x-amz-function-error", error);
            }
            if request.header("x-amz-log-type") == Some("Tail") {
                response = response.header("x-amz-log-result", STANDARD.encode(&outcome.log_tail));
            }
            response
                .body(Body::from(outcome.payload))
                .map_err(AwsError::internal)
        }
        "Event" => {
            let payload = std::str::from_utf8(&payload).map_err(AwsError::internal)?;
            let name = &deployed.function.name;
            call.cloud
                .store
                .write(|tx| enqueue(&call.cloud, tx, &call.region, name, payload))?;
            empty(202)
        }
        "DryRun" => empty(204),
        other => Err(AwsError::new(
            400,
            "InvalidParameterValueException",
            format!("{other} is not an invocation type"),
        )),
    }
}

fn empty(status: u16) -> Result<Response<Body>, AwsError> {
    Response::builder()
        .status(status)
        .body(Body::empty())
        .map_err(AwsError::internal)
}

fn only_latest(qualifier: Option<&str>) -> Result<(), AwsError> {
    match qualifier {
        None | Some("$LATEST") => Ok(()),
        Some(other) => Err(AwsError::unsupported(format!(
            "local-aws has only the version $LATEST, not {other}"
        ))),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct FunctionRequest {
    function_name: String,
    qualifier: Option<String>,
}

impl FunctionRequest {
    fn find(&self, call: &Call) -> Result<Deployed, AwsError> {
        only_latest(self.qualifier.as_deref())?;
        call.cloud
            .store
            .read(|tx| Deployed::find(&call.cloud, tx, &call.region, &self.function_name))
    }
}

pub(super) async fn get_function_configuration(
    call: Call,
    request: FunctionRequest,
) -> Result<Value, AwsError> {
    Ok(configuration(&call, &request.find(&call)?))
}

pub(super) async fn get_function(call: Call, request: FunctionRequest) -> Result<Value, AwsError> {
    let deployed = request.find(&call)?;
    let reserved = deployed.function.reserved_concurrent_executions;
    Ok(json!({
        "Configuration": configuration(&call, &deployed),
        "Concurrency": reserved.map(|count| json!({ "ReservedConcurrentExecutions": count })),
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListFunctionsRequest {
    #[serde(default, deserialize_with = "local_core::wire::number")]
    max_items: usize,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListFunctionsResponse {
    functions: Vec<Value>,
    next_marker: Option<String>,
}

pub(super) async fn list_functions(
    call: Call,
    request: ListFunctionsRequest,
) -> Result<ListFunctionsResponse, AwsError> {
    let page = if request.max_items == 0 {
        50
    } else {
        request.max_items
    };
    let after = request.marker.unwrap_or_default();
    let all = call.cloud.store.read(|tx| Deployed::list(tx, &call.region));
    let mut rest = all
        .into_iter()
        .filter(|deployed| deployed.function.name > after)
        .peekable();
    let functions: Vec<Deployed> = rest.by_ref().take(page).collect();
    let last = functions
        .last()
        .map(|deployed| deployed.function.name.clone());
    Ok(ListFunctionsResponse {
        functions: functions
            .iter()
            .map(|deployed| configuration(&call, deployed))
            .collect(),
        next_marker: rest.peek().and(last),
    })
}

fn configuration(call: &Call, deployed: &Deployed) -> Value {
    let function = &deployed.function;
    json!({
        "FunctionName": function.name,
        "FunctionArn": function.arn(&call.cloud),
        "Runtime": function.runtime,
        "Architectures": function.architectures,
        "Role": function.role,
        "Handler": function.handler,
        "Timeout": function.timeout_seconds,
        "MemorySize": function.memory_mb,
        "Environment": { "Variables": function.environment },
        "LastModified": rfc3339(deployed.last_modified),
        "RevisionId": deployed.revision_id,
        "Version": "$LATEST",
        "PackageType": "Zip",
        "State": "Active",
        "LastUpdateStatus": "Successful",
    })
}

pub(super) async fn get_function_url_config(
    call: Call,
    request: FunctionRequest,
) -> Result<Value, AwsError> {
    let deployed = request.find(&call)?;
    let Some(url) = &deployed.function.url else {
        return Err(AwsError::new(
            404,
            "ResourceNotFoundException",
            "The resource you requested does not exist.",
        ));
    };
    Ok(json!({
        "FunctionUrl": super::url::of(&call.cloud, &deployed.function),
        "FunctionArn": deployed.function.arn(&call.cloud),
        "AuthType": if url.is_public { "NONE" } else { "AWS_IAM" },
        "InvokeMode": "BUFFERED",
        "CreationTime": rfc3339(url.created_at),
        "LastModifiedTime": rfc3339(deployed.last_modified),
    }))
}
