//! Members that are kept and described, and that nothing here acts on: said when they are given.

use super::client;
use super::pool;

const NOTHING_IS_SENT: &str = "no mail and no text message is sent, and no user resets a password";
const ONE_NAME: &str = "a user has the one name that AdminCreateUser was given, and no alias";
const NO_PAGE: &str = "people sign in at the worker portal and by the API: there is no hosted page";

/// A member and why it is without effect.
type Member = (&'static str, &'static str);

pub fn of_pool(request: &pool::CreateRequest) -> Vec<Member> {
    given([
        (
            "AutoVerifiedAttributes",
            NOTHING_IS_SENT,
            request.auto_verified_attributes.is_some(),
        ),
        (
            "AccountRecoverySetting",
            NOTHING_IS_SENT,
            request.account_recovery_setting.is_some(),
        ),
        (
            "UsernameAttributes",
            ONE_NAME,
            request.username_attributes.is_some(),
        ),
    ])
}

pub fn of_client(request: &client::CreateRequest) -> Vec<Member> {
    let members = [
        (
            "SupportedIdentityProviders",
            request.supported_identity_providers.is_some(),
        ),
        ("CallbackURLs", request.callback_urls.is_some()),
        ("LogoutURLs", request.logout_urls.is_some()),
        ("AllowedOAuthFlows", request.allowed_oauth_flows.is_some()),
        ("AllowedOAuthScopes", request.allowed_oauth_scopes.is_some()),
        (
            "AllowedOAuthFlowsUserPoolClient",
            request.allowed_oauth_flows_user_pool_client.is_some(),
        ),
    ];
    given(members.map(|(name, is_given)| (name, NO_PAGE, is_given)))
}

/// At the level at which a deployment names its resources without effect.
pub fn say(operation: &str, members: &[Member]) {
    for (member, reason) in members {
        tracing::info!(operation, member, reason, "accepted without effect here");
    }
}

fn given<const N: usize>(members: [(&'static str, &'static str, bool); N]) -> Vec<Member> {
    let given = members.into_iter().filter(|(_, _, is_given)| *is_given);
    given.map(|(name, reason, _)| (name, reason)).collect()
}
