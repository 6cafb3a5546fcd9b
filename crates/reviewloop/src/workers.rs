//! The reviewers of the local stack, and how they come into their portal.

use std::collections::BTreeMap;

use aws_sdk_cognitoidentityprovider::types::{UserStatusType, UserType};
use contracts::names;
use policy::naming;
use rand::Rng;
use time::OffsetDateTime;

use crate::account::Account;
use crate::sentence::{Sentence, is_missing};

/// The reviewers of a local stack unless `ReviewerEmails` names others. No mail is sent.
pub const WORKERS: [&str; 2] = ["ana@example.com", "ben@example.com"];

/// A reviewer, and the password that was set just now.
pub struct Worker {
    pub name: String,
    pub password: String,
}

/// A reviewer, as one is told how to sign in.
pub struct Invitation {
    pub name: String,
    /// `None` where the user has chosen a password.
    pub temporary_password: Option<String>,
}

/// A temporary password for each user who has not chosen one yet; `renew`: for every user.
pub async fn invite(account: &Account, renew: bool) -> anyhow::Result<Vec<Invitation>> {
    let mut invitations = Vec::new();
    for user in users(account, EVERYBODY).await? {
        let temporary_password = if user.has_chosen && !renew {
            None
        } else {
            Some(set_password(account, &user, false).await?)
        };
        invitations.push(Invitation {
            name: user.name,
            temporary_password,
        });
    }
    Ok(invitations)
}

/// A reviewer as Cognito knows one.
pub struct Member {
    /// The worker's id on the stack's own pages.
    pub worker: String,
    pub name: String,
    pub pool: String,
    /// The day (UTC) of the newest invitation, of whoever has not signed in yet.
    pub invited_on: Option<String>,
}

/// In the order of their names.
pub async fn members(account: &Account) -> anyhow::Result<Vec<Member>> {
    let users = users(account, EVERYBODY).await?.into_iter();
    let members = users.map(|user| Member {
        worker: naming::worker(&names::user_pool_issuer(&user.pool), &user.sub),
        name: user.name,
        pool: user.pool,
        invited_on: user.invited_on,
    });
    Ok(members.collect())
}

/// All of them, each with a new password to keep.
pub async fn admit(account: &Account) -> anyhow::Result<Vec<Worker>> {
    let mut workers = Vec::new();
    for user in users(account, REVIEWERS).await? {
        workers.push(Worker {
            password: set_password(account, &user, true).await?,
            name: user.name,
        });
    }
    Ok(workers)
}

/// A member of the reviewers' group.
struct User {
    pool: String,
    name: String,
    /// Cognito's id of the user.
    sub: String,
    has_chosen: bool,
    invited_on: Option<String>,
}

const REVIEWERS: &[&str] = &[names::REVIEWER_GROUP];
const EVERYBODY: &[&str] = &[names::REVIEWER_GROUP, names::APPROVER_GROUP];

/// The members of these groups in the order of their names; none where the stack asks nobody.
async fn users(account: &Account, groups: &[&str]) -> anyhow::Result<Vec<User>> {
    let Some(pool) = pool(account).await? else {
        return Ok(Vec::new());
    };
    let mut users = BTreeMap::new();
    for group in groups {
        let list = account.cognito.list_users_in_group();
        let list = list.user_pool_id(&pool).group_name(*group);
        let mut listed = list.into_paginator().items().send();
        while let Some(user) = listed.next().await {
            let user = match user {
                Ok(user) => user,
                // A stack has either group, or both.
                Err(error) if is_missing(&error) => break,
                Err(error) => return Err(error.sentence(&format!("list the {group}"))),
            };
            let user = User {
                pool: pool.clone(),
                sub: sub(&user),
                invited_on: invited_on(&user),
                has_chosen: user.user_status == Some(UserStatusType::Confirmed),
                name: user.username.unwrap_or_default(),
            };
            users.insert(user.name.clone(), user);
        }
    }
    Ok(users.into_values().collect())
}

fn sub(user: &UserType) -> String {
    let mut attributes = user.attributes().iter();
    let sub = attributes.find(|attribute| attribute.name() == "sub");
    let sub = sub.and_then(|attribute| attribute.value());
    sub.unwrap_or_default().to_owned()
}

/// Of a user with a temporary password: what changes such a user is an invitation that is sent again.
fn invited_on(user: &UserType) -> Option<String> {
    let is_invited = user.user_status == Some(UserStatusType::ForceChangePassword);
    let at = user.user_last_modified_date.filter(|_| is_invited)?;
    let at = OffsetDateTime::from_unix_timestamp(at.secs()).ok()?;
    Some(at.date().to_string())
}

/// As an administrator of the pool may; one that is not `permanent` must be replaced at the first sign-in.
async fn set_password(account: &Account, user: &User, permanent: bool) -> anyhow::Result<String> {
    // A capital, a small letter, a digit and a sign: what Cognito's strictest policy asks for.
    let password = format!("Aa1-{:016x}", rand::rng().random::<u64>());
    let set = account.cognito.admin_set_user_password();
    let User { pool, name, .. } = user;
    let set = set.user_pool_id(pool).username(name).password(&password);
    let set = set.permanent(permanent).send().await;
    set.map_err(|error| error.sentence(&format!("set the password of {name}")))?;
    Ok(password)
}

/// The stack's user pool; `None` where it asks nobody.
async fn pool(account: &Account) -> anyhow::Result<Option<String>> {
    let name = names::reviewer_pool(&account.stack);
    let list = account.cognito.list_user_pools().max_results(60);
    let mut pools = list.into_paginator().items().send();
    while let Some(pool) = pools.next().await {
        let pool = pool.map_err(|error| error.sentence("list the user pools"))?;
        if pool.name() == Some(&name) {
            return Ok(pool.id);
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
