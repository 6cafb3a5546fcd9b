//! Members that are kept and described, and that nothing here acts on: said when they are given.

use super::client;
use super::pool;

pub fn say_of_pool(request: &pool::CreateRequest) {
    let nothing_is_sent =
        "no mail and no text message is sent, and no password is reset by its user";
    say(
        nothing_is_sent,
        &[
            (
                "AutoVerifiedAttributes",
                request.auto_verified_attributes.is_some(),
            ),
            (
                "AccountRecoverySetting",
                request.account_recovery_setting.is_some(),
            ),
        ],
    );
    let one_name = "a user has the one name that AdminCreateUser was given, and no alias";
    let attributes = request.username_attributes.is_some();
    say(one_name, &[("UsernameAttributes", attributes)]);
}

pub fn say_of_client(request: &client::CreateRequest) {
    let no_page = "people sign in to the worker portal; there is no hosted page and no token";
    say(
        no_page,
        &[
            ("ExplicitAuthFlows", request.explicit_auth_flows.is_some()),
            (
                "SupportedIdentityProviders",
                request.supported_identity_providers.is_some(),
            ),
            ("CallbackURLs", request.callback_urls.is_some()),
            ("LogoutURLs", request.logout_urls.is_some()),
            ("AllowedOAuthFlows", request.allowed_oauth_flows.is_some()),
            ("AllowedOAuthScopes", request.allowed_oauth_scopes.is_some()),
            (
                "PreventUserExistenceErrors",
                request.prevent_user_existence_errors.is_some(),
            ),
        ],
    );
}

/// At the level at which a deployment names its resources without effect.
fn say(reason: &str, members: &[(&str, bool)]) {
    let given = members.iter().filter(|(_, is_given)| *is_given);
    let names: Vec<&str> = given.map(|(name, _)| *name).collect();
    if !names.is_empty() {
        let members = names.join(", ");
        tracing::info!(members, reason, "accepted without effect here");
    }
}
