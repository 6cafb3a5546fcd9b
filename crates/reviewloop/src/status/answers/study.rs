use contracts::run::Run;
use contracts::tuning::{Study, StudyState};
use policy::tuning;

use super::answer::{Answer, done, waits};
use crate::numbers::points;
use crate::status::facts::{Facts, Searched};

pub fn answer(study: &Study, facts: &Facts) -> Answer {
    let of = format!("{} of dataset version {}", study.name, study.version);
    match &study.state {
        StudyState::Searching => waits(
            format!("{of}: searching"),
            searching(study.jobs, facts.searched.as_ref()),
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

fn searching(jobs: u32, searched: Option<&Searched>) -> String {
    let Some(Searched { trained, best }) = searched else {
        return format!("its tuning job trains up to {jobs} times");
    };
    let best = best.map(|best| format!(", best {best:.4}"));
    format!(
        "its tuning job: {trained} of {jobs} trained{}",
        best.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_says_how_far_it_is() {
        let so_far = |trained, best| searching(20, Some(&Searched { trained, best }));
        assert_eq!(searching(20, None), "its tuning job trains up to 20 times");
        assert_eq!(so_far(0, None), "its tuning job: 0 of 20 trained");
        let words = "its tuning job: 7 of 20 trained, best 0.6912";
        assert_eq!(so_far(7, Some(0.6912)), words);
    }
}
