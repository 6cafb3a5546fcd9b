//! The one private workforce of account and region.

use anyhow::{Context, Result, bail};
use aws_sdk_sagemaker::types::{CognitoConfig, Workforce};

use crate::event::Workforce as Wanted;
use crate::tags::{self, tagged};
use crate::{Deps, Outcome};

/// Adopts the workforce if it uses our user pool, creates it where there is none, and refuses to
/// touch anybody else's.
pub async fn provide(deps: &Deps, wanted: &Wanted, stack: &str) -> Result<Outcome> {
    let name = match listed(deps).await?.into_iter().next() {
        Some(found) => {
            let pool = found.cognito_config.as_ref().map(CognitoConfig::user_pool);
            let name = found.workforce_name.clone();
            if pool.flatten() != Some(wanted.user_pool_id.as_str()) {
                bail!(
                    "this account's one private workforce, {name:?}, belongs to another user \
                     pool: delete it yourself, or deploy with HumanReview=none"
                );
            }
            name
        }
        None => {
            create(deps, wanted, stack).await?;
            Some(wanted.workforce_name.clone())
        }
    };
    let name = name.unwrap_or_else(|| wanted.workforce_name.clone());
    Ok(Outcome::provided(name))
}

/// Deletes the workforce only if it carries our stack's tag.
pub async fn delete(deps: &Deps, name: &str, stack: &str) -> Result<Outcome> {
    let mut workforces = listed(deps).await?.into_iter();
    let Some(found) = workforces.find(|it| it.workforce_name() == Some(name)) else {
        return Ok(Outcome::kept(name));
    };
    let arn = found.workforce_arn().unwrap_or_default();
    if !tagged(deps, arn, stack).await? {
        return Ok(Outcome::kept(name));
    }
    let delete = deps.sagemaker.delete_workforce().workforce_name(name);
    let deleted = delete.send().await;
    deleted.with_context(|| format!("delete the workforce {name}"))?;
    Ok(Outcome::removed(name))
}

async fn listed(deps: &Deps) -> Result<Vec<Workforce>> {
    let listed = deps.sagemaker.list_workforces().send().await;
    let listed = listed.context("list the workforces")?;
    Ok(listed.workforces.unwrap_or_default())
}

async fn create(deps: &Deps, wanted: &Wanted, stack: &str) -> Result<()> {
    let cognito = CognitoConfig::builder()
        .user_pool(&wanted.user_pool_id)
        .client_id(&wanted.user_pool_client_id)
        .build();
    deps.sagemaker
        .create_workforce()
        .workforce_name(&wanted.workforce_name)
        .cognito_config(cognito)
        .tags(tags::ours(stack))
        .send()
        .await
        .map(drop)
        .with_context(|| format!("create the workforce {}", wanted.workforce_name))
}
