//! A request of a session: what its cookies bring, and what the desk knows of that.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::cookie::Cookie;
use super::page::{message, redirect, unavailable, wants_json};
use super::portal::Portal;
use crate::desk::{Desk, Given, Session, Unavailable, Worker};

pub struct Visit {
    pub token: String,
    pub csrf: String,
    pub worker: Worker,
    pub must_choose_password: bool,
    /// [`Cookie::Answered`].
    pub answered: usize,
    /// [`Cookie::Last`].
    pub last: Option<String>,
}

/// Why a request is no worker's at work.
pub enum NotIn {
    SignedOut,
    MustChoosePassword,
    Unavailable,
}

/// What a form of a page of this session brings along. Nobody who has not the token knows it, and the token does
/// not follow from it.
pub fn csrf(token: &str) -> String {
    format!("{:x}", Sha256::digest(format!("csrf {token}")))
}

impl Visit {
    pub async fn of<D: Desk>(portal: &Portal<D>, headers: &HeaderMap) -> Result<Self, NotIn> {
        let token = Cookie::Session.of(headers).ok_or(NotIn::SignedOut)?;
        let session = portal.desk.session(token).await?;
        let Session {
            worker,
            must_choose_password,
        } = session.ok_or(NotIn::SignedOut)?;
        let answered = Cookie::Answered.of(headers);
        let answered: Option<u16> = answered.and_then(|answered| answered.parse().ok());
        Ok(Self {
            token: token.to_owned(),
            csrf: csrf(token),
            worker,
            must_choose_password,
            answered: answered.unwrap_or_default().into(),
            last: Cookie::Last.of(headers).map(str::to_owned),
        })
    }

    /// The last answer, while it may be changed.
    pub async fn changeable<D: Desk>(&self, desk: &D) -> Option<Given> {
        let last = self.last.as_deref()?;
        // A page is shown without it, too.
        let given = desk.given(&self.worker, last).await.ok().flatten();
        given.filter(|given| given.change_until.is_some())
    }

    /// The same of a worker whose password is chosen.
    pub async fn at_work<D: Desk>(portal: &Portal<D>, headers: &HeaderMap) -> Result<Self, NotIn> {
        let visit = Self::of(portal, headers).await?;
        if visit.must_choose_password {
            return Err(NotIn::MustChoosePassword);
        }
        Ok(visit)
    }
}

impl From<Unavailable> for NotIn {
    fn from(Unavailable: Unavailable) -> Self {
        Self::Unavailable
    }
}

impl NotIn {
    /// What leads to a session.
    pub async fn response(self, headers: &HeaderMap) -> Response {
        match self {
            Self::SignedOut if wants_json(headers) => {
                let status = StatusCode::UNAUTHORIZED;
                message(headers, status, "Signed out", "sign in first").await
            }
            Self::SignedOut => redirect("/signin"),
            Self::MustChoosePassword => redirect("/new-password"),
            Self::Unavailable => unavailable(headers).await,
        }
    }
}
