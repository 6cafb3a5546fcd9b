//! An app client of a pool as it is kept.

use serde::{Deserialize, Serialize};

use super::errors::not_found;
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;

pub const CLIENTS: Table<Client> = Table::new("cognito/client");

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
}

/// The pool's client, or Cognito's refusal.
pub fn get(tx: &Tx, pool: &str, id: &str) -> Result<Client, AwsError> {
    CLIENTS
        .get(tx, pool, id)
        .ok_or_else(|| not_found(format!("User pool client {id} does not exist.")))
}
