//! The session of a challenge: a user whose password was right and must be replaced.
//!
//! It is signed and not kept. It names the temporary password, so that it is used up with it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::Client;
use super::errors::not_authorized;
use super::passwords::Credential;
use super::token::Key;
use super::user::User;
use super::validity::Validity;
use local_core::store::Tx;
use local_core::wire::AwsError;
use local_core::world::World;

pub const NAME: &str = "NEW_PASSWORD_REQUIRED";

#[derive(Serialize, Deserialize)]
struct Session {
    token_use: Use,
    client_id: String,
    username: String,
    credential: Credential,
    exp: i64,
}

/// No other token of the pool says this of itself.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Use {
    Session,
}

/// The API's answer that asks for another password.
pub fn new_password_required(
    world: &World,
    tx: &Tx,
    client: &Client,
    (user, credential): (&User, Credential),
) -> Result<Value, AwsError> {
    let mut attributes = user.attributes.clone();
    attributes.remove("sub");
    let session = Session {
        token_use: Use::Session,
        client_id: client.id.clone(),
        username: user.username.clone(),
        credential,
        exp: world.now().unix_timestamp() + Validity::of(&client.request)?.session,
    };
    let key = Key::of(world, tx, &client.request.user_pool_id);
    Ok(json!({
        "ChallengeName": NAME,
        "Session": key.sign(&json!(session)),
        "ChallengeParameters": {
            "USER_ID_FOR_SRP": user.username,
            "requiredAttributes": "[]",
            "userAttributes": json!(attributes).to_string(),
        },
    }))
}

/// Which password a session of this client and user replaces.
pub fn credential(
    world: &World,
    tx: &Tx,
    client: &Client,
    username: &str,
    session: &str,
) -> Result<Credential, AwsError> {
    let key = Key::find(tx, &client.request.user_pool_id);
    let session: Option<Session> = key.and_then(|key| key.verified(session));
    let is_theirs = |it: &Session| it.client_id == client.id && it.username == username;
    let session = session.filter(is_theirs);
    let session = session.ok_or_else(|| invalid("."))?;
    if session.exp <= world.now().unix_timestamp() {
        return Err(invalid(", session is expired."));
    }
    Ok(session.credential)
}

/// The session's password is not the user's any more.
pub fn used() -> AwsError {
    invalid(", session can only be used once.")
}

fn invalid(why: &str) -> AwsError {
    not_authorized(format!("Invalid session for the user{why}"))
}
