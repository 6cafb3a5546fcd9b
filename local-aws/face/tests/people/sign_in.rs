//! Signing in by the API, as a browser or a server without credentials does.

use std::io::Write;
use std::sync::{Arc, Mutex};

use aws_sdk_cognitoidentityprovider::error::ProvideErrorMetadata;
use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, ExplicitAuthFlowsType, PreventUserExistenceErrorTypes,
};

use super::door::{Door, TEMPORARY, sentence};
use super::stage::PASSWORD;
use super::visitor::Visitor;

const OWN: &str = "My-own-password-2";

fn refused<T>(message: &str) -> Result<T, String> {
    Err(format!("NotAuthorizedException: {message}"))
}

#[tokio::test]
async fn a_password_opens_a_sign_in_that_goes_on_until_its_user_ends_all() {
    let door = Door::new().await;
    let (first, second) = (door.signed_in().await, door.signed_in().await);
    assert_eq!(
        (first.expires_in(), first.token_type()),
        (600, Some("Bearer"))
    );
    let access = first.access_token().unwrap();
    assert_eq!(door.user_of(access).await.as_deref(), Ok("ann"));
    let refresh = first.refresh_token().unwrap();
    let fresh = door.refreshed(refresh).await.unwrap();
    assert_eq!(door.user_of(&fresh).await.as_deref(), Ok("ann"));

    let end = door.cognito.global_sign_out().access_token(&fresh);
    end.send().await.unwrap();
    for token in [access, &fresh, second.access_token().unwrap()] {
        let ended = refused("Access Token has been revoked");
        assert_eq!(door.user_of(token).await, ended);
    }
    let ended = refused("Refresh Token has been revoked");
    assert_eq!(door.refreshed(refresh).await, ended);
    let again = door.signed_in().await;
    assert!(door.user_of(again.access_token().unwrap()).await.is_ok());
    let end = door.stage.cognito.admin_user_global_sign_out();
    let end = end.user_pool_id(&door.stage.pool).username("ann");
    end.send().await.unwrap();
    assert!(door.user_of(again.access_token().unwrap()).await.is_err());
}

#[tokio::test]
async fn a_revoked_refresh_token_ends_its_own_sign_in_alone() {
    let door = Door::new().await;
    let (first, second) = (door.signed_in().await, door.signed_in().await);
    let revoke = |token: &str, client: &str| {
        let revoke = door.cognito.revoke_token().client_id(client);
        revoke.token(token).send()
    };
    let refresh = first.refresh_token().unwrap();
    let access = first.access_token().unwrap();
    let wrong_kind = revoke(access, &door.client).await.unwrap_err();
    let wrong_kind = wrong_kind.into_service_error();
    assert!(wrong_kind.is_unsupported_token_type_exception());
    // Of a client that has a secret, which is not given, and which was not given the token.
    let stranger = revoke(refresh, &door.stage.client).await.unwrap_err();
    let stranger = stranger.into_service_error();
    assert!(stranger.is_unauthorized_exception());
    assert!(door.user_of(access).await.is_ok());

    for _ in 0..2 {
        revoke(refresh, &door.client).await.unwrap();
    }
    let ended = refused("Access Token has been revoked");
    assert_eq!(door.user_of(access).await, ended);
    assert!(door.refreshed(refresh).await.is_err());
    let other = second.access_token().unwrap();
    assert_eq!(door.user_of(other).await.as_deref(), Ok("ann"));
}

#[tokio::test]
async fn tokens_last_as_long_as_their_client_says() {
    let door = Door::new().await;
    let tokens = door.signed_in().await;
    let (access, refresh) = (
        tokens.access_token().unwrap(),
        tokens.refresh_token().unwrap(),
    );
    let world = &door.stage.aws.cloud.world;
    world.advance(590);
    assert!(door.user_of(access).await.is_ok());
    world.advance(11);
    let over = refused("Access Token has expired");
    assert_eq!(door.user_of(access).await, over);
    let fresh = door.refreshed(refresh).await.unwrap();
    assert!(door.user_of(&fresh).await.is_ok());
    world.advance(2 * 24 * 3600);
    let over = refused("Refresh Token has expired");
    assert_eq!(door.refreshed(refresh).await, over);
}

