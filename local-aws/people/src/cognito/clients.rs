//! The operations of app clients.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use super::client::{self, CLIENTS, Client, CreateRequest};
use super::paging::page;
use super::validity::Validity;
use super::{pool, without_effect};
use local_core::Call;
use local_core::wire::{AwsError, Reply, epoch_seconds};

/// `flatten` and `deny_unknown_fields` exclude each other: the client's id beside a creation's
/// members is taken out by hand.
pub struct UpdateRequest {
    client_id: String,
    request: CreateRequest,
}

impl<'de> Deserialize<'de> for UpdateRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::deserialize(deserializer)?;
        let client_id = members.remove("ClientId").unwrap_or_default();
        let parse = |value| serde_json::from_value(value).map_err(D::Error::custom);
        let client_id = client_id
            .as_str()
            .ok_or_else(|| D::Error::missing_field("ClientId"))?
            .to_owned();
        let request: CreateRequest = parse(Value::Object(members))?;
        if request.generate_secret.is_some() {
            return Err(D::Error::unknown_field("GenerateSecret", &[]));
        }
        Ok(Self { client_id, request })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ClientRequest {
    user_pool_id: String,
    client_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListRequest {
    user_pool_id: String,
    max_results: Option<usize>,
    next_token: Option<String>,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    Validity::of(&request)?;
    without_effect::say("CreateUserPoolClient", &without_effect::of_client(&request));
    let world = &call.cloud.world;
    let client = Client {
        id: world.dice("cognito/client-id").hex(26),
        secret: request
            .generate_secret
            .unwrap_or(false)
            .then(|| world.dice("cognito/client-secret").hex(52)),
        created: epoch_seconds(world.now()),
        request,
    };
    call.cloud.store.write(|tx| {
        let pool = &client.request.user_pool_id;
        pool::get(tx, &call.region, pool)?;
        CLIENTS.put(tx, pool, &client.id, &client);
        Ok(json!({ "UserPoolClient": user_pool_client_type(&client) }))
    })
}

pub async fn describe(call: Call, request: ClientRequest) -> Reply {
    let client = call.cloud.store.read(|tx| {
        pool::get(tx, &call.region, &request.user_pool_id)?;
        client::get(tx, &request.user_pool_id, &request.client_id)
    })?;
    Ok(json!({ "UserPoolClient": user_pool_client_type(&client) }))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let clients = call.cloud.store.read(|tx| {
        pool::get(tx, &call.region, &request.user_pool_id)?;
        Ok::<_, AwsError>(CLIENTS.list(tx, &request.user_pool_id))
    })?;
    let (clients, next) = page(clients, request.max_results, request.next_token.as_deref())?;
    let clients: Vec<Value> = clients
        .iter()
        .map(|client| {
            json!({
                "ClientId": client.id,
                "UserPoolId": client.request.user_pool_id,
                "ClientName": client.request.client_name,
            })
        })
        .collect();
    Ok(json!({ "UserPoolClients": clients, "NextToken": next }))
}

/// A member that is not given goes back to its default, as in Cognito; the id and the secret stay.
pub async fn update(call: Call, request: UpdateRequest) -> Reply {
    let UpdateRequest { client_id, request } = request;
    Validity::of(&request)?;
    without_effect::say("UpdateUserPoolClient", &without_effect::of_client(&request));
    call.cloud.store.write(|tx| {
        pool::get(tx, &call.region, &request.user_pool_id)?;
        let mut client = client::get(tx, &request.user_pool_id, &client_id)?;
        client.request = request;
        CLIENTS.put(tx, &client.request.user_pool_id, &client_id, &client);
        Ok(json!({ "UserPoolClient": user_pool_client_type(&client) }))
    })
}

pub async fn delete(call: Call, request: ClientRequest) -> Reply {
    call.cloud.store.write(|tx| {
        pool::get(tx, &call.region, &request.user_pool_id)?;
        client::get(tx, &request.user_pool_id, &request.client_id)?;
        CLIENTS.delete(tx, &request.user_pool_id, &request.client_id);
        Ok(json!({}))
    })
}

fn user_pool_client_type(client: &Client) -> Value {
    let request = &client.request;
    json!({
        "UserPoolId": request.user_pool_id,
        "ClientName": request.client_name,
        "ClientId": client.id,
        "ClientSecret": client.secret,
        "CreationDate": client.created,
        "LastModifiedDate": client.created,
        "AccessTokenValidity": request.access_token_validity,
        "IdTokenValidity": request.id_token_validity,
        "RefreshTokenValidity": request.refresh_token_validity.unwrap_or(30),
        "TokenValidityUnits": request.token_validity_units,
        "AuthSessionValidity": request.auth_session_validity.unwrap_or(3),
        "ExplicitAuthFlows": request.explicit_auth_flows,
        "SupportedIdentityProviders": request.supported_identity_providers,
        "CallbackURLs": request.callback_urls,
        "LogoutURLs": request.logout_urls,
        "AllowedOAuthFlows": request.allowed_oauth_flows,
        "AllowedOAuthScopes": request.allowed_oauth_scopes,
        "AllowedOAuthFlowsUserPoolClient":
            request.allowed_oauth_flows_user_pool_client.unwrap_or(false),
        "PreventUserExistenceErrors": request.prevent_user_existence_errors,
    })
}
