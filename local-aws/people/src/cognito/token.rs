//! Tokens: JSON Web Tokens that the pool's key signs.
//!
//! The key is symmetric (HS256), where AWS's pools have RSA keys and publish one half: no crate of this workspace
//! makes such keys. So a server does not verify a token by itself; it asks GetUser, which knows of revocation, too.

use data_encoding::BASE64URL_NOPAD;
use pbkdf2::hmac::{Hmac, Mac};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::Sha256;

use super::pool::region;
use local_core::store::{Table, Tx};
use local_core::world::World;

/// By region and pool; made with a pool's first token.
const KEYS: Table<String> = Table::new("cognito/token-key");

pub struct Key(String);

impl Key {
    /// The pool's, which is made where it has none.
    pub fn of(world: &World, tx: &Tx, pool: &str) -> Self {
        Self::find(tx, pool).unwrap_or_else(|| {
            let key = world.dice("cognito/token-key").hex(64);
            KEYS.put(tx, region(pool), pool, &key);
            Self(key)
        })
    }

    /// That of a pool which signed a token before.
    pub fn find(tx: &Tx, pool: &str) -> Option<Self> {
        KEYS.get(tx, region(pool), pool).map(Self)
    }

    pub fn sign(&self, claims: &Value) -> String {
        let encoded = |part: &Value| BASE64URL_NOPAD.encode(part.to_string().as_bytes());
        let head = json!({ "alg": "HS256", "typ": "JWT" });
        let signed = format!("{}.{}", encoded(&head), encoded(claims));
        let signature = mac(self, &signed).finalize().into_bytes();
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
    }

    /// The claims of a token that this key signed.
    pub fn verified<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
        mac(self, signed).verify_slice(&signature).ok()?;
        unverified(token)
    }
}

/// What the token says of itself.
pub fn unverified<T: DeserializeOwned>(token: &str) -> Option<T> {
    let claims = token.split('.').nth(1)?;
    let claims = BASE64URL_NOPAD.decode(claims.as_bytes()).ok()?;
    serde_json::from_slice(&claims).ok()
}

/// With the pool.
pub fn forget_key(tx: &Tx, pool: &str) {
    KEYS.delete(tx, region(pool), pool);
}

fn mac(key: &Key, signed: &str) -> Hmac<Sha256> {
    let mac = <Hmac<Sha256> as Mac>::new_from_slice(key.0.as_bytes());
    mac.expect("HMAC takes keys of any length")
        .chain_update(signed)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Key;

    /// The example of <https://jwt.io>.
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
        eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.\
        SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

    fn key(key: &str) -> Key {
        Key(key.to_owned())
    }

    #[test]
    fn a_token_is_read_by_the_key_that_signed_it_and_only_whole() {
        let ours = key("your-256-bit-secret");
        let claims: Value = ours.verified(TOKEN).unwrap();
        assert_eq!(claims["name"], "John Doe");
        assert!(key("another").verified::<Value>(TOKEN).is_none());
        let (signed, signature) = TOKEN.rsplit_once('.').unwrap();
        let (head, _) = signed.split_once('.').unwrap();
        let of_another = ours.sign(&json!({ "name": "Eve" }));
        let (eve, _) = of_another.rsplit_once('.').unwrap();
        for forged in [
            signed.to_owned(),
            format!("{signed}."),
            format!("{head}.{signature}"),
            format!("{eve}.{signature}"),
            // {"alg":"none"}
            format!(
                "eyJhbGciOiJub25lIn0.{}.",
                signed.rsplit('.').next().unwrap()
            ),
            String::new(),
        ] {
            assert!(ours.verified::<Value>(&forged).is_none(), "{forged}");
        }
        let claims: Value = ours.verified(&of_another).unwrap();
        assert_eq!(claims, json!({ "name": "Eve" }));
    }
}
