//! One access key for each principal, so that every operation knows who calls it.

use sha2::{Digest, Sha256};

use crate::cloud::Cloud;
use crate::principal::Principal;
use crate::store::Tx;

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
                tx.set_identity(&row(&credentials.access_key_id), principal.as_str());
                credentials
            })
        })
    }

    /// Whose access key it is, and its secret.
    pub fn principal_of(&self, access_key_id: &str) -> Option<(Principal, Credentials)> {
        self.store.read(|tx| {
            let principal = Principal::read(tx.identity(&row(access_key_id))?);
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
        for part in [seed, purpose, principal.as_str()] {
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
