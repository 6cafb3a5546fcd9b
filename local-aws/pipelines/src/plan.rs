//! Which steps may begin, and when an execution is over.

use std::collections::BTreeMap;

use super::definition::{Definition, Step};

/// How far a step has come, as far as others wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Running,
    Succeeded,
    /// A Condition step that succeeded, with its outcome.
    Decided(bool),
    /// Failed or stopped.
    Ended,
}

/// Steps by name that have begun.
pub type Begun = BTreeMap<String, Progress>;

/// The steps that wait for nothing any more, in the definition's order.
pub fn ready<'d>(definition: &'d Definition, begun: &Begun) -> Vec<&'d Step> {
    definition
        .steps
        .iter()
        .filter(|step| !begun.contains_key(&step.name))
        .filter(|step| may_run(step, begun))
        .filter(|step| step.depends_on.iter().all(|name| is_done(begun.get(name))))
        .collect()
}

/// Whether every step has succeeded or lies in a branch that was not taken.
pub fn is_complete(definition: &Definition, begun: &Begun) -> bool {
    definition
        .steps
        .iter()
        .all(|step| is_done(begun.get(&step.name)) || is_skipped(definition, step, begun))
}

/// Its Condition step, if it has one, decided for its branch.
fn may_run(step: &Step, begun: &Begun) -> bool {
    step.branch.as_ref().is_none_or(|branch| {
        begun.get(&branch.condition) == Some(&Progress::Decided(branch.outcome))
    })
}

fn is_skipped(definition: &Definition, step: &Step, begun: &Begun) -> bool {
    step.branch.as_ref().is_some_and(|branch| {
        let decided_against =
            begun.get(&branch.condition) == Some(&Progress::Decided(!branch.outcome));
        let condition = definition.step(&branch.condition);
        decided_against || condition.is_some_and(|step| is_skipped(definition, step, begun))
    })
}

fn is_done(progress: Option<&Progress>) -> bool {
    matches!(progress, Some(Progress::Succeeded | Progress::Decided(_)))
}