#[tokio::test]
async fn a_temporary_password_is_answered_with_a_challenge_that_is_used_once() {
    let door = Door::new().await;
    door.set_temporary_password().await;
    let (session, other) = (door.challenged().await, door.challenged().await);
    let as_token = door.user_of(&session).await;
    assert_eq!(as_token, refused("Invalid Access Token"));
    let weak = door.choose("ann", "short", &session).await.unwrap_err();
    assert!(weak.starts_with("InvalidPasswordException: "), "{weak}");
    let not_hers = door.choose("bob", OWN, &session).await;
    assert_eq!(not_hers, refused("Invalid session for the user."));
    let forged = format!("{session}x");
    let forged = door.choose("ann", OWN, &forged).await;
    assert_eq!(forged, refused("Invalid session for the user."));

    let access = door.choose("ann", OWN, &session).await.unwrap();
    assert_eq!(door.user_of(&access).await.as_deref(), Ok("ann"));
    for session in [session, other] {
        let again = door.choose("ann", PASSWORD, &session).await;
        let used = "Invalid session for the user, session can only be used once.";
        assert_eq!(again, refused(used));
    }
    assert!(door.by_password("ann", TEMPORARY).await.is_err());
    assert!(door.by_password("ann", OWN).await.is_ok());
}

#[tokio::test]
async fn the_session_of_a_challenge_lasts_three_minutes_and_a_temporary_password_a_week() {
    let door = Door::new().await;
    door.set_temporary_password().await;
    let session = door.challenged().await;
    let world = &door.stage.aws.cloud.world;
    world.advance(181);
    let late = door.choose("ann", OWN, &session).await;
    let over = "Invalid session for the user, session is expired.";
    assert_eq!(late, refused(over));
    world.advance(7 * 24 * 3600);
    let late = door.by_password("ann", TEMPORARY).await.unwrap_err();
    let over = "Temporary password has expired and must be reset by an administrator.";
    assert_eq!(Err(sentence(&late)), refused::<()>(over));
}

#[tokio::test]
async fn a_disabled_user_is_nowhere_signed_in() {
    let door = Door::new().await;
    let (stage, cognito) = (&door.stage, &door.stage.cognito);
    let tokens = door.signed_in().await;
    let access = tokens.access_token().unwrap();
    let portal = Visitor::signed_in(stage, "ann").await;
    let disable = cognito.admin_disable_user().user_pool_id(&stage.pool);
    disable.username("ann").send().await.unwrap();

    let user = cognito.admin_get_user().user_pool_id(&stage.pool);
    assert!(!user.username("ann").send().await.unwrap().enabled());
    assert_eq!(door.user_of(access).await, refused("User is disabled."));
    let refresh = tokens.refresh_token().unwrap();
    assert_eq!(door.refreshed(refresh).await, refused("User is disabled."));
    let sign_in = door.by_password("ann", PASSWORD).await.unwrap_err();
    assert_eq!(sign_in.message(), Some("User is disabled."));
    // Who does not have the password is not told.
    let guess = door.by_password("ann", OWN).await.unwrap_err();
    assert_eq!(guess.message(), Some("Incorrect username or password."));
    assert_eq!(portal.page("/tasks").await.status(), 303);
    assert_eq!(
        Visitor::new(stage).sign_in("ann", PASSWORD).await.status(),
        401
    );

    let enable = cognito.admin_enable_user().user_pool_id(&stage.pool);
    enable.username("ann").send().await.unwrap();
    let ended = refused("Access Token has been revoked");
    assert_eq!(door.user_of(access).await, ended);
    let again = door.signed_in().await;
    assert!(door.user_of(again.access_token().unwrap()).await.is_ok());
}

#[tokio::test]
async fn a_deleted_users_tokens_are_not_the_next_users_of_that_name() {
    let door = Door::new().await;
    let tokens = door.signed_in().await;
    let access = tokens.access_token().unwrap();
    let delete = door.stage.cognito.admin_delete_user();
    let delete = delete.user_pool_id(&door.stage.pool).username("ann");
    delete.send().await.unwrap();
    let gone = Err("UserNotFoundException: User does not exist.".to_owned());
    assert_eq!(door.user_of(access).await, gone);
    door.stage.create_reviewer("ann", true).await;
    let ended = refused("Access Token has been revoked");
    assert_eq!(door.user_of(access).await, ended);
}

