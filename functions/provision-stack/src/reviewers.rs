//! The people of `ReviewerEmails` and `ApproverEmails`: users of the stack's pool, and members of their group.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use aws_sdk_cognitoidentityprovider::types::{AttributeType, DeliveryMediumType, UserType};
use tracing::info;

use crate::event::Reviewers as Wanted;
use crate::{Deps, Outcome};

/// Whoever is not named any more leaves the group and is signed out; the user stays, and answers keep their author.
pub async fn provide(deps: &Deps, wanted: &Wanted) -> Result<Outcome> {
    // Cognito tells capitals apart: one address is one user.
    let emails = wanted.emails.to_lowercase();
    let emails = emails.split(',').map(str::trim);
    let emails: Vec<&str> = emails.filter(|email| !email.is_empty()).collect();
    let people: BTreeSet<&str> = emails.iter().copied().collect();
    let at_least = wanted.at_least.as_deref().map(str::parse).transpose();
    let at_least: usize = at_least.context("read AtLeast")?.unwrap_or_default();
    ensure!(
        people.len() >= at_least,
        "the {} must be {at_least} people at least: {} named",
        wanted.user_pool_group,
        people.len()
    );
    for (place, email) in (1..).zip(&emails) {
        invite(deps, wanted, email)
            .await
            .with_context(|| format!("invite address {place} of the {}", wanted.user_pool_group))?;
    }
    for member in members(deps, wanted).await? {
        // The name is the address of the invitation; the attribute of that name is the user's to change.
        let username = member.username().unwrap_or_default();
        let is_named = |email: &&str| email.eq_ignore_ascii_case(username);
        if !emails.iter().any(is_named) {
            remove(deps, wanted, username).await?;
        }
    }
    Ok(Outcome::provided(wanted.physical_id()))
}

/// A user, invited by mail, and a member of the group.
async fn invite(deps: &Deps, wanted: &Wanted, email: &str) -> Result<()> {
    let user = deps
        .cognito
        .admin_create_user()
        .user_pool_id(&wanted.user_pool_id)
        .username(email)
        .user_attributes(attribute("email", email)?)
        .user_attributes(attribute("email_verified", "true")?)
        .desired_delivery_mediums(DeliveryMediumType::Email)
        .send()
        .await;
    if let Err(error) = user {
        let is_there = error.as_service_error();
        if !is_there.is_some_and(|error| error.is_username_exists_exception()) {
            return Err(error).context("create the user");
        }
    }
    let added = deps.cognito.admin_add_user_to_group();
    let added = added.user_pool_id(&wanted.user_pool_id);
    let added = added.group_name(&wanted.user_pool_group).username(email);
    added.send().await.context("add the user to the group")?;
    info!("a person is a member of the group");
    Ok(())
}

async fn members(deps: &Deps, wanted: &Wanted) -> Result<Vec<UserType>> {
    let members = deps.cognito.list_users_in_group();
    let members = members.user_pool_id(&wanted.user_pool_id);
    let pages = members.group_name(&wanted.user_pool_group).into_paginator();
    let listed = pages.items().send().try_collect().await;
    listed.with_context(|| format!("list the members of the {}", wanted.user_pool_group))
}

/// Signed out before, so that a failure in between is found again in the group, and after, so that a sign-in in between
/// ends, too.
async fn remove(deps: &Deps, wanted: &Wanted, username: &str) -> Result<()> {
    sign_out(deps, wanted, username).await?;
    let removed = deps.cognito.admin_remove_user_from_group();
    let removed = removed.user_pool_id(&wanted.user_pool_id);
    let removed = removed.group_name(&wanted.user_pool_group);
    let removed = removed.username(username).send().await;
    removed.context("remove a person from the group")?;
    sign_out(deps, wanted, username).await?;
    info!("a person who is not named any more has left the group");
    Ok(())
}

async fn sign_out(deps: &Deps, wanted: &Wanted, username: &str) -> Result<()> {
    let signed_out = deps.cognito.admin_user_global_sign_out();
    let signed_out = signed_out.user_pool_id(&wanted.user_pool_id);
    let signed_out = signed_out.username(username).send().await;
    signed_out.map(drop).context("sign a removed person out")
}

fn attribute(name: &str, value: &str) -> Result<AttributeType> {
    AttributeType::builder()
        .name(name)
        .value(value)
        .build()
        .context("build a user attribute")
}
