//! A sign-in of a user. Its tokens are good while it is kept.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::Client;
use super::errors::not_authorized;
use super::group;
use super::pool::issuer;
use super::token::{self, Key};
use super::user::{self, User};
use super::validity::Validity;
use local_core::store::{Table, Tx};
use local_core::wire::{AwsError, extend, without_nulls};
use local_core::world::World;

/// By the user's `sub`.
const SIGN_INS: Table<SignIn> = Table::new("cognito/sign-in");

#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// `origin_jti` of its tokens.
    pub id: String,
    at: i64,
    /// With its refresh token.
    expires: i64,
}

/// The tokens that come back to Cognito, by their claim `token_use`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Use {
    Access,
    Refresh,
}

/// What such a token says, once the pool's key has proved it.
#[derive(Serialize, Deserialize)]
pub struct Claims {
    token_use: Use,
    iss: String,
    pub sub: String,
    pub client_id: String,
    pub username: String,
    pub origin_jti: String,
    exp: i64,
}

/// The API's `AuthenticationResultType` of a new sign-in.
pub fn open(world: &World, tx: &Tx, client: &Client, user: &User) -> Result<Value, AwsError> {
    let now = world.now().unix_timestamp();
    for (id, old) in SIGN_INS.list(tx, &user.sub) {
        if old.expires <= now {
            end(tx, &user.sub, &id);
        }
    }
    let sign_in = SignIn {
        id: world.dice("cognito/sign-in").uuid(),
        at: now,
        expires: now + Validity::of(&client.request)?.refresh,
    };
    SIGN_INS.put(tx, &user.sub, &sign_in.id, &sign_in);
    let mut result = tokens(world, tx, client, user, &sign_in)?;
    let claims = claims(client, user, &sign_in, Use::Refresh, sign_in.expires);
    let key = Key::of(world, tx, &client.request.user_pool_id);
    result["RefreshToken"] = json!(key.sign(&json!(claims)));
    Ok(result)
}

/// The same of one that goes on, without a refresh token.
pub fn tokens(
    world: &World,
    tx: &Tx,
    client: &Client,
    user: &User,
    sign_in: &SignIn,
) -> Result<Value, AwsError> {
    let pool = &client.request.user_pool_id;
    let validity = Validity::of(&client.request)?;
    let now = world.now().unix_timestamp();
    let groups = group::names_of(tx, pool, &user.username);
    let common = json!({
        "cognito:groups": (!groups.is_empty()).then_some(groups),
        "auth_time": sign_in.at,
        "iat": now,
        "jti": world.dice("cognito/token-id").uuid(),
    });
    let mut access = json!(claims(
        client,
        user,
        sign_in,
        Use::Access,
        now + validity.access
    ));
    extend(&mut access, common.clone());
    access["scope"] = json!("aws.cognito.signin.user.admin");
    let mut id = json!(user.attributes);
    extend(&mut id, common);
    extend(
        &mut id,
        json!({
            "token_use": "id",
            "iss": issuer(pool),
            "aud": client.id,
            "cognito:username": user.username,
            "origin_jti": sign_in.id,
            "exp": now + validity.id,
        }),
    );
    let key = Key::of(world, tx, pool);
    Ok(json!({
        "AccessToken": key.sign(&without_nulls(access)),
        "IdToken": key.sign(&without_nulls(id)),
        "ExpiresIn": validity.access,
        "TokenType": "Bearer",
    }))
}

/// The claims of a token of this use that a pool here signed, whether or not it is still good.
pub fn proved(tx: &Tx, expected: Use, token: &str) -> Option<Claims> {
    let claimed: Claims = token::unverified(token)?;
    let (_, pool) = claimed.iss.rsplit_once('/')?;
    let claims: Claims = Key::find(tx, pool)?.verified(token)?;
    (claims.token_use == expected).then_some(claims)
}

/// The user and the sign-in of a token that is still good.
pub fn of_token(world: &World, tx: &Tx, claims: &Claims) -> Result<(User, SignIn), AwsError> {
    let name = claims.token_use.name();
    if claims.exp <= world.now().unix_timestamp() {
        return Err(not_authorized(format!("{name} Token has expired")));
    }
    let (_, pool) = claims.iss.rsplit_once('/').unwrap_or_default();
    let user = user::get(tx, pool, &claims.username)?;
    if user.disabled {
        return Err(not_authorized("User is disabled."));
    }
    let sign_in = SIGN_INS.get(tx, &claims.sub, &claims.origin_jti);
    let sign_in = sign_in.filter(|_| user.sub == claims.sub);
    let revoked = || not_authorized(format!("{name} Token has been revoked"));
    Ok((user, sign_in.ok_or_else(revoked)?))
}

pub fn end(tx: &Tx, sub: &str, id: &str) {
    SIGN_INS.delete(tx, sub, id);
}

pub fn end_all(tx: &Tx, sub: &str) {
    SIGN_INS.delete_all(tx, sub);
}

impl Use {
    /// As Cognito's sentences name the token.
    pub fn name(self) -> &'static str {
        match self {
            Self::Access => "Access",
            Self::Refresh => "Refresh",
        }
    }
}

fn claims(client: &Client, user: &User, sign_in: &SignIn, token_use: Use, exp: i64) -> Claims {
    Claims {
        token_use,
        iss: issuer(&client.request.user_pool_id),
        sub: user.sub.clone(),
        client_id: client.id.clone(),
        username: user.username.clone(),
        origin_jti: sign_in.id.clone(),
        exp,
    }
}
