use rollout::{End, Rollout, State, sentence};

use super::super::facts::{Facts, Package};
use super::answer::{Answer, done, waits};

/// The comparison that runs, or ran last.
pub fn answer(facts: &Facts) -> Option<Answer> {
    let rollout = facts.rollout.as_ref()?;
    let (challenger, champion) = (rollout.challenger.number, rollout.champion.number);
    let state = format!(
        "version {challenger} over version {champion}: {}",
        sentence::stands(rollout)
    );
    let evidence = match rollout.end() {
        Some((_, reason)) => Some(reason.to_owned()),
        None => rollout.last().map(|_| sentence::seen(rollout)),
    };
    let answer = match &rollout.state {
        State::Active => {
            let served = sentence::served(rollout);
            let served = served.map_or(String::new(), |served| served + "; ");
            waits(state, served + &sentence::missing(rollout))
        }
        State::Decided { .. } => waits(state, "the registry does not say so yet"),
        State::Ended { end, .. } if is_pending(facts, rollout) => {
            let recommends = match end {
                End::Promoted => "it is recommended; ",
                _ => "",
            };
            let approve = format!("reviewloop approve {challenger} --reason WHY");
            let approve = facts.command(&approve);
            let asks = format!("{recommends}a person decides: {approve}, or reject");
            waits(state, asks)
        }
        State::Ended { .. } => done(state),
    };
    Some(Answer { evidence, ..answer })
}

fn is_pending(facts: &Facts, rollout: &Rollout) -> bool {
    let mut packages = facts.packages.iter();
    packages.any(|package| {
        let is_it = rollout.challenger.is_package(&package.arn, package.created);
        is_it && package.approval == "PendingManualApproval"
    })
}

/// Whether the comparison of this version runs.
pub fn is_compared(facts: &Facts, package: &Package) -> bool {
    facts.rollout.as_ref().is_some_and(|rollout| {
        let is_it = rollout.challenger.is_package(&package.arn, package.created);
        is_it && rollout.is_active()
    })
}
