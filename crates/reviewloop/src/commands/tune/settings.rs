//! The present settings beside the winner's, and what the winner is to them.

use std::collections::BTreeSet;

use contracts::tuning::{Comparison, Paired, Study, TuningVerdict};
use policy::tuning::SEED;
use report::format::count;

/// Name, present value and winner's of each hyperparameter, those that are searched first. The seed is no setting: both
/// are trained with others.
pub fn of(study: &Study) -> Vec<[String; 3]> {
    let names: BTreeSet<&String> = study.present.keys().chain(study.ranges.keys()).collect();
    let mut names: Vec<&String> = names.into_iter().filter(|name| *name != SEED).collect();
    names.sort_by_key(|name| !study.ranges.contains_key(*name));
    let shown = |value: Option<&String>| value.map_or("default", |it| plain(it)).to_owned();
    names
        .into_iter()
        .map(|name| {
            let present = study.present.get(name);
            let search = study.search();
            let searched = search.and_then(|search| search.winner.get(name));
            [name.clone(), shown(present), shown(searched.or(present))]
        })
        .collect()
}

/// What follows "the winner is".
pub fn verdict(study: &Study, comparison: &Comparison) -> String {
    const PRESENT: &str = "the present settings";
    if is_present(study) {
        return PRESENT.to_owned();
    }
    let preposition = match comparison.verdict {
        TuningVerdict::Better | TuningVerdict::Worse => "than",
        TuningVerdict::NotDistinguishable => "from",
    };
    format!("{} {preposition} {PRESENT}", comparison.verdict.words())
}

/// What the difference's interval rests on.
pub fn basis(comparison: &Comparison) -> String {
    match comparison.paired {
        Some(Paired { rows, tried }) => format!(
            "row by row on {} validation rows; the interval allows for the choice among up to {tried} trials on them",
            count(rows)
        ),
        None => "by the scores alone: not every training has left predictions of the same validation rows".to_owned(),
    }
}

/// The winner has the present settings' values. One that the present settings leave to its default is another's: what
/// the default is only the training knows.
pub fn is_present(study: &Study) -> bool {
    study.search().is_some_and(|search| {
        let mut winner = search.winner.iter();
        winner.all(|(name, value)| {
            let present = study.present.get(name);
            present.is_some_and(|present| is_same(plain(present), plain(value)))
        })
    })
}

/// `0.10` is `0.1`.
fn is_same(one: &str, other: &str) -> bool {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one.total_cmp(&other).is_eq(),
        _ => one == other,
    }
}

/// SageMaker may quote a value.
fn plain(value: &str) -> &str {
    value.trim_matches('"')
}

#[cfg(test)]
mod tests {
    use contracts::tuning::StudyState;

    use super::super::fixture;
    use super::*;

    #[test]
    fn searched_settings_stand_first_and_what_is_not_given_is_a_default() {
        let study = fixture::seen(fixture::trials(3)).study;
        let expected = [
            ["c", "1", "3"],
            ["d", "default", "1"],
            ["algorithm", "ngrams", "ngrams"],
        ];
        assert_eq!(of(&study), expected.map(|row| row.map(str::to_owned)));
    }

    #[test]
    fn a_winner_with_the_present_values_is_the_present_settings() {
        let mut study = fixture::seen(fixture::trials(3)).study;
        let StudyState::Ended { comparison, .. } = study.state.clone() else {
            panic!("{study:?}")
        };
        let told = |study: &Study| verdict(study, &comparison);
        assert_eq!(
            told(&study),
            "not distinguishable from the present settings"
        );
        study.present = fixture::values(&[("c", "3.0"), ("seed", "42")]);
        assert!(!is_present(&study), "d may have another default");
        study.present = fixture::values(&[("c", "3.0"), ("d", "\"1\""), ("seed", "42")]);
        assert_eq!(told(&study), "the present settings");
    }

    #[test]
    fn a_verdict_is_said_in_its_own_words() {
        let study = fixture::seen(fixture::trials(3)).study;
        let StudyState::Ended { mut comparison, .. } = study.state.clone() else {
            panic!("{study:?}")
        };
        for (found, expected) in [
            (TuningVerdict::Better, "better than the present settings"),
            (TuningVerdict::Worse, "worse than the present settings"),
        ] {
            comparison.verdict = found;
            assert_eq!(verdict(&study, &comparison), expected);
        }
    }

    #[test]
    fn a_comparison_says_whether_it_is_of_rows_or_of_scores() {
        let study = fixture::seen(fixture::trials(3)).study;
        let StudyState::Ended { mut comparison, .. } = study.state else {
            panic!("{study:?}")
        };
        assert!(basis(&comparison).starts_with("by the scores alone"));
        comparison.paired = Some(Paired {
            rows: 2270,
            tried: 20,
        });
        let told = basis(&comparison);
        assert!(
            told.starts_with("row by row on 2,270 validation rows") && told.contains("20 trials"),
            "{told}"
        );
    }
}
