use serde_json::{Value, json};

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
    check_password(&people.cloud, (REGION, &pool), "ann", PASSWORD).is_some()
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
