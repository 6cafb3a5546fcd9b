//! One access key for each principal, so that every operation knows who calls it.

use sha2::{Digest, Sha256};

use crate::cloud::Cloud;
use crate::settings::ACCOUNT;
use crate::store::Tx;

/// Who calls: the person, CloudFormation for that person, a session of a role, or a service itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal(String);

/// A principal by its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who<'a> {
    /// The account's owner, or CloudFormation on the owner's order: administrator rights.
    Owner,
    Session {
        role: &'a str,
        session: &'a str,
    },
    Service(&'a str),
}

impl Principal {
    /// The person at the keyboard.
    pub fn user() -> Self {
        Self("user".to_owned())
    }

    /// CloudFormation, which deploys the person's template.
    pub fn cloudformation() -> Self {
        Self("cloudformation".to_owned())
    }

    /// A session of the role: a function's is named after the function.
    pub fn role(role_arn: &str, session: &str) -> Self {
        let role = role_arn.rsplit('/').next().unwrap_or(role_arn);
        Self(format!("{ASSUMED_ROLE}/{role}/{session}"))
    }

    /// A service on its own: `events.amazonaws.com`.
    pub fn service(name: &str) -> Self {
        Self(name.to_owned())
    }

    pub fn who(&self) -> Who<'_> {
        let session = self.0.strip_prefix(ASSUMED_ROLE).and_then(|rest| {
            let (role, session) = rest.strip_prefix('/')?.split_once('/')?;
            Some(Who::Session { role, session })
        });
        session.unwrap_or(match self.0.as_str() {
            "user" | "cloudformation" => Who::Owner,
            service => Who::Service(service),
        })
    }

    pub fn is_owner(&self) -> bool {
        self.who() == Who::Owner
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As STS and the sentence of a denial name it; a service has no ARN.
    pub fn arn(&self) -> String {
        match self.who() {
            Who::Owner => format!("arn:aws:iam::{ACCOUNT}:user/{}", self.0),
            Who::Session { .. } => format!("arn:aws:sts::{ACCOUNT}:{}", self.0),
            Who::Service(name) => name.to_owned(),
        }
    }
}

const ASSUMED_ROLE: &str = "assumed-role";

/// What a client exports as `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

impl Cloud {
    /// The principal's key: derived from the state folder's seed, the same at every start. Only
    /// the first question for it writes.
    pub fn credentials_for(&self, principal: &Principal) -> Credentials {
        let known = self.store.read(|tx| {
            let credentials = derive(&tx.identity(SEED)?, principal);
            tx.identity(&row(&credentials.access_key_id))?;
            Some(credentials)
        });
        known.unwrap_or_else(|| {
            self.store.update(|tx| {
                let credentials = derive(&self.seed(tx), principal);
                tx.set_identity(&row(&credentials.access_key_id), &principal.0);
                credentials
            })
        })
    }

    /// Whose access key it is, and its secret.
    pub fn principal_of(&self, access_key_id: &str) -> Option<(Principal, Credentials)> {
        self.store.read(|tx| {
            let principal = Principal(tx.identity(&row(access_key_id))?);
            let credentials = derive(&tx.identity(SEED)?, &principal);
            Some((principal, credentials))
        })
    }

    fn seed(&self, tx: &Tx) -> String {
        tx.identity(SEED).unwrap_or_else(|| {
            let seed = self.world.dice("core/credentials").hex(64);
            tx.set_identity(SEED, &seed);
            seed
        })
    }
}

const SEED: &str = "seed";

fn row(access_key_id: &str) -> String {
    format!("access-key/{access_key_id}")
}

/// Lengths and alphabets of AWS's own: `AKIA` and 16 base32 characters, 40 base64 characters.
fn derive(seed: &str, principal: &Principal) -> Credentials {
    let digest = |purpose: &str| {
        let mut hash = Sha256::new();
        for part in [seed, purpose, &principal.0] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize()
    };
    let id = data_encoding::BASE32_NOPAD.encode(&digest("access key")[..10]);
    Credentials {
        access_key_id: format!("AKIA{id}"),
        secret_access_key: data_encoding::BASE64.encode(&digest("secret")[..30]),
    }
}
