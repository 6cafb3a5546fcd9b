//! A session's tokens: Cognito's access token as it is, and Cognito's challenge with the name that answers it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde::Deserialize;

/// Begins a challenge's token. No access token begins so: `eyJ` is how JSON begins in base64.
const CHALLENGE: &str = "new.";

/// Cognito's challenge to choose a password.
pub struct Challenge {
    pub username: String,
    pub session: String,
}

impl Challenge {
    pub fn read(token: &str) -> Option<Self> {
        let (username, session) = token.strip_prefix(CHALLENGE)?.split_once('.')?;
        Some(Self {
            username: String::from_utf8(BASE64.decode(username).ok()?).ok()?,
            session: session.to_owned(),
        })
    }

    pub fn write(username: &str, session: &str) -> String {
        format!("{CHALLENGE}{}.{session}", BASE64.encode(username))
    }
}

/// What an access token says. Only Cognito can tell whether it is right: ask it before this is believed.
#[derive(Deserialize)]
pub struct Claims {
    #[serde(rename = "cognito:groups", default)]
    pub groups: Vec<String>,
    pub client_id: String,
    pub iss: String,
    pub sub: String,
}

impl Claims {
    pub fn of(access_token: &str) -> Option<Self> {
        let claims = access_token.split('.').nth(1)?;
        serde_json::from_slice(&BASE64.decode(claims).ok()?).ok()
    }
}