#[tokio::test]
async fn a_client_says_which_flows_it_has_and_whether_it_tells_that_there_is_no_user() {
    let door = Door::new().await;
    let unknown = door.by_password("nobody", PASSWORD).await.unwrap_err();
    assert!(unknown.is_user_not_found_exception());
    let update = door.stage.cognito.update_user_pool_client();
    let update = update.user_pool_id(&door.stage.pool);
    let update = update.client_id(&door.client).client_name("server");
    let hides = update
        .clone()
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth);
    let hides = hides.prevent_user_existence_errors(PreventUserExistenceErrorTypes::Enabled);
    hides.send().await.unwrap();
    let unknown = door.by_password("nobody", PASSWORD).await.unwrap_err();
    assert_eq!(unknown.message(), Some("Incorrect username or password."));
    assert!(unknown.is_not_authorized_exception());
    let tokens = door.signed_in().await;
    let refresh = door.refreshed(tokens.refresh_token().unwrap()).await;
    let closed = "InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client";
    assert_eq!(refresh, Err(closed.to_owned()));
    // Without flows of its own it has Cognito's defaults, which lack the password's.
    update.send().await.unwrap();
    let closed = door.by_password("ann", PASSWORD).await.unwrap_err();
    assert!(closed.is_invalid_parameter_exception());
    assert!(
        door.refreshed(tokens.refresh_token().unwrap())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn what_a_sign_in_lacks_or_local_aws_has_not_is_named() {
    let door = Door::new().await;
    let flow = AuthFlowType::UserPasswordAuth;
    for (flow, parameters, expected) in [
        (AuthFlowType::UserSrpAuth, [].as_slice(), "USER_SRP_AUTH"),
        (AuthFlowType::CustomAuth, &[], "CUSTOM_AUTH"),
        (flow.clone(), &[], "Missing required parameter USERNAME"),
        (
            flow.clone(),
            &[("USERNAME", "ann")],
            "Missing required parameter PASSWORD",
        ),
        (flow, &[("DEVICE_KEY", "x")], "DEVICE_KEY"),
        (
            AuthFlowType::RefreshTokenAuth,
            &[],
            "Missing required parameter REFRESH_TOKEN",
        ),
    ] {
        let error = door.initiate(flow, parameters).await.unwrap_err();
        let message = error.message().unwrap();
        assert!(message.contains(expected), "{message}");
    }
    let nobody = door.cognito.initiate_auth().client_id("nobody");
    let nobody = nobody
        .auth_flow(AuthFlowType::UserPasswordAuth)
        .send()
        .await;
    assert!(
        nobody
            .unwrap_err()
            .into_service_error()
            .is_resource_not_found_exception()
    );
}

#[tokio::test]
async fn guessing_by_the_api_ends_after_a_few_attempts() {
    let door = Door::new().await;
    for _ in 0..5 {
        door.by_password("ann", "Wrong-horse-1").await.unwrap_err();
    }
    let late = door.by_password("ann", PASSWORD).await.unwrap_err();
    assert_eq!(late.message(), Some("Password attempts exceeded"));
    door.stage.aws.cloud.world.advance(61);
    door.signed_in().await;
}

#[tokio::test]
async fn no_token_is_in_the_state_folder() {
    let door = Door::new().await;
    let tokens = door.signed_in().await;
    let secrets = [
        tokens.access_token(),
        tokens.id_token(),
        tokens.refresh_token(),
    ];
    let secrets = secrets.map(|token| token.unwrap().rsplit('.').next().unwrap());
    for entry in std::fs::read_dir(door.stage.aws.cloud.store.folder()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = if path.is_file() {
            std::fs::read(path).unwrap()
        } else {
            Vec::new()
        };
        for secret in secrets {
            let found = bytes
                .windows(secret.len())
                .any(|it| it == secret.as_bytes());
            assert!(!found, "a token was stored");
        }
    }
}

/// What the program logs at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_password_and_no_token_reaches_a_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("local_core=trace,local_aws=trace,local_people=trace,worker_portal=trace")
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let door = Door::new().await;
    let tokens = door.signed_in().await;
    let (access, refresh) = (
        tokens.access_token().unwrap(),
        tokens.refresh_token().unwrap(),
    );
    door.user_of(access).await.unwrap();
    door.refreshed(refresh).await.unwrap();
    door.by_password("ann", "Wrong-horse-1").await.unwrap_err();
    let misplaced = [("PASSWORD", OWN), ("SRP_A", PASSWORD)];
    let flow = AuthFlowType::UserPasswordAuth;
    door.initiate(flow, &misplaced).await.unwrap_err();
    door.set_temporary_password().await;
    let session = door.challenged().await;
    door.choose("ann", "short-1", &session).await.unwrap_err();
    door.choose("ann", OWN, &session).await.unwrap();
    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(written.contains("InitiateAuth"), "{written}");
    let passwords = [PASSWORD, TEMPORARY, OWN, "Wrong-horse-1", "short-1"];
    for secret in passwords.into_iter().chain([access, refresh, &session]) {
        assert!(!written.contains(secret), "{written}");
    }
}
