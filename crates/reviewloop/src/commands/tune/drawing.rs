//! A study in lines of text: its trials, the best so far, and what came of it.

use std::collections::BTreeSet;

use contracts::tuning::{Adopt, Comparison, Mean, Study, StudyState, Trial};
use policy::shell;
use report::format::percent;

use super::look::{Seen, is_complete};
use super::{importance, settings};
use crate::numbers::{hyperparameter, points, scored};

/// Of a curve, from low to high.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One line about how far it is.
pub fn line(seen: &Seen) -> String {
    let Seen {
        study,
        trials,
        repeats,
    } = seen;
    let ended = trials.iter().filter(|trial| has_ended(trial)).count();
    match &study.state {
        StudyState::Searching => {
            let best = best_so_far(trials).last().copied().flatten();
            let best = best.map_or(String::new(), |best| format!(", best so far {best:.4}"));
            format!("{ended} of {} trials have ended{best}", study.jobs)
        }
        StudyState::Repeating { .. } => {
            let ended = repeats.iter().filter(|(_, status)| status == "Completed");
            let ended = ended.count();
            format!("winner and present settings are trained with other seeds: {ended} have ended")
        }
        StudyState::Ended { comparison, .. } => {
            format!("the winner is {}", settings::verdict(study, comparison))
        }
        StudyState::Failed { reason, .. } => reason.clone(),
    }
}

pub fn text(seen: &Seen) -> String {
    let study = &seen.study;
    let mut text = format!(
        "study        {} of dataset version {}: {}, {}\n",
        study.name,
        study.version,
        study.strategy.name(),
        line(seen)
    );
    text += &curve(&seen.trials);
    text += &table(&seen.trials);
    for (name, status) in &seen.repeats {
        text += &format!("repeat       {name}: {status}\n");
    }
    if let StudyState::Ended {
        search,
        comparison,
        adopted,
    } = &study.state
    {
        let best = search.best_score;
        text += &format!(
            "best trial   {best:.4}, chosen for it from {}\n",
            seen.trials.len()
        );
        text += &important(seen);
        text += &compared(study, comparison);
        text += &format!("             {}\n", settings::basis(comparison));
        let next = next(study, *adopted).join("\n             ");
        text += &format!("next         {next}\n");
    }
    text
}

fn important(seen: &Seen) -> String {
    let shares = importance::shares(seen).unwrap_or_default().into_iter();
    let shares: Vec<String> = shares
        .map(|(name, share)| format!("{name} {}", percent(share)))
        .collect();
    if shares.is_empty() {
        return String::new();
    }
    format!(
        "importance   {} of the score's variation, alone or with the others\n",
        shares.join(", ")
    )
}

fn compared(study: &Study, comparison: &Comparison) -> String {
    let row = |name: &str, mean: &Mean| {
        let scores: Vec<String> = mean.scores.iter().map(|it| format!("{it:.4}")).collect();
        format!(
            "{name:<12} {} with other seeds ({})\n",
            scored(mean.mean, &mean.interval),
            scores.join(", ")
        )
    };
    let verdict = if settings::is_present(study) {
        "the winner is the present settings".to_owned()
    } else {
        format!(
            "{}: {} to the present settings, by validation balanced accuracy",
            comparison.verdict.words(),
            points(comparison.difference, &comparison.interval)
        )
    };
    row("winner", &comparison.winner)
        + &row("present", &comparison.present)
        + &format!("verdict      {verdict}\n")
}

/// What comes of it, in parts of a sentence.
pub fn next(study: &Study, adopted: bool) -> Vec<String> {
    if !adopted && settings::is_present(study) {
        return vec!["nothing: the winner is the present settings".to_owned()];
    }
    if !adopted {
        let stay = "nothing: the present settings stay (--adopt always trains with the winner all the same)";
        return vec![stay.to_owned()];
    }
    let parameters = policy::tuning::parameters(study);
    let given: Vec<String> = parameters
        .iter()
        .map(|(name, value)| shell::word(&format!("{name}={value}")))
        .collect();
    let or_started = match study.adopt {
        Adopt::Better => ", or the settings have changed since",
        Adopt::Always => "",
    };
    vec![
        format!(
            "an execution trains version {} with the winner, and the gate judges its model; not so where a newer",
            study.version
        ),
        format!("dataset version is there{or_started};"),
        format!(
            "for later versions set the stack's parameters: {}",
            given.join(" ")
        ),
    ]
}

/// The best score so far after each trial, and its last value.
fn curve(trials: &[Trial]) -> String {
    let best = best_so_far(trials);
    let known: Vec<f64> = best.iter().copied().flatten().collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return String::new();
    };
    let span = last - first;
    let blocks: String = best
        .iter()
        .map(|score| match score {
            None => ' ',
            Some(score) => block(if span > 0.0 {
                (score - first) / span
            } else {
                1.0
            }),
        })
        .collect();
    format!("best so far  {blocks}  {first:.4} to {last:.4}\n")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of seven"
)]
fn block(share: f64) -> char {
    BLOCKS[((share.clamp(0.0, 1.0) * 7.0).round() as usize).min(7)]
}

