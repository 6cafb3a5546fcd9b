//! Cognito's limits on members, which are the same in every operation.
//!
//! Source: the API reference of Amazon Cognito user pools. Its model marks usernames, passwords and
//! the ids of clients as sensitive: no sentence repeats them.

use local_core::wire::Operation;
use local_core::wire::constraints::Rule::{Hidden, Items, Length, OneOf, Pattern, Range};
use local_core::wire::constraints::{Constraints, Rule};
use local_core::wire::limits::{Limit, in_each};

pub fn constraints(operations: &[Operation]) -> Constraints {
    Constraints {
        code: "InvalidParameterException",
        table: in_each(operations, &[LIMITS]),
    }
}

const NAME: Rule = Pattern(r"[\w\s+=,.@-]+");
const VISIBLE: Rule = Pattern(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+");
const URLS: Rule = Items(0, 100);
const MEDIA: Rule = OneOf(&["phone_number", "email"]);
const UNIT: Rule = OneOf(&["seconds", "minutes", "hours", "days"]);
const TOKEN: Rule = Pattern(r"[A-Za-z0-9-_=.]+");

const LIMITS: &[Limit] = &[
    ("MaxResults", Range(1, 60)),
    ("Limit", Range(0, 60)),
    // Pools.
    ("UserPoolId", Length(1, 55)),
    ("UserPoolId", Pattern(r"[\w-]+_[0-9a-zA-Z]+")),
    ("PoolName", Length(1, 128)),
    ("PoolName", NAME),
    ("Policies.PasswordPolicy.MinimumLength", Range(6, 99)),
    (
        "Policies.PasswordPolicy.TemporaryPasswordValidityDays",
        Range(0, 365),
    ),
    ("AutoVerifiedAttributes[]", MEDIA),
    ("UsernameAttributes[]", MEDIA),
    (
        "AdminCreateUserConfig.UnusedAccountValidityDays",
        Range(0, 365),
    ),
    ("AccountRecoverySetting.RecoveryMechanisms", Items(1, 2)),
    (
        "AccountRecoverySetting.RecoveryMechanisms[].Priority",
        Range(1, 2),
    ),
    (
        "AccountRecoverySetting.RecoveryMechanisms[].Name",
        OneOf(&["verified_email", "verified_phone_number", "admin_only"]),
    ),
    ("UserPoolTags{key}", Length(1, 128)),
    ("UserPoolTags{}", Length(0, 256)),
    ("Domain", Length(1, 63)),
    (
        "Domain",
        Pattern(r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"),
    ),
    // App clients.
    ("ClientId", Hidden(&Length(1, 128))),
    ("ClientId", Hidden(&Pattern(r"[\w+]+"))),
    ("ClientName", Length(1, 128)),
    ("ClientName", NAME),
    (
        "ExplicitAuthFlows[]",
        OneOf(&[
            "ADMIN_NO_SRP_AUTH",
            "CUSTOM_AUTH_FLOW_ONLY",
            "USER_PASSWORD_AUTH",
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_CUSTOM_AUTH",
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ALLOW_USER_AUTH",
        ]),
    ),
    ("SupportedIdentityProviders[]", Length(1, 32)),
    (
        "SupportedIdentityProviders[]",
        Pattern(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+"),
    ),
    ("CallbackURLs", URLS),
    ("CallbackURLs[]", Length(1, 1024)),
    ("CallbackURLs[]", VISIBLE),
    ("LogoutURLs", URLS),
    ("LogoutURLs[]", Length(1, 1024)),
    ("LogoutURLs[]", VISIBLE),
    ("AllowedOAuthFlows", Items(0, 3)),
    (
        "AllowedOAuthFlows[]",
        OneOf(&["code", "implicit", "client_credentials"]),
    ),
    ("AllowedOAuthScopes", Items(0, 50)),
    ("AllowedOAuthScopes[]", Length(1, 256)),
    (
        "AllowedOAuthScopes[]",
        Pattern(r"[\x21\x23-\x5B\x5D-\x7E]+"),
    ),
    ("AccessTokenValidity", Range(1, 86_400)),
    ("IdTokenValidity", Range(1, 86_400)),
    ("RefreshTokenValidity", Range(0, 315_360_000)),
    ("TokenValidityUnits.AccessToken", UNIT),
    ("TokenValidityUnits.IdToken", UNIT),
    ("TokenValidityUnits.RefreshToken", UNIT),
    ("AuthSessionValidity", Range(3, 15)),
    ("PreventUserExistenceErrors", OneOf(&["LEGACY", "ENABLED"])),
    // Groups.
    ("GroupName", Length(1, 128)),
    ("GroupName", VISIBLE),
    ("Description", Length(0, 2048)),
    ("RoleArn", Length(20, 2048)),
    (
        "RoleArn",
        Pattern(
            r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
        ),
    ),
    ("Precedence", Range(0, i64::MAX)),
    // Users.
    ("Username", Hidden(&Length(1, 128))),
    ("Username", Hidden(&VISIBLE)),
    ("UserAttributes[].Name", Length(1, 32)),
    (
        "UserAttributes[].Name",
        Pattern(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+"),
    ),
    ("UserAttributes[].Value", Hidden(&Length(0, 2048))),
    ("DesiredDeliveryMediums[]", OneOf(&["SMS", "EMAIL"])),
    ("TemporaryPassword", Hidden(&Length(0, 256))),
    ("TemporaryPassword", Hidden(&Pattern(r"[\S]+"))),
    ("Password", Hidden(&Length(0, 256))),
    ("Password", Hidden(&Pattern(r"[\S]+"))),
    // Sign-ins.
    ("Session", Hidden(&Length(20, 2048))),
    ("AccessToken", Hidden(&TOKEN)),
    ("Token", Hidden(&TOKEN)),
    ("ClientSecret", Hidden(&Length(1, 64))),
    ("ClientSecret", Hidden(&Pattern(r"[\w+]+"))),
];
