//! What is asked with a token. Nobody signs these: the token says who calls.

use serde::Deserialize;
use serde_json::json;

use super::client::{self, Client};
use super::errors::{invalid, not_authorized};
use super::sign_in::{self, Claims, SignIn, Use};
use super::user::User;
use local_core::store::Tx;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AccessRequest {
    access_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RevokeRequest {
    token: String,
    client_id: String,
    client_secret: Option<String>,
}

pub async fn get_user(call: Call, request: AccessRequest) -> Reply {
    let access = |tx: &Tx| by_access_token(&call.cloud, tx, &request.access_token);
    let (user, _) = call.cloud.store.read(access)?;
    Ok(json!({ "Username": user.username, "UserAttributes": user.user_attributes() }))
}

/// Ends every token of the user.
pub async fn global_sign_out(call: Call, request: AccessRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let (user, _) = by_access_token(&call.cloud, tx, &request.access_token)?;
        sign_in::end_all(tx, &user.sub);
        Ok(json!({}))
    })
}

/// Ends a refresh token and every token of its sign-in. One that ended before is no error.
pub async fn revoke(call: Call, request: RevokeRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let client = client::find(tx, &request.client_id);
        let is_known = |client: &Client| client.secret == request.client_secret;
        let client = client.ok().filter(is_known).ok_or_else(unauthorized)?;
        if sign_in::proved(tx, Use::Access, &request.token).is_some() {
            return Err(AwsError::new(
                400,
                "UnsupportedTokenTypeException",
                "Only a refresh token can be revoked.",
            ));
        }
        let claims = sign_in::proved(tx, Use::Refresh, &request.token);
        let claims = claims.ok_or_else(|| invalid("Invalid Refresh Token"))?;
        if claims.client_id != client.id {
            return Err(unauthorized());
        }
        sign_in::end(tx, &claims.sub, &claims.origin_jti);
        Ok(json!({}))
    })
}

fn by_access_token(cloud: &Cloud, tx: &Tx, token: &str) -> Result<(User, SignIn), AwsError> {
    let claims: Option<Claims> = sign_in::proved(tx, Use::Access, token);
    let claims = claims.ok_or_else(|| not_authorized("Invalid Access Token"))?;
    sign_in::of_token(&cloud.world, tx, &claims)
}

/// The client is not there, has another secret, or was not given the token.
fn unauthorized() -> AwsError {
    let message = "The client may not revoke this token.";
    AwsError::new(400, "UnauthorizedException", message)
}
