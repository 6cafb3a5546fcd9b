//! An app client of a pool as it is kept.

use data_encoding::BASE64;
use pbkdf2::hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::errors::{invalid, not_authorized, not_found};
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;

pub const CLIENTS: Table<Client> = Table::new("cognito/client");

pub const USER_PASSWORD_AUTH: &str = "USER_PASSWORD_AUTH";
pub const REFRESH_TOKEN_AUTH: &str = "REFRESH_TOKEN_AUTH";

#[derive(Clone, Serialize, Deserialize)]
pub struct Client {
    pub id: String,
    pub secret: Option<String>,
    pub created: f64,
    pub request: CreateRequest,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    pub user_pool_id: String,
    pub client_name: String,
    pub generate_secret: Option<bool>,
    pub explicit_auth_flows: Option<Vec<String>>,
    pub supported_identity_providers: Option<Vec<String>>,
    #[serde(rename = "CallbackURLs")]
    pub callback_urls: Option<Vec<String>>,
    #[serde(rename = "LogoutURLs")]
    pub logout_urls: Option<Vec<String>>,
    #[serde(rename = "AllowedOAuthFlows")]
    pub allowed_oauth_flows: Option<Vec<String>>,
    #[serde(rename = "AllowedOAuthScopes")]
    pub allowed_oauth_scopes: Option<Vec<String>>,
    #[serde(rename = "AllowedOAuthFlowsUserPoolClient")]
    pub allowed_oauth_flows_user_pool_client: Option<bool>,
    pub prevent_user_existence_errors: Option<String>,
    pub access_token_validity: Option<i64>,
    pub id_token_validity: Option<i64>,
    pub refresh_token_validity: Option<i64>,
    pub token_validity_units: Option<TokenValidityUnits>,
    /// In minutes.
    pub auth_session_validity: Option<i64>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TokenValidityUnits {
    pub access_token: Option<Unit>,
    pub id_token: Option<Unit>,
    pub refresh_token: Option<Unit>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
}

impl Client {
    /// Refuses a flow of InitiateAuth that the client does not have.
    pub fn check_flow(&self, flow: &str) -> Result<(), AwsError> {
        let flows = self.request.explicit_auth_flows.as_deref();
        let flows = flows.filter(|flows| !flows.is_empty());
        let has = |name: &str| flows.is_some_and(|flows| flows.iter().any(|it| it == name));
        // The older names, and a client that names none, go without a name for the refresh.
        let is_older = flows.is_none_or(|flows| !flows.iter().any(|it| it.starts_with("ALLOW_")));
        if has(flow) || has(&format!("ALLOW_{flow}")) || is_older && flow == REFRESH_TOKEN_AUTH {
            return Ok(());
        }
        Err(invalid(format!("{flow} flow not enabled for this client")))
    }

    /// Refuses a caller who does not know the client's secret, where it has one: the hash is of username and client.
    pub fn check_secret_hash(&self, username: &str, hash: Option<&str>) -> Result<(), AwsError> {
        let id = &self.id;
        let is_right = match (&self.secret, hash) {
            (None, None) => true,
            (None, Some(_)) => false,
            (Some(_), None) => {
                return Err(not_authorized(format!(
                    "Client {id} is configured with secret but SECRET_HASH was not received"
                )));
            }
            (Some(secret), Some(hash)) => {
                let hash = BASE64.decode(hash.as_bytes()).unwrap_or_default();
                let mac = <Hmac<Sha256> as Mac>::new_from_slice(secret.as_bytes());
                let mac = mac.expect("HMAC takes keys of any length");
                let mac = mac.chain_update(username).chain_update(id);
                mac.verify_slice(&hash).is_ok()
            }
        };
        if is_right {
            return Ok(());
        }
        Err(not_authorized(format!(
            "Unable to verify secret hash for client {id}"
        )))
    }

    /// Whether a sign-in tells that there is no such user.
    pub fn tells_existence(&self) -> bool {
        self.request.prevent_user_existence_errors.as_deref() != Some("ENABLED")
    }
}

/// The pool's client, or Cognito's refusal.
pub fn get(tx: &Tx, pool: &str, id: &str) -> Result<Client, AwsError> {
    CLIENTS
        .get(tx, pool, id)
        .ok_or_else(|| not_found(format!("User pool client {id} does not exist.")))
}

/// The client of this id, of whichever pool: a request without a signature names no pool.
pub fn find(tx: &Tx, id: &str) -> Result<Client, AwsError> {
    let pools = CLIENTS.scopes(tx).into_iter();
    let client = pools.filter_map(|pool| CLIENTS.get(tx, &pool, id)).next();
    client.ok_or_else(|| not_found(format!("User pool client {id} does not exist.")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Client;

    fn client(secret: Option<&str>, flows: &[&str]) -> Client {
        let request = json!({
            "UserPoolId": "us-east-1_a", "ClientName": "c", "ExplicitAuthFlows": flows,
        });
        Client {
            id: "client1".to_owned(),
            secret: secret.map(str::to_owned),
            created: 0.0,
            request: serde_json::from_value(request).unwrap(),
        }
    }

    #[test]
    fn a_client_with_a_secret_asks_for_its_hash_and_one_without_takes_none() {
        // Python: b64encode(hmac.new(b"secret", b"ann" + b"client1", sha256).digest())
        const HASH: &str = "0GVRvf0pgm2wc5vElxcVpc/Wx01TG6N8l4ErSInwGNI=";
        let unverified = Some("Unable to verify secret hash for client client1");
        let missing =
            Some("Client client1 is configured with secret but SECRET_HASH was not received");
        for (secret, username, hash, expected) in [
            (Some("secret"), "ann", Some(HASH), None),
            (Some("secret"), "bob", Some(HASH), unverified),
            (Some("another"), "ann", Some(HASH), unverified),
            (Some("secret"), "ann", Some("no base64"), unverified),
            (Some("secret"), "ann", None, missing),
            (None, "ann", None, None),
            (None, "ann", Some(HASH), unverified),
        ] {
            let checked = client(secret, &[]).check_secret_hash(username, hash);
            let refused = checked.err().map(|error| error.message);
            assert_eq!(
                refused.as_deref(),
                expected,
                "{secret:?} {username} {hash:?}"
            );
        }
    }

    #[test]
    fn a_flow_is_open_by_its_name_its_older_name_or_cognitos_defaults() {
        let password_and_refresh = |flows: &[&str]| {
            let client = client(None, flows);
            ["USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH"].map(|flow| client.check_flow(flow).is_ok())
        };
        for (flows, expected) in [
            (&[] as &[&str], [false, true]),
            (&["ALLOW_USER_PASSWORD_AUTH"], [true, false]),
            (
                &["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
                [false, true],
            ),
            (&["USER_PASSWORD_AUTH"], [true, true]),
        ] {
            assert_eq!(password_and_refresh(flows), expected, "{flows:?}");
        }
    }
}
