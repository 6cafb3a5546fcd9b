//! How long the tokens of an app client are good; the defaults are Cognito's.

use super::client::{CreateRequest, Unit};
use super::errors::invalid;
use local_core::wire::AwsError;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// In seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    pub access: i64,
    pub id: i64,
    pub refresh: i64,
    /// Of the session of a challenge.
    pub session: i64,
}

impl Validity {
    pub fn of(client: &CreateRequest) -> Result<Self, AwsError> {
        let units = client.token_validity_units.unwrap_or_default();
        let short = (HOUR, 5 * MINUTE..=DAY);
        let access = seconds(
            client.access_token_validity,
            units.access_token,
            Unit::Hours,
        );
        let id = seconds(client.id_token_validity, units.id_token, Unit::Hours);
        let refresh = seconds(
            client.refresh_token_validity,
            units.refresh_token,
            Unit::Days,
        );
        let validity = Self {
            access: within(access, short.clone())?,
            id: within(id, short)?,
            refresh: within(refresh, (30 * DAY, HOUR..=3650 * DAY))?,
            session: client.auth_session_validity.unwrap_or(3) * MINUTE,
        };
        // The others end with the refresh token.
        within(
            Some(validity.access.max(validity.id)),
            (HOUR, 0..=validity.refresh),
        )?;
        Ok(validity)
    }
}

/// A validity of 0 is none that was given.
fn seconds(value: Option<i64>, unit: Option<Unit>, default: Unit) -> Option<i64> {
    let unit = match unit.unwrap_or(default) {
        Unit::Seconds => 1,
        Unit::Minutes => MINUTE,
        Unit::Hours => HOUR,
        Unit::Days => DAY,
    };
    let value = value.filter(|value| *value != 0)?;
    Some(value.saturating_mul(unit))
}

fn within(
    seconds: Option<i64>,
    (default, range): (i64, std::ops::RangeInclusive<i64>),
) -> Result<i64, AwsError> {
    let seconds = seconds.unwrap_or(default);
    if range.contains(&seconds) {
        return Ok(seconds);
    }
    Err(invalid("Invalid range for token validity."))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Validity;
    use local_core::wire::extend;

    fn of(members: Value) -> Option<Validity> {
        let mut request = json!({ "UserPoolId": "us-east-1_a", "ClientName": "c" });
        extend(&mut request, members);
        Validity::of(&serde_json::from_value(request).unwrap()).ok()
    }

    #[test]
    fn tokens_have_cognitos_defaults_their_units_and_bounds() {
        let default = Validity {
            access: 3600,
            id: 3600,
            refresh: 30 * 86_400,
            session: 180,
        };
        assert_eq!(of(json!({ "RefreshTokenValidity": 0 })), Some(default));
        let units =
            json!({ "AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "hours" });
        let given = of(json!({
            "AccessTokenValidity": 5, "IdTokenValidity": 301, "RefreshTokenValidity": 1,
            "TokenValidityUnits": units, "AuthSessionValidity": 15,
        }));
        let expected = Validity {
            access: 300,
            id: 301,
            refresh: 3600,
            session: 900,
        };
        assert_eq!(given, Some(expected));
        for outside in [
            json!({ "AccessTokenValidity": 4, "TokenValidityUnits": units }),
            json!({ "AccessTokenValidity": 25 }),
            json!({ "IdTokenValidity": 25 }),
            json!({ "RefreshTokenValidity": 3651 }),
            json!({ "RefreshTokenValidity": i64::MAX }),
            // An access token that would outlive its sign-in.
            json!({ "AccessTokenValidity": 90, "RefreshTokenValidity": 1, "TokenValidityUnits": units }),
        ] {
            assert_eq!(of(outside.clone()), None, "{outside}");
        }
    }
}
