//! Where Cognito, work teams and A2I here do otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

const POOL_MEMBERS: &str =
    "`AutoVerifiedAttributes` and `AccountRecoverySetting` are kept, without effect.";

/// But for the name and the secret.
const CLIENT_MEMBERS: &str = "The members of the hosted page and of tokens (`ExplicitAuthFlows`, \
    `SupportedIdentityProviders`, `CallbackURLs`, `LogoutURLs`, `AllowedOAuthFlows`, `AllowedOAuthScopes`, \
    `AllowedOAuthFlowsUserPoolClient`, `PreventUserExistenceErrors`) are kept, without effect.";

pub(crate) const NOTES: &[Semantics] = &[
    Semantics {
        api: apis::COGNITO_IDENTITY_PROVIDER.name,
        differs: &[
            "Users sign in at the worker portal alone, with a name and a password: no mail, no second factor, no tokens.",
        ],
        operations: &[
            Note::differs(
                "CreateUserPool",
                &[
                    "`UsernameAttributes` is kept, and an e-mail address is no alias.",
                    POOL_MEMBERS,
                ],
            ),
            Note::differs("UpdateUserPool", &[POOL_MEMBERS]),
            Note::differs("CreateUserPoolClient", &[CLIENT_MEMBERS]),
            Note {
                refuses: &["GenerateSecret"],
                ..Note::differs("UpdateUserPoolClient", &[CLIENT_MEMBERS])
            },
        ],
    },
    Semantics {
        api: apis::AUGMENTED_AI_RUNTIME.name,
        differs: &["Reviewers answer at the worker portal of this machine."],
        operations: &[Note::differs(
            "StartHumanLoop",
            &["`DataAttributes` has no effect."],
        )],
    },
];
