//! Extractors: the handler behind one runs for a session only.

use std::sync::Arc;

use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::cookie::Cookie;
use super::kept::Kept;
use super::page::{message, redirect, wants_json};
use super::portal::Portal;
use super::visit::{NotIn, Visit, csrf};
use crate::desk::Desk;

/// The session of a worker whose password is chosen.
pub struct SignedIn(pub Visit);

/// A form that a page of the cookie's session sent: its `csrf` was right. The desk is not asked.
pub struct OwnForm<T>(pub T);

/// The same of a session.
pub struct SessionForm<T>(pub Visit, pub T);

/// The same of a worker whose password is chosen.
pub struct SignedInForm<T>(pub Visit, pub T);

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
        match Visit::at_work(portal, &parts.headers).await {
            Ok(visit) => Ok(Self(visit)),
            Err(NotIn::SignedOut) if !wants_json(&parts.headers) => Err(redirect(
                &Kept::on_the_way_to(parts.uri.path()).sign_in_path(),
            )),
            Err(not_in) => Err(not_in.response(&parts.headers).await),
        }
    }
}

impl<D: Desk, T: DeserializeOwned + Send> FromRequest<Arc<Portal<D>>> for OwnForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, portal: &Arc<Portal<D>>) -> Result<Self, Response> {
        let headers = request.headers().clone();
        let Some(token) = Cookie::Session.of(&headers) else {
            return Err(NotIn::SignedOut.response(&headers).await);
        };
        let form = Form::from_request(request, portal).await;
        let Form(Confirmed { csrf: given, form }) = form.map_err(IntoResponse::into_response)?;
        if given != csrf(token) {
            let text = "This page is out of date. Go back, reload it and try again.";
            return Err(message(&headers, StatusCode::FORBIDDEN, "Out of date", text).await);
        }
        Ok(Self(form))
    }
}

impl<D: Desk, T: DeserializeOwned + Send> FromRequest<Arc<Portal<D>>> for SessionForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, portal: &Arc<Portal<D>>) -> Result<Self, Response> {
        let headers = request.headers().clone();
        let OwnForm(form) = OwnForm::from_request(request, portal).await?;
        match Visit::of(portal, &headers).await {
            Ok(visit) => Ok(Self(visit, form)),
            Err(not_in) => Err(not_in.response(&headers).await),
        }
    }
}

impl<D: Desk, T: DeserializeOwned + Send> FromRequest<Arc<Portal<D>>> for SignedInForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, portal: &Arc<Portal<D>>) -> Result<Self, Response> {
        let headers = request.headers().clone();
        let OwnForm(form) = OwnForm::from_request(request, portal).await?;
        match Visit::at_work(portal, &headers).await {
            Ok(visit) => Ok(Self(visit, form)),
            Err(not_in) => Err(not_in.response(&headers).await),
        }
    }
}
