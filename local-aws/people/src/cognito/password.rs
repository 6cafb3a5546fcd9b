//! Passwords: a pool's policy for them, and the form in which they are kept.

use data_encoding::HEXLOWER;
use pbkdf2::pbkdf2_hmac;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use local_core::world::World;

/// OWASP asks for 600,000, which is seconds in an unoptimised build. These passwords open a portal
/// on loopback, and their hashes lie in a folder of their owner: a sixtieth of it will do.
const ROUNDS: u32 = 10_000;

/// A password as it is stored: salt and PBKDF2-HMAC-SHA256, never the password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashed {
    rounds: u32,
    salt: String,
    hash: String,
}

impl Hashed {
    pub fn new(world: &World, password: &str) -> Self {
        let salt = world.dice("cognito/salt").hex(32);
        let hash = hash(password, &salt, ROUNDS);
        Self {
            rounds: ROUNDS,
            salt,
            hash,
        }
    }

    /// Another for each password that is set, even the same again.
    pub fn id(&self) -> &str {
        &self.salt
    }

    pub fn matches(&self, password: &str) -> bool {
        let given = hash(password, &self.salt, self.rounds);
        // Without an early end: how long it takes says nothing about where they differ.
        let differing = given
            .bytes()
            .zip(self.hash.bytes())
            .fold(0, |all, (a, b)| all | (a ^ b));
        given.len() == self.hash.len() && differing == 0
    }
}

fn hash(password: &str, salt: &str, rounds: u32) -> String {
    let mut hash = [0; 32];
    pbkdf2_hmac::<Sha256>(password.as_bytes(), salt.as_bytes(), rounds, &mut hash);
    HEXLOWER.encode(&hash)
}

/// A pool's `PasswordPolicy`; the defaults are Cognito's.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
pub struct Policy {
    minimum_length: usize,
    require_uppercase: bool,
    require_lowercase: bool,
    require_numbers: bool,
    require_symbols: bool,
    temporary_password_validity_days: Option<u32>,
}

const SECONDS_PER_DAY: f64 = 86_400.0;

impl Default for Policy {
    fn default() -> Self {
        Self {
            minimum_length: 8,
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            temporary_password_validity_days: None,
        }
    }
}

impl Policy {
    /// The policy with so many days for a temporary password, or with Cognito's default of a week,
    /// if it does not say them itself.
    pub fn with_validity(mut self, days: Option<u32>) -> Self {
        self.temporary_password_validity_days
            .get_or_insert(days.unwrap_or(7));
        self
    }

    /// Whether a temporary password that was set so long ago still lets its user in.
    pub fn is_temporary_valid(&self, age_seconds: f64) -> bool {
        let days = self.temporary_password_validity_days.unwrap_or(7);
        age_seconds < f64::from(days) * SECONDS_PER_DAY
    }

    /// `Err` is the first rule that the password breaks, in Cognito's words.
    pub fn check(&self, password: &str) -> Result<(), &'static str> {
        let lacks =
            |required: bool, is: fn(&char) -> bool| required && !password.chars().any(|c| is(&c));
        if password.chars().count() < self.minimum_length {
            return Err("Password not long enough");
        }
        if lacks(self.require_uppercase, |c| c.is_ascii_uppercase()) {
            return Err("Password must have uppercase characters");
        }
        if lacks(self.require_lowercase, |c| c.is_ascii_lowercase()) {
            return Err("Password must have lowercase characters");
        }
        if lacks(self.require_numbers, |c| c.is_ascii_digit()) {
            return Err("Password must have numeric characters");
        }
        if lacks(self.require_symbols, |c| !c.is_alphanumeric()) {
            return Err("Password must have symbol characters");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Hashed, Policy};
    use local_core::world::World;

    #[test]
    fn only_the_password_itself_matches_and_equal_passwords_hash_differently() {
        let world = World::default();
        let hashed = Hashed::new(&world, "Correct-horse-1");
        assert!(hashed.matches("Correct-horse-1"));
        assert!(!hashed.matches("correct-horse-1"));
        assert!(!hashed.matches(""));
        assert!(hashed != Hashed::new(&world, "Correct-horse-1"));
    }

    #[test]
    fn the_policy_says_what_a_password_lacks() {
        for (password, expected) in [
            ("Aa1!", Err("Password not long enough")),
            ("aaaaaa1!", Err("Password must have uppercase characters")),
            ("AAAAAA1!", Err("Password must have lowercase characters")),
            ("Aaaaaaa!", Err("Password must have numeric characters")),
            ("Aaaaaaa1", Err("Password must have symbol characters")),
            ("Aaaaaa1!", Ok(())),
        ] {
            assert_eq!(Policy::default().check(password), expected, "{password}");
        }
    }
}
