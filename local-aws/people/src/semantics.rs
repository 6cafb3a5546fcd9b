//! Where Cognito, work teams and A2I here do otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

const POOL_MEMBERS: &str =
    "`AutoVerifiedAttributes` and `AccountRecoverySetting` are kept, without effect.";

const CLIENT_MEMBERS: &str = "The members of the hosted page (`SupportedIdentityProviders`, `CallbackURLs`, `LogoutURLs`, \
    `AllowedOAuthFlows`, `AllowedOAuthScopes`, `AllowedOAuthFlowsUserPoolClient`) are kept, without effect; of \
    `ExplicitAuthFlows`, those count that InitiateAuth has.";

pub(crate) const NOTES: &[Semantics] = &[
    Semantics {
        api: apis::COGNITO_IDENTITY_PROVIDER.name,
        differs: &[
            "Users sign in at the worker portal and by InitiateAuth, with a name and a password: no mail, no second factor, no hosted page.",
            "Tokens are JSON Web Tokens that a symmetric key of the pool signs (HS256): no pool publishes a key, and a server that is given a token asks GetUser.",
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
            Note {
                refuses: &["`UserAttributes` with `MessageAction` RESEND"],
                ..Note::differs("AdminCreateUser", &[])
            },
            Note::differs("CreateUserPoolClient", &[CLIENT_MEMBERS]),
            Note {
                refuses: &["GenerateSecret"],
                ..Note::differs("UpdateUserPoolClient", &[CLIENT_MEMBERS])
            },
            Note {
                refuses: &["every `AuthFlow` but USER_PASSWORD_AUTH and REFRESH_TOKEN_AUTH"],
                ..Note::differs(
                    "InitiateAuth",
                    &[
                        "After five failures a name rests for a minute; on AWS the rests grow from a second to a quarter of an hour.",
                    ],
                )
            },
            Note {
                refuses: &["every `ChallengeName` but NEW_PASSWORD_REQUIRED"],
                ..Note::differs("RespondToAuthChallenge", &[])
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
