//! Extractors: the handler behind one runs for a session only.

use std::sync::Arc;

use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::page::{message, redirect, wants_json};
use super::portal::Portal;
use super::session::Session;
use crate::desk::Desk;

/// The session of a worker whose password is chosen.
pub struct SignedIn(pub Session);

/// A form that a page of the session's sent: its `csrf` was right.
pub struct SessionForm<T>(pub Session, pub T);

/// The same of a worker whose password is chosen.
pub struct SignedInForm<T>(pub Session, pub T);

/// A form that has nothing but its `csrf`.
#[derive(Deserialize)]
pub struct Nothing {}

#[derive(Deserialize)]
struct Confirmed<T> {
    csrf: String,
    #[serde(flatten)]
    form: T,
}

impl<D: Desk> FromRequestParts<Arc<Portal<D>>> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        portal: &Arc<Portal<D>>,
    ) -> Result<Self, Response> {
        let session = session(portal, &parts.headers).await?;
        chosen(session).map(Self)
    }
}

impl<D: Desk, T: DeserializeOwned + Send> FromRequest<Arc<Portal<D>>> for SessionForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, portal: &Arc<Portal<D>>) -> Result<Self, Response> {
        let headers = request.headers().clone();
        let session = session(portal, &headers).await?;
        let Form(Confirmed { csrf, form }) = Form::from_request(request, portal)
            .await
            .map_err(IntoResponse::into_response)?;
        if csrf != session.csrf {
            let text = "This page is out of date. Go back, reload it and try again.";
            return Err(message(&headers, StatusCode::FORBIDDEN, "Out of date", text).await);
        }
        Ok(Self(session, form))
    }
}

impl<D: Desk, T: DeserializeOwned + Send> FromRequest<Arc<Portal<D>>> for SignedInForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, portal: &Arc<Portal<D>>) -> Result<Self, Response> {
        let SessionForm(session, form) = SessionForm::from_request(request, portal).await?;
        Ok(Self(chosen(session)?, form))
    }
}

/// The session, or the response that leads to one.
async fn session<D: Desk>(portal: &Portal<D>, headers: &HeaderMap) -> Result<Session, Response> {
    match portal.session(headers).await {
        Some(session) => Ok(session),
        None if wants_json(headers) => {
            let status = StatusCode::UNAUTHORIZED;
            Err(message(headers, status, "Signed out", "sign in first").await)
        }
        None => Err(redirect("/signin")),
    }
}

fn chosen(session: Session) -> Result<Session, Response> {
    if session.must_choose_password {
        return Err(redirect("/new-password"));
    }
    Ok(session)
}
