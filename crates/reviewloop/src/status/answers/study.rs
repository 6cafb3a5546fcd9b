use contracts::tuning::{Study, StudyState};

use super::answer::{Answer, done, waits};
use crate::numbers::points;

pub fn answer(study: &Study) -> Answer {
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
            let adopted = if *adopted {
                "; the version is trained with it"
            } else {
                ""
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
