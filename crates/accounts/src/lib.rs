//! Cognito's users and sessions, as the pages of `worker-portal` ask a desk for them. No password and no token is kept
//! or logged. What Cognito does not answer is [`Unavailable`].

mod token;

use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, AuthenticationResultType, ChallengeNameType,
};
use aws_sdk_cognitoidentityprovider::{Client, Error};
use aws_types::SdkConfig;
use tracing::{error, warn};
use worker_portal::{NotChosen, Opened, Session, Unavailable, Worker};

use token::{Challenge, Claims};

/// Of a new password's answer.
const USERNAME: &str = "USERNAME";

/// Those who may sign in.
#[derive(Debug, Clone)]
pub struct Members {
    pub user_pool_id: String,
    pub client_id: String,
    /// Of the pool.
    pub group: String,
}

pub struct Accounts {
    cognito: Client,
    members: Members,
}

impl Accounts {
    pub fn new(aws: &SdkConfig, members: Members) -> Self {
        Self {
            cognito: Client::new(aws),
            members,
        }
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> Result<Opened, Unavailable> {
        let asked = self
            .cognito
            .initiate_auth()
            .client_id(&self.members.client_id)
            .auth_flow(AuthFlowType::UserPasswordAuth)
            .auth_parameters(USERNAME, username)
            .auth_parameters("PASSWORD", password)
            .send()
            .await;
        let answer = match asked.map_err(Error::from) {
            Ok(answer) => answer,
            Err(refused) if is_refusal(&refused) => return Ok(Opened::Refused),
            Err(error) => return Err(unavailable(error)),
        };
        if answer.challenge_name() == Some(&ChallengeNameType::NewPasswordRequired) {
            let token = Challenge::write(username, answer.session().unwrap_or_default());
            return Ok(Opened::NewPassword(token));
        }
        Ok(self.opened(answer.authentication_result()))
    }

    /// `None`: Cognito does not know the token, or its user is no member.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, Unavailable> {
        if let Some(challenge) = Challenge::read(token) {
            let worker = Worker {
                id: String::new(),
                name: challenge.username,
            };
            return Ok(Some(Session {
                worker,
                must_choose_password: true,
            }));
        }
        // Cognito's quota is the account's: it is asked about no token that cannot be a member's.
        let Some(claims) = self.member(token) else {
            return Ok(None);
        };
        let asked = self.cognito.get_user().access_token(token).send().await;
        let user = match asked.map_err(Error::from) {
            Ok(user) => user,
            Err(refused) if is_refusal(&refused) => return Ok(None),
            Err(error) => return Err(unavailable(error)),
        };
        let worker = Worker {
            id: format!("{} {}", claims.iss, claims.sub),
            // The address of the invitation; the attribute of that name is the user's to change.
            name: user.username().to_owned(),
        };
        Ok(Some(Session {
            worker,
            must_choose_password: false,
        }))
    }

    pub async fn choose_password(&self, token: &str, password: &str) -> Result<String, NotChosen> {
        let challenge = Challenge::read(token).ok_or(NotChosen::NotTemporary)?;
        let asked = self
            .cognito
            .respond_to_auth_challenge()
            .client_id(&self.members.client_id)
            .challenge_name(ChallengeNameType::NewPasswordRequired)
            .session(challenge.session)
            .challenge_responses(USERNAME, challenge.username)
            .challenge_responses("NEW_PASSWORD", password)
            .send()
            .await;
        match asked.map_err(Error::from) {
            Ok(answer) => match self.opened(answer.authentication_result()) {
                Opened::Signed(token) => Ok(token),
                Opened::NewPassword(_) | Opened::Refused => Err(NotChosen::NotTemporary),
            },
            Err(Error::InvalidPasswordException(weak)) => Err(NotChosen::Weak(
                weak.message().unwrap_or_default().to_owned(),
            )),
            Err(refused) if is_refusal(&refused) => Err(NotChosen::NotTemporary),
            Err(error) => {
                let Unavailable = unavailable(error);
                Err(NotChosen::Unavailable)
            }
        }
    }

    /// Ends all sessions of the user, also those of other browsers: Cognito revokes no access token alone.
    pub async fn sign_out(&self, token: &str) -> Result<(), Unavailable> {
        let asked = self.cognito.global_sign_out().access_token(token);
        match asked.send().await.map_err(Error::from) {
            Ok(_) => Ok(()),
            Err(refused) if is_refusal(&refused) => Ok(()),
            Err(error) => Err(unavailable(error)),
        }
    }

    fn opened(&self, result: Option<&AuthenticationResultType>) -> Opened {
        let token = result.and_then(AuthenticationResultType::access_token);
        match token.filter(|token| self.member(token).is_some()) {
            Some(token) => Opened::Signed(token.to_owned()),
            None => Opened::Refused,
        }
    }

    /// What a token says that may be a member's; whether it is right, Cognito alone knows.
    fn member(&self, token: &str) -> Option<Claims> {
        Claims::of(token).filter(|claims| {
            let pool = claims.iss.rsplit('/').next();
            pool == Some(&self.members.user_pool_id)
                && claims.client_id == self.members.client_id
                && claims.groups.contains(&self.members.group)
        })
    }
}

/// Cognito has decided; asked again it answers the same.
fn is_refusal(error: &Error) -> bool {
    if let Error::InvalidParameterException(wrong) = error {
        // A client whose flows are not these refuses everybody so.
        let reason = wrong.message().unwrap_or_default();
        warn!(reason, "Cognito takes no such request");
    }
    matches!(
        error,
        Error::NotAuthorizedException(_)
            | Error::UserNotFoundException(_)
            | Error::UserNotConfirmedException(_)
            | Error::PasswordResetRequiredException(_)
            | Error::InvalidParameterException(_)
            | Error::CodeMismatchException(_)
            | Error::ExpiredCodeException(_)
    )
}

/// The error's chain has no password and no token.
fn unavailable(error: Error) -> Unavailable {
    let error = lambda_main::sentence(&error.into());
    error!(error, "Cognito did not answer");
    Unavailable
}
