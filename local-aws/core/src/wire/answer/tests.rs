use std::sync::Arc;

use aws_credential_types::Credentials as SigningCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use axum::body::Body;
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream;
use http::{Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::answer;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::credentials::Credentials;
use crate::operation;
use crate::principal::Principal;
use crate::settings::Settings;
use crate::wire::{AwsError, Front, RawRequest, Table, apis};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Nothing {}

#[derive(Serialize)]
struct Done {}

async fn done(_call: Call, _request: Nothing) -> Result<Done, AwsError> {
    Ok(Done {})
}

async fn echo(_call: Call, request: RawRequest) -> Result<Response<Body>, AwsError> {
    Ok(Response::new(Body::from(request.body)))
}

async fn fail(_call: Call, _request: Nothing) -> Result<Done, AwsError> {
    panic!("on purpose")
}

/// Stands for Amazon S3.
struct Elsewhere;

const ELSEWHERE: u16 = 299;

impl Front for Elsewhere {
    fn answer<'a>(
        &'a self,
        _cloud: &'a Arc<Cloud>,
        _request: Request<Body>,
    ) -> BoxFuture<'a, Response<Body>> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = ELSEWHERE.try_into().unwrap();
        Box::pin(async { response })
    }
}

struct Wire {
    cloud: Arc<Cloud>,
    table: Table,
    user: Credentials,
    _folder: TempDir,
}

fn wire() -> Wire {
    let folder = TempDir::new().unwrap();
    let cloud = Arc::new(Cloud::open(Settings::new(folder.path())).unwrap());
    let invoke =
        operation!(raw "InvokeEndpoint", POST "/endpoints/{EndpointName}/invocations", echo);
    let url = operation!(raw "Url", POST "/function-urls/{FunctionName}/{Path+}", echo);
    let table = Table::new(vec![
        (
            apis::SAGEMAKER,
            vec![
                operation!("ListModels", done),
                operation!("Fail", fail),
                operation!("SignIn", done).unsigned(),
            ],
        ),
        (apis::SAGEMAKER_RUNTIME, vec![invoke.takes(8)]),
        (apis::LAMBDA_FUNCTION_URLS, vec![url]),
        (apis::SQS, vec![operation!("ListQueues", done)]),
    ]);
    Wire {
        user: cloud.credentials_for(&Principal::user()),
        cloud,
        table,
        _folder: folder,
    }
}

impl Wire {
    /// Status and JSON body.
    async fn answer(&self, request: Request<Body>) -> (u16, Value) {
        let response = answer(self.cloud.clone(), &self.table, &Elsewhere, request).await;
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 4096).await;
        let body = serde_json::from_slice(&body.unwrap()).unwrap_or_default();
        (status, body)
    }

    /// A request with this body, signed for a service; only these headers are covered.
    fn signed(
        &self,
        (service, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &'static str,
    ) -> Request<Body> {
        let (id, secret) = (&self.user.access_key_id, &self.user.secret_access_key);
        let identity = SigningCredentials::new(id, secret, None, None, "test").into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name(service)
            .time(self.cloud.world.now().into())
            .settings(SigningSettings::default())
            .build()
            .unwrap()
            .into();
        let uri = format!("http://127.0.0.1{path}");
        let covered = headers.iter().copied();
        let signable = SignableBody::Bytes(body.as_bytes());
        let signable = SignableRequest::new("POST", uri, covered, signable).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        let mut request = Request::post(path).header("host", "127.0.0.1");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::from(body)).unwrap();
        instructions.apply_to_request_http1x(&mut request);
        request
    }
}

fn code(body: &Value) -> &str {
    body["__type"].as_str().unwrap_or_default()
}

const LIST_MODELS: [(&str, &str); 1] = [("x-amz-target", "SageMaker.ListModels")];

#[tokio::test]
async fn a_signature_holds_for_its_own_service() {
    let wire = wire();
    let right = wire.signed(("sagemaker", "/"), &LIST_MODELS, "{}");
    assert_eq!(wire.answer(right).await, (200, json!({})));
    for service in ["sqs", "nonsense"] {
        let wrong = wire.signed((service, "/"), &LIST_MODELS, "{}");
        let (status, body) = wire.answer(wrong).await;
        assert_eq!((status, code(&body)), (403, "InvalidSignatureException"));
        assert!(body["message"].as_str().unwrap().contains("'sagemaker'"));
    }
}

#[tokio::test]
async fn a_signature_covers_the_target_and_the_host() {
    let wire = wire();
    let mut swapped = wire.signed(("sagemaker", "/"), &[], "{}");
    let target = "SageMaker.ListModels".parse().unwrap();
    swapped.headers_mut().insert("x-amz-target", target);
    let (status, body) = wire.answer(swapped).await;
    assert_eq!((status, code(&body)), (403, "InvalidSignatureException"));
    assert!(body["message"].as_str().unwrap().contains("x-amz-target"));

    let mut elsewhere = wire.signed(("sagemaker", "/"), &LIST_MODELS, "{}");
    let headers = elsewhere.headers_mut();
    let authorization = headers["authorization"].to_str().unwrap();
    let without_host = authorization.replace("host;", "");
    headers.insert("authorization", without_host.parse().unwrap());
    let (status, body) = wire.answer(elsewhere).await;
    assert_eq!((status, code(&body)), (403, "InvalidSignatureException"));
    assert!(body["message"].as_str().unwrap().contains("'host'"));
}

