use contracts::dataset::Held;
use contracts::run::{Run, RunState};
use policy::notice::Matter;

use super::answer::{Answer, done, waits};
use crate::registration::Rejected;
use crate::status::facts::Facts;

pub fn answer(facts: &Facts) -> Answer {
    let upload = facts.command("reviewloop upload FILE");
    let rejected = facts.rejected.as_ref().map(|Rejected { key, reason }| {
        format!("{key} was rejected: {reason}; once that is mended: {upload}")
    });
    let held = facts.held.first();
    let held = held.map(|note| held_by(note, &facts.stack.name));
    let Some(newest) = &facts.newest else {
        let nothing = || format!("nothing was uploaded yet: {upload}");
        return waits("no dataset", held.or(rejected).unwrap_or_else(nothing));
    };
    let (number, rows, bad) = (newest.number, newest.rows(), newest.quarantined());
    let state = format!(
        "{} version {number}, {rows} rows, {bad} in quarantine",
        newest.dataset
    );
    match &facts.run {
        // A version with the run's id only notes a later upload of the same rows.
        Some(run)
            if run.version_id == newest.id
                || run.version >= number && run.is_of_dataset(&newest.dataset) =>
        {
            Answer {
                waits_for: held.or(rejected),
                ..done(state)
            }
        }
        Some(Run {
            version,
            state: RunState::Active,
            ..
        }) => waits(
            state,
            format!("the run on version {version} must end first: one runs at a time"),
        ),
        _ => waits(
            state,
            "start-pipeline has not claimed it yet; reconcile will retry it",
        ),
    }
}

/// Why a version is held, and the commands that answer it.
fn held_by(held: &Held, stack: &str) -> String {
    let matter = Matter::Held {
        version: held.version,
        key: held.source_key.clone(),
        violations: held.violations.clone(),
    };
    format!(
        "{}: {}",
        matter.sentence(),
        matter.commands(stack).join(", or ")
    )
}
