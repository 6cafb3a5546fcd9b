use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;
use worker_portal::Hashing;

use super::password::Hashed;
use super::{check_password, without_effect};
use crate::testing::{PASSWORD, People, REGION};
use local_core::wire::apis;

/// Whether a temporary password lets its user in at once, in a pool with these members.
async fn temporary_password_is_good(members: Value) -> bool {
    let people = People::new();
    let pool = people.create_pool(members).await;
    let user = json!({ "UserPoolId": pool, "Username": "ann", "TemporaryPassword": PASSWORD });
    let idp = apis::COGNITO_IDENTITY_PROVIDER;
    people.call(idp, "AdminCreateUser", user).await.unwrap();
    check_password(&people.cloud, (REGION, &pool), "ann", PASSWORD).is_ok()
}

#[tokio::test]
async fn the_days_of_unused_accounts_count_until_the_policy_says_its_own() {
    let unused = json!({ "UnusedAccountValidityDays": 0 });
    let policy = json!({ "PasswordPolicy": { "TemporaryPasswordValidityDays": 1 } });
    assert!(temporary_password_is_good(json!({})).await);
    assert!(!temporary_password_is_good(json!({ "AdminCreateUserConfig": unused })).await);
    let both = json!({ "AdminCreateUserConfig": unused, "Policies": policy });
    assert!(temporary_password_is_good(both).await);
}

#[test]
fn members_without_effect_are_named_when_they_are_given() {
    let pool = json!({
        "PoolName": "p", "AutoVerifiedAttributes": ["email"], "UsernameAttributes": ["email"],
    });
    let pool = serde_json::from_value(pool).unwrap();
    let names: Vec<&str> = without_effect::of_pool(&pool)
        .iter()
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(names, ["AutoVerifiedAttributes", "UsernameAttributes"]);

    let client = json!({ "UserPoolId": "p", "ClientName": "c", "CallbackURLs": ["https://a"] });
    let client = serde_json::from_value(client).unwrap();
    let members = without_effect::of_client(&client);
    assert_eq!(members.len(), 1);
    assert_eq!(members[0].0, "CallbackURLs");
}

#[tokio::test]
async fn a_domain_with_a_name_of_awss_own_is_refused() {
    let people = People::new();
    let pool = people.create_pool(json!({})).await;
    let domain = json!({ "Domain": "my-cognito", "UserPoolId": pool });
    let idp = apis::COGNITO_IDENTITY_PROVIDER;
    let refused = people.call(idp, "CreateUserPoolDomain", domain).await;
    let message = refused.unwrap_err().message;
    assert_eq!(message, "Domain cannot contain reserved word: cognito");
}

#[tokio::test]
async fn passwords_of_administrators_are_hashed_in_turn_with_those_of_the_portal() {
    let people = Arc::new(People::new());
    let pool = people.create_pool(json!({})).await;
    let idp = apis::COGNITO_IDENTITY_PROVIDER;
    let ann = json!({ "UserPoolId": pool, "Username": "ann" });
    people.call(idp, "AdminCreateUser", ann).await.unwrap();
    let bob = json!({ "UserPoolId": pool, "Username": "bob", "TemporaryPassword": PASSWORD });
    let set = json!({ "UserPoolId": pool, "Username": "ann", "Password": PASSWORD });
    for (operation, members) in [("AdminCreateUser", bob), ("AdminSetUserPassword", set)] {
        // As many as the portal hashes at once, none of which ends before it may.
        let may_end = Arc::new(Semaphore::new(0));
        let hashing = people.cloud.memory::<Hashing>();
        let portal = (0..4).map(|_| {
            let (hashing, may_end) = (hashing.clone(), may_end.clone());
            tokio::spawn(async move {
                let end = hashing.run(async move { may_end.acquire().await.is_ok() });
                end.await
            })
        });
        let portal: Vec<_> = portal.collect();
        let called = people.clone();
        let call = async move { called.call(idp, operation, members).await };
        tokio::task::yield_now().await;
        let call = tokio::spawn(call);
        // More than the call needs, past the turns.
        for _ in 0..4 {
            let cloud = people.cloud.clone();
            let hash = move || Hashed::new(&cloud.world, PASSWORD);
            tokio::task::spawn_blocking(hash).await.unwrap();
        }
        assert!(!call.is_finished(), "{operation} waits for its turn");
        may_end.add_permits(4);
        call.await.unwrap().unwrap();
        for each in portal {
            assert_eq!(each.await.unwrap(), Some(true));
        }
    }
}

#[tokio::test]
async fn an_e_mail_address_that_is_none_is_refused() {
    let people = People::new();
    let pool = people.create_pool(json!({})).await;
    let idp = apis::COGNITO_IDENTITY_PROVIDER;
    for (mail, is_taken) in [
        ("ana@example.com", true),
        ("ana", false),
        ("@example.com", false),
    ] {
        let attribute = json!([{ "Name": "email", "Value": mail }]);
        let user = json!({ "UserPoolId": pool, "Username": mail, "UserAttributes": attribute });
        let created = people.call(idp, "AdminCreateUser", user).await;
        let refused = created.err().map(|error| error.message);
        let expected = (!is_taken).then(|| "Invalid email address format.".to_owned());
        assert_eq!(refused, expected, "{mail}");
    }
}
