//! What reviewers do with loops. The portal knows who they are and which teams they are in.

use serde_json::Value;

use super::finish;
use super::human_loop::{Gone, HumanLoop, Reviewer, Status};
use super::loops::{ACTIVE, find, input};
use crate::workforce::task_uis;
use local_core::Cloud;
use local_core::store::Tx;

/// The loops of these teams that the reviewer could answer now, oldest first.
pub fn waiting(
    cloud: &Cloud,
    region: &str,
    teams: &[String],
    reviewer: &Reviewer,
) -> Vec<HumanLoop> {
    let now = cloud.world.now();
    let active = cloud.store.read(|tx| ACTIVE.list(tx, region)).into_iter();
    let mut waiting: Vec<HumanLoop> = active
        .map(|(_, it)| it)
        .filter(|it| teams.contains(&it.workteam_arn) && it.waits_for(reviewer, now))
        .collect();
    waiting.sort_by(|a, b| (a.created, &a.name).cmp(&(b.created, &b.name)));
    waiting
}

/// Takes a loop of one of these teams; with it comes its input.
pub fn accept(
    cloud: &Cloud,
    (region, name): (&str, &str),
    teams: &[String],
    reviewer: &Reviewer,
) -> Result<(HumanLoop, Value), Gone> {
    cloud.store.write(|tx| {
        let mut it = active(tx, region, name, teams)?;
        let was_taken = it.is_taken_by(reviewer, cloud.world.now());
        it.accept(reviewer, cloud.world.now())?;
        if !was_taken {
            ACTIVE.put(tx, region, name, &it);
        }
        let input = input(tx, region, name);
        Ok((it, input))
    })
}

/// A loop that the reviewer has taken.
pub fn accepted(
    cloud: &Cloud,
    (region, name): (&str, &str),
    teams: &[String],
    reviewer: &Reviewer,
) -> Result<(HumanLoop, Value), Gone> {
    cloud.store.read(|tx| {
        let it = active(tx, region, name, teams)?;
        if !it.is_taken_by(reviewer, cloud.world.now()) {
            return Err(Gone);
        }
        let input = input(tx, region, name);
        Ok((it, input))
    })
}

pub fn submit(
    cloud: &Cloud,
    (region, name): (&str, &str),
    teams: &[String],
    reviewer: &Reviewer,
    answer: Value,
) -> Result<(), Gone> {
    cloud.store.write(|tx| {
        let mut it = active(tx, region, name, teams)?;
        it.submit(reviewer, answer, cloud.world.now())?;
        if it.status == Status::Completed {
            finish::with_output(cloud, tx, region, it);
        } else {
            ACTIVE.put(tx, region, name, &it);
        }
        Ok(())
    })
}

pub fn give_back(cloud: &Cloud, (region, name): (&str, &str), reviewer: &Reviewer) {
    // Whoever has not taken it gives nothing back.
    let _: Result<(), Gone> = cloud.store.write(|tx| {
        let mut it: HumanLoop = ACTIVE.get(tx, region, name).ok_or(Gone)?;
        it.give_back(reviewer);
        ACTIVE.put(tx, region, name, &it);
        Ok(())
    });
}

pub fn template(cloud: &Cloud, it: &HumanLoop) -> String {
    cloud
        .store
        .read(|tx| task_uis::template(tx, &it.template_sha256))
        .unwrap_or_default()
}

fn active(tx: &Tx, region: &str, name: &str, teams: &[String]) -> Result<HumanLoop, Gone> {
    ACTIVE
        .get(tx, region, name)
        .filter(|it: &HumanLoop| teams.contains(&it.workteam_arn))
        .ok_or(Gone)
}

/// Answers as one more reviewer of the loop's team does in the portal; returns the input that the
/// reviewer was shown, and `None` where the loop waits for nobody.
pub fn answer(cloud: &Cloud, region: &str, name: &str, content: Value) -> Option<Value> {
    let teams = [cloud.store.read(|tx| find(tx, region, name))?.workteam_arn];
    let reviewer = Reviewer {
        sub: "one-more".to_owned(),
        issuer: String::new(),
    };
    let (_, shown) = accept(cloud, (region, name), &teams, &reviewer).ok()?;
    submit(cloud, (region, name), &teams, &reviewer, content).ok()?;
    Some(shown)
}
