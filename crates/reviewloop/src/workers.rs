//! The users of the local work team, and how they come into the worker portal.

use anyhow::Context;
use aws_sdk_cognitoidentityprovider::types::UserStatusType;
use contracts::names;
use rand::Rng;

use crate::account::Account;
use crate::sentence::Sentence;

/// Their names, which are their mail addresses. No mail is sent.
pub const WORKERS: [&str; 2] = ["ana@example.com", "ben@example.com"];

/// A user of the work team, and the password that was set just now.
pub struct Worker {
    pub name: String,
    pub password: String,
}

/// A user of the work team, as one is told how to sign in.
pub struct Invitation {
    pub name: String,
    /// `None` where the user has chosen a password.
    pub temporary_password: Option<String>,
}

/// A temporary password for each user who has not chosen one yet; `renew`: for every user.
pub async fn invite(account: &Account, renew: bool) -> anyhow::Result<Vec<Invitation>> {
    let pool = pool(account).await?;
    let mut invitations = Vec::new();
    for name in WORKERS {
        let chose = !renew && has_chosen(account, &pool, name).await?;
        let temporary_password = if chose {
            None
        } else {
            Some(set_password(account, &pool, name, false).await?)
        };
        invitations.push(Invitation {
            name: name.to_owned(),
            temporary_password,
        });
    }
    Ok(invitations)
}

/// All of them, each with a new password to keep.
pub async fn admit(account: &Account) -> anyhow::Result<Vec<Worker>> {
    let pool = pool(account).await?;
    let mut workers = Vec::new();
    for name in WORKERS {
        workers.push(Worker {
            password: set_password(account, &pool, name, true).await?,
            name: name.to_owned(),
        });
    }
    Ok(workers)
}

async fn has_chosen(account: &Account, pool: &str, name: &str) -> anyhow::Result<bool> {
    let get = account.cognito.admin_get_user().user_pool_id(pool);
    let user = get.username(name).send().await;
    let user = user.map_err(|error| error.sentence(&format!("look up the user {name}")))?;
    Ok(user.user_status() == Some(&UserStatusType::Confirmed))
}

/// As an administrator of the pool may; one that is not `permanent` must be replaced at the first sign-in.
async fn set_password(
    account: &Account,
    pool: &str,
    name: &str,
    permanent: bool,
) -> anyhow::Result<String> {
    // A capital, a small letter, a digit and a sign: what Cognito's strictest policy asks for.
    let password = format!("Aa1-{:016x}", rand::rng().random::<u64>());
    let set = account.cognito.admin_set_user_password();
    let set = set.user_pool_id(pool).username(name).password(&password);
    let set = set.permanent(permanent).send().await;
    set.map_err(|error| error.sentence(&format!("set the password of {name}")))?;
    Ok(password)
}

/// The user pool behind the stack's work team.
async fn pool(account: &Account) -> anyhow::Result<String> {
    let workteam = names::workteam(&account.stack);
    let describe = account.sagemaker.describe_workteam();
    let found = describe.workteam_name(&workteam).send().await;
    let found =
        found.map_err(|error| error.sentence(&format!("describe the work team {workteam}")))?;
    let pool = found
        .workteam()
        .and_then(|team| team.member_definitions().first())
        .and_then(|member| member.cognito_member_definition())
        .and_then(|member| member.user_pool());
    let pool = pool.context("the work team has no Cognito user pool")?;
    Ok(pool.to_owned())
}

#[cfg(test)]
mod tests;
