//! The endpoints beside the model of an AutoML job, an inference pipeline's first container and its last. Neither has a
//! model, only the job's features.
//!
//! - `feature-transform` takes a table's rows as CSV, without a header and without the target, and answers each as the
//!   text that the model reads.
//! - `inverse-label-transform` takes the model's answers as JSON Lines and answers in CSV what
//!   `SAGEMAKER_INFERENCE_OUTPUT` names.
//!
//! A row that cannot be read refuses the request: the next container would answer for another row.

mod labels;
mod rows;

#[cfg(test)]
mod tests;

use std::env;
use std::sync::Arc;

use anyhow::{Result, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use columns::Features;

use super::format::{Format, said};
use super::refusal::{refuse, refuse_body, refuse_rows};
use super::request::Refusal;
use super::settings::Settings;
use labels::Outputs;

const MODE: &str = "AUTOML_TRANSFORM_MODE";

/// Which of the two endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    Features,
    Labels(Outputs),
}

impl Role {
    pub fn from_env() -> Result<Option<Role>> {
        Role::read(|name| env::var(name).ok())
    }

    /// `variable` gives each variable's value. None where the endpoint is a model's.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Role>> {
        match variable(MODE).as_deref() {
            None | Some("") => Ok(None),
            Some("feature-transform") => Ok(Some(Role::Features)),
            Some("inverse-label-transform") => Ok(Some(Role::Labels(Outputs::read(variable)?))),
            Some(other) => {
                bail!("{MODE} is {other:?}, neither feature-transform nor inverse-label-transform")
            }
        }
    }

    fn takes(&self) -> Format {
        match self {
            Role::Features => Format::Csv,
            Role::Labels(_) => Format::JsonLines,
        }
    }

    fn answers(&self) -> Format {
        match self {
            Role::Features => Format::JsonLines,
            Role::Labels(_) => Format::Csv,
        }
    }
}

struct Transform {
    role: Role,
    features: Features,
    max_payload_in_mb: usize,
    max_rows: usize,
}

pub fn routes(role: Role, features: Features, settings: &Settings) -> Router {
    let transform = Arc::new(Transform {
        role,
        features,
        max_payload_in_mb: settings.max_payload_in_mb,
        max_rows: settings.max_rows,
    });
    let invocations = move |headers: HeaderMap, body: Result<Bytes, BytesRejection>| {
        let answer = transform.answer(&headers, body);
        async move { answer.unwrap_or_else(|refusal| refusal) }
    };
    Router::new()
        .route("/ping", get(|| async { StatusCode::OK }))
        .route("/invocations", post(invocations))
}

impl Transform {
    /// `Err` is the response to a request that gets no answer.
    fn answer(
        &self,
        headers: &HeaderMap,
        body: Result<Bytes, BytesRejection>,
    ) -> Result<Response, Response> {
        let (takes, answers) = (self.role.takes(), self.role.answers());
        let content_type = said(headers, &header::CONTENT_TYPE);
        if Format::of(content_type) != Some(takes) {
            let reason = format!(
                "content type \"{content_type}\" is not {}",
                takes.content_type()
            );
            return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, &reason));
        }
        // What the caller accepts is what the pipeline's last container answers.
        let accept = said(headers, &header::ACCEPT);
        if self.role != Role::Features && !answers.is_accepted(accept) {
            let reason = format!("none of \"{accept}\" is {}", answers.content_type());
            return Err(refuse(StatusCode::NOT_ACCEPTABLE, &reason));
        }
        let body = body.map_err(|rejection| refuse_body(&rejection, self.max_payload_in_mb))?;
        let body = tables::without_mark(&body);
        let answered = match &self.role {
            Role::Features => rows::texts(&self.features, body, self.max_rows),
            Role::Labels(outputs) => {
                labels::lines(&self.features.labels, outputs, body, self.max_rows)
            }
        };
        let answered = answered.map_err(|refusal| refuse_rows(&refusal))?;
        if answered.is_empty() {
            let nothing = Refusal::Unreadable("the request holds no rows".to_owned());
            return Err(refuse_rows(&nothing));
        }
        Ok(([(header::CONTENT_TYPE, answers.content_type())], answered).into_response())
    }
}
