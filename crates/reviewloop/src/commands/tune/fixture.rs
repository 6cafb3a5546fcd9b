//! A study whose score follows `c` alone.

use contracts::tuning::{
    Adopt, Range, Search, Strategy, Study, StudyState, Trial, TuningVerdict, Values,
};
use policy::tuning::{Repeated, compare};
use time::OffsetDateTime;

use super::look::Seen;

pub fn values(pairs: &[(&str, &str)]) -> Values {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Complete ones, the last the best.
pub fn trials(count: u32) -> Vec<Trial> {
    let trial = |number: u32| Trial {
        training_job: format!("study-{number:03}"),
        status: "Completed".to_owned(),
        score: Some(0.5 + f64::from(number) / 100.0),
        hyperparameters: values(&[
            ("c", &number.to_string()),
            ("d", &(number * 7 % 5).to_string()),
        ]),
        seconds: Some(3.2),
    };
    (1..=count).map(trial).collect()
}

pub fn stopped(trial: Trial) -> Trial {
    Trial {
        status: "Stopped".to_owned(),
        score: trial.score.map(|score| score / 2.0),
        ..trial
    }
}

fn scored(score: f64) -> Repeated {
    Repeated {
        score,
        predictions: None,
    }
}

/// One that has ended, with a winner that is not distinguishable.
pub fn seen(trials: Vec<Trial>) -> Seen {
    let range = |max: &str| Range::Continuous {
        min: "0".to_owned(),
        max: max.to_owned(),
        logarithmic: false,
    };
    let best = trials.last().cloned().expect("the best is the last");
    let comparison = compare(vec![43], &[scored(0.8)], &[scored(0.79)], &[100, 100], 3);
    assert_eq!(comparison.verdict, TuningVerdict::NotDistinguishable);
    let study = Study {
        name: "3-abcdef".to_owned(),
        dataset: "reviews".to_owned(),
        pipeline_created: 1,
        definition_hash: "d".to_owned(),
        version: 3,
        version_id: "v3".to_owned(),
        started_at: OffsetDateTime::UNIX_EPOCH,
        execution_arn: "arn".to_owned(),
        training_job: "job".to_owned(),
        asked: [].into(),
        present: values(&[("algorithm", "ngrams"), ("c", "1"), ("seed", "42")]),
        continues: Vec::new(),
        strategy: Strategy::Bayesian,
        jobs: 20,
        parallel: 1,
        ranges: [("c".to_owned(), range("20")), ("d".to_owned(), range("4"))].into(),
        adopt: Adopt::Better,
        state: StudyState::Ended {
            search: Search {
                trials: trials.clone(),
                best: best.training_job,
                best_score: best.score.expect("it is complete"),
                winner: best.hyperparameters,
            },
            comparison,
            adopted: false,
        },
    };
    Seen {
        study,
        trials,
        repeats: Vec::new(),
    }
}
