//! The user pool's door, as a browser or a server without credentials knocks at it.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::ProvideErrorMetadata;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::{
    InitiateAuthError, InitiateAuthOutput,
};
use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, AuthenticationResultType, ChallengeNameType, ExplicitAuthFlowsType,
    TimeUnitsType, TokenValidityUnitsType,
};

use super::stage::{PASSWORD, Stage};

pub const TEMPORARY: &str = "Temporary-1";

/// A stage, a client of its pool, and Cognito for a caller who signs nothing.
pub struct Door {
    pub stage: Stage,
    pub cognito: Client,
    pub client: String,
}

impl Door {
    pub async fn new() -> Self {
        let stage = Stage::ready(1).await;
        stage.create_reviewer("ann", true).await;
        let units = TokenValidityUnitsType::builder().access_token(TimeUnitsType::Minutes);
        let client = stage
            .cognito
            .create_user_pool_client()
            .user_pool_id(&stage.pool)
            .client_name("server")
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth)
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
            .access_token_validity(10)
            .refresh_token_validity(2)
            .token_validity_units(units.build());
        let client = client.send().await.unwrap();
        let client = client.user_pool_client().unwrap().client_id().unwrap();
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(&stage.aws.endpoint_url)
            .http_client(stage.aws.connector())
            .build();
        Self {
            cognito: Client::new(&config),
            client: client.to_owned(),
            stage,
        }
    }

    pub async fn initiate(
        &self,
        flow: AuthFlowType,
        parameters: &[(&str, &str)],
    ) -> Result<InitiateAuthOutput, InitiateAuthError> {
        let mut request = self.cognito.initiate_auth().client_id(&self.client);
        for (name, value) in parameters {
            request = request.auth_parameters(*name, *value);
        }
        let answer = request.auth_flow(flow).send().await;
        answer.map_err(aws_sdk_cognitoidentityprovider::error::SdkError::into_service_error)
    }

    pub async fn by_password(
        &self,
        username: &str,
        password: &str,
    ) -> Result<InitiateAuthOutput, InitiateAuthError> {
        let parameters = [("USERNAME", username), ("PASSWORD", password)];
        let flow = AuthFlowType::UserPasswordAuth;
        self.initiate(flow, &parameters).await
    }

    pub async fn signed_in(&self) -> AuthenticationResultType {
        let answer = self.by_password("ann", PASSWORD).await.unwrap();
        answer.authentication_result.unwrap()
    }

    /// The new access token.
    pub async fn refreshed(&self, token: &str) -> Result<String, String> {
        let flow = AuthFlowType::RefreshTokenAuth;
        let answer = self.initiate(flow, &[("REFRESH_TOKEN", token)]).await;
        let result = answer.map_err(|error| sentence(&error))?;
        let result = result.authentication_result.unwrap();
        assert_eq!(result.refresh_token(), None);
        Ok(result.access_token.unwrap())
    }

    /// Whose access token it is.
    pub async fn user_of(&self, access_token: &str) -> Result<String, String> {
        let user = self.cognito.get_user().access_token(access_token).send();
        let user = user.await.map_err(|error| sentence(&error))?;
        assert!(user.user_attributes().iter().any(|it| it.name() == "sub"));
        Ok(user.username)
    }

    pub async fn set_temporary_password(&self) {
        let set = self.stage.cognito.admin_set_user_password();
        let set = set.user_pool_id(&self.stage.pool).username("ann");
        set.password(TEMPORARY).send().await.unwrap();
    }

    /// The session of the challenge that a temporary password gets.
    pub async fn challenged(&self) -> String {
        let answer = self.by_password("ann", TEMPORARY).await.unwrap();
        let challenge = answer.challenge_name().unwrap();
        assert_eq!(challenge, &ChallengeNameType::NewPasswordRequired);
        assert!(answer.authentication_result().is_none());
        answer.session.unwrap()
    }

    /// The access token that the answer to the challenge gets.
    pub async fn choose(
        &self,
        username: &str,
        password: &str,
        session: &str,
    ) -> Result<String, String> {
        let answer = self
            .cognito
            .respond_to_auth_challenge()
            .client_id(&self.client)
            .challenge_name(ChallengeNameType::NewPasswordRequired)
            .session(session)
            .challenge_responses("USERNAME", username)
            .challenge_responses("NEW_PASSWORD", password);
        let answer = answer.send().await.map_err(|error| sentence(&error))?;
        let result = answer.authentication_result.unwrap();
        Ok(result.access_token.unwrap())
    }
}

/// Code and message.
pub fn sentence(error: &impl ProvideErrorMetadata) -> String {
    let (code, message) = (error.code().unwrap(), error.message().unwrap());
    format!("{code}: {message}")
}
