use super::stage::{PASSWORD, Stage};
use aws_sdk_cognitoidentityprovider::types::{MessageActionType, UserStatusType, UserType};

#[tokio::test]
async fn users_are_created_found_and_grouped() {
    let stage = Stage::empty().await;
    let (cognito, pool) = (&stage.cognito, &stage.pool);
    let created = cognito
        .admin_create_user()
        .user_pool_id(pool)
        .username("ann")
        .temporary_password(PASSWORD)
        .message_action(MessageActionType::Suppress)
        .send()
        .await
        .unwrap();
    assert_eq!(
        created.user().unwrap().user_status(),
        Some(&UserStatusType::ForceChangePassword)
    );

    let again = cognito
        .admin_create_user()
        .user_pool_id(pool)
        .username("ann")
        .send()
        .await;
    assert!(
        again
            .unwrap_err()
            .into_service_error()
            .is_username_exists_exception()
    );

    for _ in 0..2 {
        let add = cognito
            .admin_add_user_to_group()
            .user_pool_id(pool)
            .username("ann");
        add.group_name("reviewers").send().await.unwrap();
    }
    let members = cognito
        .list_users_in_group()
        .user_pool_id(pool)
        .group_name("reviewers");
    let members = members.send().await.unwrap();
    assert_eq!(members.users().len(), 1);
    assert_eq!(members.users()[0].username(), Some("ann"));

    let user = cognito
        .admin_get_user()
        .user_pool_id(pool)
        .username("ann")
        .send()
        .await
        .unwrap();
    assert!(
        user.user_attributes()
            .iter()
            .any(|attribute| attribute.name() == "sub")
    );

    cognito
        .admin_delete_user()
        .user_pool_id(pool)
        .username("ann")
        .send()
        .await
        .unwrap();
    let members = cognito
        .list_users_in_group()
        .user_pool_id(pool)
        .group_name("reviewers");
    assert!(members.send().await.unwrap().users().is_empty());
    let gone = cognito
        .admin_get_user()
        .user_pool_id(pool)
        .username("ann")
        .send()
        .await;
    assert!(
        gone.unwrap_err()
            .into_service_error()
            .is_user_not_found_exception()
    );
}

#[tokio::test]
async fn passwords_follow_the_policy_and_are_nowhere_in_the_state_folder() {
    let stage = Stage::empty().await;
    stage.create_reviewer("ann", true).await;
    let weak = stage
        .cognito
        .admin_set_user_password()
        .user_pool_id(&stage.pool)
        .username("ann")
        .password("short")
        .permanent(true)
        .send()
        .await;
    assert!(
        weak.unwrap_err()
            .into_service_error()
            .is_invalid_password_exception()
    );

    let folder = stage.aws.cloud.store.folder().to_owned();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(path).unwrap();
            let found = bytes
                .windows(PASSWORD.len())
                .any(|window| window == PASSWORD.as_bytes());
            assert!(!found, "a password was stored");
        }
    }
}

