//! A reviewer's actions on loops. The portal knows the reviewer's identity and teams.

use serde_json::Value;

use super::finish;
use super::flows;
use super::human_loop::{Gone, HumanLoop, Reviewer};
use super::loops;
use crate::workforce::task_uis;
use local_core::{Cloud, Principal};

/// The loops of these teams that the reviewer could answer now, oldest first.
pub fn waiting(
    cloud: &Cloud,
    region: &str,
    teams: &[String],
    reviewer: &Reviewer,
) -> Vec<HumanLoop> {
    let now = cloud.world.now();
    cloud.store.read(|tx| {
        let loops = loops::of_teams(tx, region, teams);
        loops.filter(|it| it.waits_for(reviewer, now)).collect()
    })
}

/// The name of the first of them; the loops behind it are not read.
pub fn next(cloud: &Cloud, region: &str, teams: &[String], reviewer: &Reviewer) -> Option<String> {
    let now = cloud.world.now();
    cloud.store.read(|tx| {
        let mut loops = loops::of_teams(tx, region, teams);
        loops
            .find(|it| it.waits_for(reviewer, now))
            .map(|it| it.name)
    })
}

/// Takes a loop of one of these teams; with it comes its input.
pub fn accept(
    cloud: &Cloud,
    (region, name): (&str, &str),
    teams: &[String],
    reviewer: &Reviewer,
) -> Result<(HumanLoop, Value), Gone> {
    let human_loop = change(cloud, (region, name), teams, |human_loop| {
        human_loop.accept(reviewer, cloud.world.now())
    })?;
    let input = cloud.store.read(|tx| loops::input(tx, region, name));
    Ok((human_loop, input))
}

/// A loop that the reviewer has taken.
pub fn accepted(
    cloud: &Cloud,
    (region, name): (&str, &str),
    teams: &[String],
    reviewer: &Reviewer,
) -> Result<(HumanLoop, Value), Gone> {
    cloud.store.read(|tx| {
        let human_loop = loops::active(tx, region, name).ok_or(Gone)?;
        if !teams.contains(&human_loop.workteam_arn)
            || !human_loop.is_taken_by(reviewer, cloud.world.now())
        {
            return Err(Gone);
        }
        Ok((human_loop, loops::input(tx, region, name)))
    })
}

pub fn submit(
    cloud: &Cloud,
    place: (&str, &str),
    teams: &[String],
    reviewer: &Reviewer,
    answer: &Value,
) -> Result<(), Gone> {
    let submitted = change(cloud, place, teams, |human_loop| {
        human_loop.submit(reviewer, answer.clone(), cloud.world.now())
    });
    submitted.map(drop)
}

/// A reviewer who has not taken the loop gives nothing back.
pub fn give_back(cloud: &Cloud, place: (&str, &str), reviewer: &Reviewer) {
    let _ = finish::change(cloud, place, |human_loop| {
        human_loop.give_back(reviewer);
        Ok::<(), Gone>(())
    });
}

/// The session in which the files of a loop's task are read: of its flow definition's role.
pub fn principal(cloud: &Cloud, region: &str, name: &str) -> Principal {
    cloud.store.read(|tx| {
        let human_loop = loops::find(tx, region, name);
        let role_arn = human_loop.map(|human_loop| flows::role_arn(tx, region, &human_loop));
        Principal::role(&role_arn.unwrap_or_default(), flows::SESSION)
    })
}

pub fn template(cloud: &Cloud, human_loop: &HumanLoop) -> String {
    cloud
        .store
        .read(|tx| task_uis::template(tx, &human_loop.template_sha256))
        .unwrap_or_default()
}

/// Changes an active loop of one of these teams.
fn change(
    cloud: &Cloud,
    place: (&str, &str),
    teams: &[String],
    change: impl Fn(&mut HumanLoop) -> Result<(), Gone>,
) -> Result<HumanLoop, Gone> {
    let changed = finish::change(cloud, place, |human_loop| {
        if teams.contains(&human_loop.workteam_arn) {
            change(human_loop)
        } else {
            Err(Gone)
        }
    });
    changed?.ok_or(Gone)
}

/// Answers as one more reviewer of the loop's team does in the portal; returns the input that the
/// reviewer was shown, and `None` where the loop waits for no reviewer.
pub fn answer(cloud: &Cloud, region: &str, name: &str, content: &Value) -> Option<Value> {
    let human_loop = cloud.store.read(|tx| loops::active(tx, region, name))?;
    let teams = [human_loop.workteam_arn];
    let reviewer = Reviewer {
        sub: "one-more".to_owned(),
        issuer: String::new(),
    };
    let (_, shown) = accept(cloud, (region, name), &teams, &reviewer).ok()?;
    submit(cloud, (region, name), &teams, &reviewer, content).ok()?;
    Some(shown)
}

#[cfg(test)]
mod tests;
