use contracts::run::Run;
use contracts::tuning::{Study, StudyState};
use policy::tuning;

use super::answer::{Answer, done, waits};
use crate::numbers::points;
use crate::status::facts::Facts;

pub fn answer(study: &Study, facts: &Facts) -> Answer {
    let of = format!("{} of dataset version {}", study.name, study.version);
    match &study.state {
        StudyState::Searching => waits(
            format!("{of}: searching"),
            format!("its tuning job trains up to {} times", study.jobs),
        ),
        StudyState::Repeating { .. } => waits(
            format!("{of}: the winner is repeated"),
            "winner and present settings are trained with other seeds",
        ),
        StudyState::Ended {
            comparison,
            adopted,
            ..
        } => {
            let verdict = comparison.verdict.words();
            let definition_hash = facts.definition_hash.as_ref();
            let definition_hash = definition_hash.unwrap_or(&study.definition_hash);
            let is_overtaken = |run: &Run| {
                tuning::is_overtaken(study, run, definition_hash)
                    && !run.studies.contains(&study.name)
            };
            let adopted = match &facts.run {
                _ if !adopted => "",
                Some(run) if is_overtaken(run) => "; the settings have changed since",
                _ => "; the version is trained with it",
            };
            let evidence = points(comparison.difference, &comparison.interval);
            Answer {
                evidence: Some(format!("{evidence} to the present settings")),
                ..done(format!("{of}: the winner is {verdict}{adopted}"))
            }
        }
        StudyState::Failed { reason, .. } => waits(format!("{of}: given up"), reason),
    }
}
