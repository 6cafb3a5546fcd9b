//! The shapes of AWS's protocols around an operation's answer.

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::error::AwsError;
use super::operation::Answer;
use super::query;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Operations by `X-Amz-Target: PREFIX.Operation`.
    AwsJson1_0 {
        target_prefix: &'static str,
    },
    AwsJson1_1 {
        target_prefix: &'static str,
    },
    /// Operations by method and path.
    RestJson,
    /// A function's own address: by method and path, with errors of one member.
    FunctionUrl,
    /// Operations by the form field `Action`; answers in XML of this namespace.
    Query {
        namespace: &'static str,
    },
}

impl Protocol {
    pub(super) fn target_prefix(self) -> Option<&'static str> {
        match self {
            Self::AwsJson1_0 { target_prefix } | Self::AwsJson1_1 { target_prefix } => {
                Some(target_prefix)
            }
            Self::RestJson | Self::FunctionUrl | Self::Query { .. } => None,
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::AwsJson1_0 { .. } => "application/x-amz-json-1.0",
            Self::AwsJson1_1 { .. } => "application/x-amz-json-1.1",
            Self::RestJson | Self::FunctionUrl => "application/json",
            Self::Query { .. } => "text/xml",
        }
    }

    /// The refusal of a request without a signature.
    pub(super) fn unsigned(self) -> AwsError {
        let (code, message) = match self {
            Self::FunctionUrl => ("AccessDeniedException", "Forbidden"),
            _ => (
                "MissingAuthenticationTokenException",
                "Request is missing Authentication Token",
            ),
        };
        AwsError::new(403, code, message)
    }

    /// A denial in this protocol: 400 where all of the caller's errors are, as in awsJson 1.1.
    pub(super) fn denied(self, mut denial: AwsError) -> AwsError {
        if denial.is_access_denied() {
            denial.status = match self {
                Self::AwsJson1_0 { .. } | Self::AwsJson1_1 { .. } => 400,
                Self::RestJson | Self::FunctionUrl | Self::Query { .. } => 403,
            };
        }
        denial
    }

    pub(super) fn success(
        self,
        operation: &str,
        answer: Answer,
        request_id: &str,
    ) -> Response<Body> {
        let mut response = match (answer, self) {
            (Answer::Raw(response), _) => response,
            (Answer::Members(members), Self::Query { namespace }) => Response::new(Body::from(
                query::success(namespace, operation, &members, request_id),
            )),
            (Answer::Members(members), _) => Response::new(Body::from(members.to_string())),
        };
        response
            .headers_mut()
            .entry(CONTENT_TYPE)
            .or_insert(HeaderValue::from_static(self.content_type()));
        with_request_id(response, request_id)
    }

    pub(super) fn error(self, error: &AwsError, request_id: &str) -> Response<Body> {
        let body = match self {
            Self::Query { namespace } => query::error(namespace, error, request_id),
            Self::RestJson => members(error, None),
            Self::FunctionUrl => json!({ "Message": error.message }).to_string(),
            Self::AwsJson1_0 { .. } | Self::AwsJson1_1 { .. } => members(error, Some(&error.code)),
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() =
            StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type()));
        if let Ok(code) = HeaderValue::from_str(&error.code) {
            headers.insert("x-amzn-errortype", code);
        }
        // SQS and CloudWatch still tell the code of their older protocol besides.
        if let (Self::AwsJson1_0 { .. }, Some(code)) = (self, error.query_code)
            && let Ok(code) = HeaderValue::from_str(&format!("{code};Sender"))
        {
            headers.insert("x-amzn-query-error", code);
        }
        with_request_id(response, request_id)
    }
}

fn members(error: &AwsError, code: Option<&str>) -> String {
    let mut members = error.members.clone();
    if let Some(code) = code {
        members.insert("__type".to_owned(), json!(code));
    }
    // Models spell the member either way; SDKs read both, botocore's checks ignore a stranger.
    members.insert("message".to_owned(), json!(error.message));
    members.insert("Message".to_owned(), json!(error.message));
    Value::Object(members).to_string()
}

fn with_request_id(mut response: Response<Body>, request_id: &str) -> Response<Body> {
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}
