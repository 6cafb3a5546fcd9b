//! Passwords set and checked. The worker portal is who signs in; no token is issued.

use serde::Deserialize;
use serde_json::json;

use super::errors::weak_password;
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
    pub sub: String,
    pub status: Status,
}

pub async fn admin_set_password(call: Call, request: SetPasswordRequest) -> Reply {
    let pool = &request.user_pool_id;
    let status = if request.permanent {
        Status::Confirmed
    } else {
        Status::ForceChangePassword
    };
    let hashed = Hashed::new(&call.cloud.world, &request.password);
    call.cloud.store.write(|tx| {
        let policy = pool::get(tx, &call.region, pool)?.password_policy();
        let user = user::get(tx, pool, &request.username)?;
        policy.check(&request.password).map_err(weak_password)?;
        put_password(&call.cloud, tx, pool, user, hashed, status);
        Ok(json!({}))
    })
}

/// The pool's user, if this is the password. Costs the same for a name that nobody has.
pub fn check_password(
    cloud: &Cloud,
    (region, pool): (&str, &str),
    username: &str,
    password: &str,
) -> Option<Checked> {
    let now = epoch_seconds(cloud.world.now());
    let user = cloud.store.read(|tx| {
        let policy = pool::get(tx, region, pool).ok()?.password_policy();
        let is_valid = |user: &User| {
            user.status == Status::Confirmed || policy.is_temporary_valid(now - user.modified)
        };
        user::find(tx, pool, username).filter(is_valid)
    });
    let Some(hashed) = user.as_ref().and_then(|user| user.password.clone()) else {
        let _ = Hashed::new(&cloud.world, password);
        return None;
    };
    let user = user.filter(|_| hashed.matches(password))?;
    Some(Checked {
        sub: user.sub,
        status: user.status,
    })
}

/// The user's own choice after a temporary password; `Err` says what the password lacks.
pub fn choose_password(
    cloud: &Cloud,
    (region, pool): (&str, &str),
    username: &str,
    password: &str,
) -> Result<(), AwsError> {
    let hashed = Hashed::new(&cloud.world, password);
    cloud.store.write(|tx| {
        let policy = pool::get(tx, region, pool)?.password_policy();
        let user = user::get(tx, pool, username)?;
        policy.check(password).map_err(weak_password)?;
        put_password(cloud, tx, pool, user, hashed, Status::Confirmed);
        Ok(())
    })
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