#[tokio::test]
async fn users_come_in_pages() {
    let stage = Stage::empty().await;
    for name in ["a", "b", "c", "d", "e"] {
        let user = stage.cognito.admin_create_user().user_pool_id(&stage.pool);
        user.username(name).send().await.unwrap();
    }
    let mut names = Vec::new();
    let mut token = None;
    loop {
        let list = stage
            .cognito
            .list_users()
            .user_pool_id(&stage.pool)
            .limit(2);
        let page = list.set_pagination_token(token).send().await.unwrap();
        names.extend(
            page.users()
                .iter()
                .map(|user| user.username().unwrap().to_owned()),
        );
        token = page.pagination_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(names, ["a", "b", "c", "d", "e"]);
}

#[tokio::test]
async fn a_pool_goes_with_its_users_once_its_domain_is_gone() {
    let stage = Stage::empty().await;
    let (cognito, pool) = (&stage.cognito, &stage.pool);
    cognito
        .create_user_pool_domain()
        .domain("reviews-1")
        .user_pool_id(pool)
        .send()
        .await
        .unwrap();
    let described = cognito
        .describe_user_pool_domain()
        .domain("reviews-1")
        .send()
        .await
        .unwrap();
    let description = described.domain_description().unwrap();
    assert_eq!(description.user_pool_id(), Some(pool.as_str()));

    let refused = cognito.delete_user_pool().user_pool_id(pool).send().await;
    assert!(
        refused
            .unwrap_err()
            .into_service_error()
            .is_invalid_parameter_exception()
    );
    cognito
        .delete_user_pool_domain()
        .domain("reviews-1")
        .user_pool_id(pool)
        .send()
        .await
        .unwrap();
    cognito
        .delete_user_pool()
        .user_pool_id(pool)
        .send()
        .await
        .unwrap();
    let gone = cognito.describe_user_pool().user_pool_id(pool).send().await;
    assert!(
        gone.unwrap_err()
            .into_service_error()
            .is_resource_not_found_exception()
    );
}

#[tokio::test]
async fn an_invitation_is_sent_again_while_the_user_has_not_signed_in() {
    let stage = Stage::empty().await;
    let (cognito, pool) = (&stage.cognito, &stage.pool);
    let create = || cognito.admin_create_user().user_pool_id(pool);
    let invited = create().username("ann").temporary_password(PASSWORD);
    invited.send().await.unwrap();
    let resend = |name: &str| {
        let again = create().message_action(MessageActionType::Resend);
        again.username(name)
    };
    let later = |user: &UserType| {
        let modified = user.user_last_modified_date().unwrap().secs();
        modified - user.user_create_date().unwrap().secs()
    };
    // A signature is good for five minutes.
    stage.aws.cloud.world.advance(200);
    let again = resend("ann").temporary_password(PASSWORD).send().await;
    let again = again.unwrap().user.unwrap();
    assert_eq!(
        again.user_status(),
        Some(&UserStatusType::ForceChangePassword)
    );
    assert!(later(&again) >= 200, "{again:?}");

    let unknown = resend("bob").send().await.unwrap_err();
    assert!(unknown.into_service_error().is_user_not_found_exception());
    let chosen = cognito.admin_set_user_password().user_pool_id(pool);
    let chosen = chosen.username("ann").password(PASSWORD).permanent(true);
    chosen.send().await.unwrap();
    let late = resend("ann").send().await.unwrap_err().into_service_error();
    assert!(late.is_unsupported_user_state_exception(), "{late:?}");
}

#[tokio::test]
async fn what_is_not_honoured_is_refused_by_name() {
    let stage = Stage::empty().await;
    let refused = stage
        .cognito
        .create_user_pool()
        .pool_name("x")
        .email_verification_message("hello");
    let message = format!("{:?}", refused.send().await.unwrap_err());
    assert!(message.contains("EmailVerificationMessage"), "{message}");
    let refused = stage.cognito.forgot_password().client_id("x");
    let message = format!("{:?}", refused.username("ann").send().await.unwrap_err());
    assert!(message.contains("ForgotPassword"), "{message}");
}

#[tokio::test]
async fn updates_replace_what_they_name_and_keep_identities() {
    let stage = Stage::empty().await;
    let (cognito, pool) = (&stage.cognito, &stage.pool);
    let update = cognito.update_user_pool().user_pool_id(pool);
    update
        .auto_verified_attributes("email".into())
        .send()
        .await
        .unwrap();
    let described = cognito.describe_user_pool().user_pool_id(pool).send().await;
    let described = described.unwrap();
    let described = described.user_pool().unwrap();
    assert_eq!(described.name(), Some("reviewers"));
    assert_eq!(described.auto_verified_attributes().len(), 1);

    let update = cognito.update_user_pool_client().user_pool_id(pool);
    let update = update.client_id(&stage.client).client_name("other");
    let updated = update.send().await.unwrap();
    let updated = updated.user_pool_client().unwrap();
    assert_eq!(updated.client_name(), Some("other"));
    assert_eq!(updated.client_id(), Some(stage.client.as_str()));
    assert!(updated.client_secret().is_some(), "the secret stays");

    let update = cognito.update_group().user_pool_id(pool);
    let update = update.group_name("reviewers").description("who reviews");
    let updated = update.send().await.unwrap();
    let description = updated.group().and_then(|group| group.description());
    assert_eq!(description, Some("who reviews"));
}