/// A trial that was stopped counts where none has completed, as it is the winner only then.
pub fn best_so_far(trials: &[Trial]) -> Vec<Option<f64>> {
    let mut best: Option<f64> = None;
    let scores = counted(trials).into_iter();
    scores
        .map(|score| {
            best = match (best, score) {
                (Some(best), Some(score)) => Some(best.max(score)),
                (best, score) => best.or(score),
            };
            best
        })
        .collect()
}

fn counted(trials: &[Trial]) -> Vec<Option<f64>> {
    let has_complete = trials.iter().any(is_complete);
    let counts = |trial: &Trial| !has_complete || is_complete(trial);
    let scores = trials.iter();
    scores
        .map(|trial| trial.score.filter(|_| counts(trial)))
        .collect()
}

/// The first with the highest score.
pub fn best(trials: &[Trial]) -> Option<usize> {
    let highest = best_so_far(trials).last().copied().flatten();
    let mut scores = counted(trials).into_iter();
    scores.position(|score| score.is_some() && score == highest)
}

fn table(trials: &[Trial]) -> String {
    let names: BTreeSet<&str> = trials
        .iter()
        .flat_map(|trial| trial.hyperparameters.keys().map(String::as_str))
        .collect();
    if trials.is_empty() {
        return String::new();
    }
    let mut text = format!("\n  nr  {:<11} {:>7} {:>8}", "status", "score", "seconds");
    for name in &names {
        text += &format!("  {name:>14}");
    }
    text.push('\n');
    let best = best(trials);
    for (place, trial) in trials.iter().enumerate() {
        let mark = if best == Some(place) { '*' } else { ' ' };
        let number = place + 1;
        let score = trial.score.map_or("-".to_owned(), |it| format!("{it:.4}"));
        let seconds = trial
            .seconds
            .map_or("-".to_owned(), |it| format!("{it:.0}"));
        text += &format!(
            "{mark}{number:>3}  {:<11} {score:>7} {seconds:>8}",
            trial.status
        );
        for name in &names {
            let value = trial.hyperparameters.get(*name);
            text += &format!(
                "  {:>14}",
                value.map_or("-".to_owned(), |it| hyperparameter(it))
            );
        }
        text.push('\n');
    }
    text + "\n"
}

fn has_ended(trial: &Trial) -> bool {
    matches!(trial.status.as_str(), "Completed" | "Failed" | "Stopped")
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn a_winner_that_is_the_present_settings_is_called_so() {
        let mut seen = fixture::seen(fixture::trials(3));
        let told = text(&seen);
        assert!(
            told.contains("\nverdict      not distinguishable: +1.0 points"),
            "{told}"
        );
        assert!(
            told.contains("\n             by the scores alone: "),
            "{told}"
        );
        assert!(!told.contains("importance"), "{told}");
        seen.study.present = fixture::trials(3).remove(2).hyperparameters;
        let told = text(&seen);
        assert!(
            told.contains("\nverdict      the winner is the present settings\n")
                && told.contains("\nnext         nothing: the winner is the present settings\n"),
            "{told}"
        );
    }

    fn trial(number: u32, score: Option<f64>) -> Trial {
        Trial {
            training_job: format!("study-{number:03}"),
            status: if score.is_some() {
                "Completed"
            } else {
                "InProgress"
            }
            .to_owned(),
            score,
            hyperparameters: [("c".to_owned(), "0.12345678901".to_owned())].into(),
            seconds: score.map(|_| 3.2),
        }
    }

    #[test]
    fn the_best_so_far_never_falls_and_a_trial_without_a_score_changes_nothing() {
        let trials = [
            trial(1, Some(0.5)),
            trial(2, Some(0.4)),
            trial(3, None),
            trial(4, Some(0.7)),
        ];
        let expected = [Some(0.5), Some(0.5), Some(0.5), Some(0.7)];
        assert_eq!(best_so_far(&trials), expected);
        assert_eq!(curve(&trials), "best so far  ▁▁▁█  0.5000 to 0.7000\n");
        let table = table(&trials);
        assert!(
            table.contains("*  4  Completed    0.7000        3"),
            "{table}"
        );
        assert!(table.contains("0.1235"), "{table}");
        assert!(
            table.contains("   3  InProgress        -        -"),
            "{table}"
        );
    }

    /// SageMaker's best is one that has completed.
    #[test]
    fn a_stopped_trial_is_the_best_only_where_none_has_completed() {
        let stopped = |number, score| Trial {
            status: "Stopped".to_owned(),
            ..trial(number, Some(score))
        };
        let trials = [stopped(1, 0.9), trial(2, Some(0.7)), trial(3, Some(0.7))];
        assert_eq!(best_so_far(&trials), [None, Some(0.7), Some(0.7)]);
        let table = table(&trials);
        assert_eq!(table.matches('*').count(), 1, "{table}");
        assert!(table.contains("*  2  Completed"), "{table}");
        assert_eq!(best_so_far(&trials[..1]), [Some(0.9)]);
    }

    #[test]
    fn without_trials_there_is_neither_curve_nor_table() {
        assert_eq!(curve(&[]) + &table(&[]), "");
        assert_eq!(curve(&[trial(1, None)]), "");
    }
}
