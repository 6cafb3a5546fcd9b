//! Passwords set by administrators, checked at a sign-in and chosen by users.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::errors::weak_password;
use super::hashing::hashed;
use super::password::Hashed;
use super::user::{Status, User};
use super::{pool, user};
use local_core::store::Tx;
use local_core::wire::{AwsError, Reply, epoch_seconds};
use local_core::{Call, Cloud};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SetPasswordRequest {
    user_pool_id: String,
    username: String,
    password: String,
    #[serde(default)]
    permanent: bool,
}

/// A user whose password was right.
pub struct Checked {
    pub credential: Credential,
    pub status: Status,
}

/// Why a user is not let in. But for [`Wrong::Password`], only who has the password learns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The pool has no such user.
    Username,
    Password,
    /// The password was right, and an administrator disabled its user.
    Disabled,
    /// The password was right, and a temporary one whose days are over.
    Expired,
}

/// Which user has which password, without saying it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    pub sub: String,
    /// [`Hashed::id`].
    pub password: String,
}

/// Why a user's own choice was not taken.
#[derive(Debug)]
pub enum NotChosen {
    /// What the password lacks.
    Weak(AwsError),
    /// The user's password is no longer the temporary one that was given.
    NotTemporary,
}

pub async fn admin_set_password(call: Call, request: SetPasswordRequest) -> Reply {
    let pool = &request.user_pool_id;
    let status = if request.permanent {
        Status::Confirmed
    } else {
        Status::ForceChangePassword
    };
    let hashed = hashed(&call.cloud, request.password.clone()).await?;
    call.cloud.store.write(|tx| {
        let policy = pool::get(tx, &call.region, pool)?.password_policy();
        let user = user::get(tx, pool, &request.username)?;
        policy.check(&request.password).map_err(weak_password)?;
        put_password(&call.cloud, tx, pool, user, hashed, status);
        Ok(json!({}))
    })
}

/// The pool's user, if this is the password. Costs the same for a name that no user has.
pub fn check_password(
    cloud: &Cloud,
    (region, pool): (&str, &str),
    username: &str,
    password: &str,
) -> Result<Checked, Wrong> {
    let found = cloud.store.read(|tx| {
        let policy = pool::get(tx, region, pool).ok()?.password_policy();
        Some((policy, user::find(tx, pool, username)?))
    });
    let Some((policy, user)) = found else {
        let _ = Hashed::new(&cloud.world, password);
        return Err(Wrong::Username);
    };
    let Some(hashed) = &user.password else {
        let _ = Hashed::new(&cloud.world, password);
        return Err(Wrong::Password);
    };
    if !hashed.matches(password) {
        return Err(Wrong::Password);
    }
    if user.disabled {
        return Err(Wrong::Disabled);
    }
    let age = epoch_seconds(cloud.world.now()) - user.modified;
    if user.status == Status::ForceChangePassword && !policy.is_temporary_valid(age) {
        return Err(Wrong::Expired);
    }
    Ok(Checked {
        credential: Credential::of(&user).ok_or(Wrong::Password)?,
        status: user.status,
    })
}

/// Whether the pool still has the user, not disabled, and the user this password.
pub fn is_current(
    cloud: &Cloud,
    (region, pool): (&str, &str),
    username: &str,
    credential: &Credential,
) -> bool {
    cloud.store.read(|tx| {
        let has_pool = pool::get(tx, region, pool).is_ok();
        has_pool && current(tx, pool, username, credential).is_some()
    })
}

/// The user that may still sign in with this password.
pub fn current(tx: &Tx, pool: &str, username: &str, credential: &Credential) -> Option<User> {
    let is_theirs =
        |user: &User| !user.disabled && Credential::of(user).as_ref() == Some(credential);
    user::find(tx, pool, username).filter(is_theirs)
}

/// The user's own choice after the temporary password of `credential`, which it replaces.
pub fn choose_password(
    cloud: &Cloud,
    (region, pool): (&str, &str),
    username: &str,
    credential: &Credential,
    password: &str,
) -> Result<Credential, NotChosen> {
    let hashed = Hashed::new(&cloud.world, password);
    cloud.store.write(|tx| {
        let user = current(tx, pool, username, credential);
        let user = user.filter(|user| user.status == Status::ForceChangePassword);
        let user = user.ok_or(NotChosen::NotTemporary)?;
        let pool_of_user = pool::get(tx, region, pool).map_err(|_| NotChosen::NotTemporary)?;
        let checked = pool_of_user.password_policy().check(password);
        checked.map_err(|lack| NotChosen::Weak(weak_password(lack)))?;
        let chosen = Credential {
            sub: user.sub.clone(),
            password: hashed.id().to_owned(),
        };
        put_password(cloud, tx, pool, user, hashed, Status::Confirmed);
        Ok(chosen)
    })
}

impl Credential {
    /// `None`: the user has no password.
    fn of(user: &User) -> Option<Self> {
        Some(Self {
            sub: user.sub.clone(),
            password: user.password.as_ref()?.id().to_owned(),
        })
    }
}

fn put_password(
    cloud: &Cloud,
    tx: &Tx,
    pool: &str,
    mut user: User,
    hashed: Hashed,
    status: Status,
) {
    user.password = Some(hashed);
    user.status = status;
    user.modified = epoch_seconds(cloud.world.now());
    user.put(tx, pool);
}