#[tokio::test]
async fn a_request_of_an_unknown_signer_is_refused_before_its_body_is_read() {
    let wire = wire();
    let mut request = wire.signed(("sagemaker", "/"), &LIST_MODELS, "{}");
    let headers = request.headers_mut();
    let authorization = headers["authorization"].to_str().unwrap();
    let unknown = authorization.replace(&wire.user.access_key_id, "AKIAUNKNOWN");
    headers.insert("authorization", unknown.parse().unwrap());
    // Whoever reads this body waits for ever.
    *request.body_mut() = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    let (status, body) = wire.answer(request).await;
    assert_eq!((status, code(&body)), (403, "UnrecognizedClientException"));

    let unsigned = Request::post("/").header("x-amz-target", "SageMaker.ListModels");
    let body = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    let (status, body) = wire.answer(unsigned.body(body).unwrap()).await;
    let missing = "MissingAuthenticationTokenException";
    assert_eq!((status, code(&body)), (403, missing));
}

#[tokio::test]
async fn an_operation_that_needs_no_signature_is_answered_whatever_the_request_brings() {
    let wire = wire();
    let sign_in = || Request::post("/").header("x-amz-target", "SageMaker.SignIn");
    let unsigned = sign_in().body(Body::from("{}")).unwrap();
    assert_eq!(wire.answer(unsigned).await, (200, json!({})));

    let target = [("x-amz-target", "SageMaker.SignIn")];
    let mut forged = wire.signed(("sagemaker", "/"), &target, "{}");
    let headers = forged.headers_mut();
    let authorization = headers["authorization"].to_str().unwrap();
    let unknown = authorization.replace(&wire.user.access_key_id, "AKIAUNKNOWN");
    headers.insert("authorization", unknown.parse().unwrap());
    assert_eq!(wire.answer(forged).await, (200, json!({})));

    let stranger = sign_in().body(Body::from(r#"{"Member": 1}"#)).unwrap();
    let (status, body) = wire.answer(stranger).await;
    assert_eq!((status, code(&body)), (400, "ValidationException"));
}

#[tokio::test]
async fn each_operation_has_its_own_limit_on_a_body() {
    let wire = wire();
    let invoke = ("sagemaker", "/endpoints/e/invocations");
    let (status, _) = wire.answer(wire.signed(invoke, &[], "12345678")).await;
    assert_eq!(status, 200);
    let (status, body) = wire.answer(wire.signed(invoke, &[], "123456789")).await;
    assert_eq!(status, 413);
    let message = body["message"].as_str().unwrap();
    assert!(
        message.contains("8 bytes for the InvokeEndpoint"),
        "{message}"
    );
}

#[tokio::test]
async fn an_unsigned_request_is_refused_in_the_words_of_the_service_that_has_its_path() {
    let wire = wire();
    let post = |path: &str| Request::post(path).body(Body::empty()).unwrap();
    let (status, body) = wire.answer(post("/function-urls/predict/")).await;
    assert_eq!((status, body), (403, json!({ "Message": "Forbidden" })));
    let (status, body) = wire.answer(post("/endpoints/e/invocations")).await;
    assert_eq!(status, 403);
    assert_eq!(body["message"], "Request is missing Authentication Token");
    for of_s3 in [
        "/bucket/key",
        "/endpoints/e/invocations?AWSAccessKeyId=K&Signature=version2",
    ] {
        assert_eq!(wire.answer(post(of_s3)).await.0, ELSEWHERE, "{of_s3}");
    }
}

#[tokio::test]
async fn an_operation_that_panics_answers_500() {
    let wire = wire();
    let target = [("x-amz-target", "SageMaker.Fail")];
    let failing = wire.signed(("sagemaker", "/"), &target, "{}");
    let (status, body) = wire.answer(failing).await;
    assert_eq!((status, code(&body)), (500, "InternalFailure"));
}

#[tokio::test]
async fn a_protocol_that_is_not_spoken_is_refused_by_its_name() {
    let wire = wire();
    let path = "/service/GraniteServiceVersion20100801/operation/ListMetrics";
    let headers = [("smithy-protocol", "rpc-v2-json")];
    let (status, body) = wire
        .answer(wire.signed(("monitoring", path), &headers, ""))
        .await;
    assert_eq!(status, 400);
    let message = body["message"].as_str().unwrap();
    assert!(
        message.contains("the protocol rpc-v2-json of /service/Granite"),
        "{message}"
    );
}
