//! InitiateAuth and the answer to its one challenge. Nobody signs these: the password says who calls.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use worker_portal::Attempts;

use super::challenge;
use super::client::{self, Client, REFRESH_TOKEN_AUTH, USER_PASSWORD_AUTH};
use super::errors::{invalid, no_user, not_authorized};
use super::hashing::in_turn;
use super::passwords::{self, Checked, Credential, NotChosen, Wrong};
use super::pool::region;
use super::sign_in::{self, Use};
use super::user::{Status, User};
use local_core::store::Tx;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct InitiateRequest {
    auth_flow: AuthFlow,
    client_id: String,
    #[serde(default)]
    auth_parameters: AuthParameters,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum AuthFlow {
    UserPasswordAuth,
    #[serde(alias = "REFRESH_TOKEN")]
    RefreshTokenAuth,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields)]
struct AuthParameters {
    username: Option<String>,
    password: Option<String>,
    refresh_token: Option<String>,
    secret_hash: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RespondRequest {
    #[serde(rename = "ChallengeName")]
    _challenge_name: ChallengeName,
    client_id: String,
    session: Option<String>,
    #[serde(default)]
    challenge_responses: ChallengeResponses,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ChallengeName {
    NewPasswordRequired,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields)]
struct ChallengeResponses {
    username: Option<String>,
    new_password: Option<String>,
    secret_hash: Option<String>,
}

pub async fn initiate(call: Call, request: InitiateRequest) -> Reply {
    let client = call
        .cloud
        .store
        .read(|tx| client::find(tx, &request.client_id))?;
    match request.auth_flow {
        AuthFlow::UserPasswordAuth => {
            client.check_flow(USER_PASSWORD_AUTH)?;
            by_password(&call.cloud, client, request.auth_parameters).await
        }
        AuthFlow::RefreshTokenAuth => {
            client.check_flow(REFRESH_TOKEN_AUTH)?;
            by_refresh_token(&call.cloud, &client, request.auth_parameters)
        }
    }
}

async fn by_password(cloud: &Arc<Cloud>, client: Client, given: AuthParameters) -> Reply {
    let username = required("USERNAME", given.username)?;
    let password = required("PASSWORD", given.password)?;
    client.check_secret_hash(&username, given.secret_hash.as_deref())?;
    let pool = client.request.user_pool_id.clone();
    let attempts = cloud.memory::<Attempts>();
    let name = format!("{pool} {username}");
    if !attempts.begin(&name, cloud.world.now()) {
        return Err(not_authorized("Password attempts exceeded"));
    }
    let checked = {
        let (held, username) = (cloud.clone(), username.clone());
        let check =
            move || passwords::check_password(&held, (region(&pool), &pool), &username, &password);
        in_turn(cloud, check).await?
    };
    if !matches!(checked, Err(Wrong::Username | Wrong::Password)) {
        attempts.release(&name);
    }
    let checked = checked.map_err(|wrong| refusal(wrong, &client))?;
    answer(cloud, &client, &username, checked)
}

/// Tokens, or the challenge of a temporary password.
fn answer(cloud: &Cloud, client: &Client, username: &str, checked: Checked) -> Reply {
    let Checked { credential, status } = checked;
    cloud.store.write(|tx| {
        let user = current(tx, client, username, &credential);
        let user = user.ok_or_else(|| refusal(Wrong::Password, client))?;
        if status == Status::ForceChangePassword {
            let who = (&user, credential);
            return challenge::new_password_required(&cloud.world, tx, client, who);
        }
        sign_in::open(&cloud.world, tx, client, &user).map(authenticated)
    })
}

fn by_refresh_token(cloud: &Cloud, client: &Client, given: AuthParameters) -> Reply {
    let token = required("REFRESH_TOKEN", given.refresh_token)?;
    cloud.store.write(|tx| {
        let claims = sign_in::proved(tx, Use::Refresh, &token);
        let claims = claims.filter(|claims| claims.client_id == client.id);
        let claims = claims.ok_or_else(|| not_authorized("Invalid Refresh Token"))?;
        client.check_secret_hash(&claims.username, given.secret_hash.as_deref())?;
        let (user, sign_in) = sign_in::of_token(&cloud.world, tx, &claims)?;
        sign_in::tokens(&cloud.world, tx, client, &user, &sign_in).map(authenticated)
    })
}

/// Takes the user's own password for the temporary one, and signs in.
pub async fn respond(call: Call, request: RespondRequest) -> Reply {
    let client = call
        .cloud
        .store
        .read(|tx| client::find(tx, &request.client_id))?;
    let given = request.challenge_responses;
    let username = required("USERNAME", given.username)?;
    let password = required("NEW_PASSWORD", given.new_password)?;
    let session = required("Session", request.session)?;
    client.check_secret_hash(&username, given.secret_hash.as_deref())?;
    let world = &call.cloud.world;
    let credential = call
        .cloud
        .store
        .read(|tx| challenge::credential(world, tx, &client, &username, &session))?;
    let chosen = {
        let (cloud, username) = (call.cloud.clone(), username.clone());
        let pool = client.request.user_pool_id.clone();
        let choose = move || {
            let place = (region(&pool), pool.as_str());
            passwords::choose_password(&cloud, place, &username, &credential, &password)
        };
        in_turn(&call.cloud, choose).await?
    };
    let chosen = chosen.map_err(|not| match not {
        NotChosen::Weak(error) => error,
        NotChosen::NotTemporary => challenge::used(),
    })?;
    call.cloud.store.write(|tx| {
        let user = current(tx, &client, &username, &chosen).ok_or_else(challenge::used)?;
        sign_in::open(world, tx, &client, &user).map(authenticated)
    })
}

fn current(tx: &Tx, client: &Client, username: &str, credential: &Credential) -> Option<User> {
    passwords::current(tx, &client.request.user_pool_id, username, credential)
}

fn authenticated(result: Value) -> Value {
    json!({ "AuthenticationResult": result, "ChallengeParameters": {} })
}

fn refusal(wrong: Wrong, client: &Client) -> AwsError {
    match wrong {
        Wrong::Username if client.tells_existence() => no_user(),
        Wrong::Username | Wrong::Password => not_authorized("Incorrect username or password."),
        Wrong::Disabled => not_authorized("User is disabled."),
        Wrong::Expired => {
            not_authorized("Temporary password has expired and must be reset by an administrator.")
        }
    }
}

fn required(name: &str, value: Option<String>) -> Result<String, AwsError> {
    let value = value.filter(|value| !value.is_empty());
    value.ok_or_else(|| invalid(format!("Missing required parameter {name}")))
}
