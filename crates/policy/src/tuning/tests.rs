mod comparison;
mod conditions;
mod paired;
mod plans;

use contracts::run::{Run, RunState};
use contracts::tuning::{Search, Strategy, Study, StudyState, TuneRequest, Values};
use time::OffsetDateTime;
use time::macros::datetime;

use super::*;

fn values(pairs: &[(&str, &str)]) -> Values {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn trained(algorithm: &str, further: &str) -> Trained {
    let hyperparameters = values(&[
        ("algorithm", algorithm),
        ("epochs", "auto"),
        ("learning_rate", "auto"),
        ("train_batch_size", "auto"),
        ("max_seq_length", "128"),
        ("seed", "42"),
        ("hyperparameters", further),
    ]);
    Trained {
        hyperparameters,
        is_pretrained: false,
        is_classifiers: true,
    }
}

const BOUNDS: Bounds = Bounds {
    jobs: 20,
    parallel: 2,
};

fn request(parameters: &[(&str, &str)]) -> TuneRequest {
    TuneRequest {
        parameters: values(parameters),
        ..TuneRequest::default()
    }
}

#[test]
fn an_algorithm_without_randomness_is_repeated_once() {
    let of = |algorithm: &str| seeds(&values(&[("algorithm", algorithm), ("seed", "42")]));
    // T_OF_THREE is of so many.
    assert_eq!(of("fasttext"), [43, 44, 45]);
    assert_eq!(of("ngrams"), [43]);
}

/// A thousand rows of each of three labels.
const ROWS: [u64; 3] = [1000, 1000, 1000];

/// Trainings that have left no predictions.
fn scored(scores: &[f64]) -> Vec<Repeated> {
    let scores = scores.iter();
    scores
        .map(|&score| Repeated {
            score,
            predictions: None,
        })
        .collect()
}

fn ended(adopted: bool) -> Study {
    let winner = values(&[("c", "3"), ("epochs", "4")]);
    Study {
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
        present: plan(
            &TuneRequest::default(),
            &trained("ngrams", r#"{"min_count": 5}"#),
            BOUNDS,
        )
        .unwrap()
        .present,
        continues: Vec::new(),
        strategy: Strategy::Bayesian,
        jobs: 2,
        parallel: 1,
        ranges: [].into(),
        adopt: Adopt::Better,
        state: StudyState::Ended {
            search: Search {
                trials: Vec::new(),
                best: "trial".to_owned(),
                best_score: 0.8,
                winner,
            },
            comparison: compare(vec![43], &scored(&[0.8]), &scored(&[0.7]), &ROWS, 2),
            adopted,
        },
    }
}

#[test]
fn the_trials_of_earlier_attempts_count_among_those_tried() {
    let mut study = ended(false);
    assert_eq!(tried(&study), 2);
    study.continues = vec!["3-fedcba".to_owned()];
    assert_eq!(tried(&study), 4);
}

#[test]
fn a_winner_is_the_pipelines_parameters_whole() {
    let mut study = ended(true);
    // For an interruption: the stack says whether there may be one.
    for name in ["checkpoint_steps", "save_steps"] {
        study.present.insert(name.to_owned(), "200".to_owned());
    }
    let found = parameters(&study);
    let expected = [
        ("Algorithm", "ngrams"),
        ("Epochs", "4"),
        ("Hyperparameters", r#"{"c":"3","min_count":"5"}"#),
        ("LearningRate", "auto"),
        ("MaxSeqLength", "128"),
        ("Seed", "42"),
        ("TrainBatchSize", "auto"),
    ];
    assert_eq!(found, values(&expected));
}

#[test]
fn a_winner_waits_for_the_run_of_its_own_version_and_once() {
    let run = |version: u32, state: RunState, studies: &[&str]| Run {
        dataset: "reviews".to_owned(),
        pipeline_created: 1,
        version,
        version_id: format!("v{version}"),
        day: String::new(),
        runs_of_day: 0,
        attempt: 1,
        definition_hash: String::new(),
        parameters: [].into(),
        client_request_token: String::new(),
        execution_arn: None,
        retries: 0,
        retried_failure: None,
        model_package_arn: None,
        evaluated_again: false,
        asked: [].into(),
        earlier_model_package_arn: None,
        studies: studies.iter().map(|name| (*name).to_owned()).collect(),
        state,
    };
    let waits = |run: &Run, adopted| waiting(Some(run), &[ended(adopted)], "d").is_some();
    assert!(waits(&run(3, RunState::Succeeded, &[]), true));
    assert!(!waits(&run(3, RunState::Succeeded, &[]), false));
    assert!(!waits(&run(3, RunState::Succeeded, &["3-abcdef"]), true));
    assert!(!waits(&run(3, RunState::Active, &[]), true));
    assert!(!waits(&run(4, RunState::Succeeded, &[]), true));
    assert!(waiting(None, &[ended(true)], "d").is_none());
    let of_new_pipeline = Run {
        pipeline_created: 2,
        ..run(3, RunState::Succeeded, &[])
    };
    assert!(!waits(&of_new_pipeline, true));
    // A person has started the version with other settings since: the study has not compared with these.
    let bert = values(&[("Algorithm", "bert")]);
    let asked = Run {
        attempt: 2,
        asked: bert.clone(),
        ..run(3, RunState::Succeeded, &[])
    };
    assert!(!waits(&asked, true));
    let always = adopted(&ended(true)).unwrap();
    assert!(waiting(Some(&asked), std::slice::from_ref(&always), "d").is_some());
    // A study of these settings, and a person who went back to the stack's.
    let later = Study {
        asked: bert,
        ..ended(true)
    };
    let studies = std::slice::from_ref(&later);
    assert!(waiting(Some(&asked), studies, "d").is_some());
    let back = run(3, RunState::Succeeded, &[]);
    assert!(waiting(Some(&back), studies, "d").is_none());
    // The stack was deployed with other settings since.
    let trained = run(3, RunState::Succeeded, &[]);
    assert!(waiting(Some(&trained), &[ended(true)], "e").is_none());
    assert!(waiting(Some(&trained), std::slice::from_ref(&always), "e").is_some());
    // Of two the one that was started first, whatever its name.
    let started = |name: &str, started_at| Study {
        name: name.to_owned(),
        started_at,
        ..ended(true)
    };
    let studies = [
        started("3-a", datetime!(2026-11-22 02:00:00.5 UTC)),
        started("3-b", datetime!(2026-11-22 02:00:00 UTC)),
    ];
    let next = |studies_of_run: &[&str]| {
        let run = run(3, RunState::Succeeded, studies_of_run);
        waiting(Some(&run), &studies, "d").map(|study| study.name.clone())
    };
    assert_eq!(next(&[]).as_deref(), Some("3-b"));
    assert_eq!(next(&["3-b"]).as_deref(), Some("3-a"));
}

#[test]
fn a_winner_is_adopted_in_any_case_at_any_time() {
    let always = adopted(&ended(false)).unwrap();
    assert!(matches!(
        always.state,
        StudyState::Ended { adopted: true, .. }
    ));
    assert_eq!(adopted(&always), None);
    let searching = Study {
        state: StudyState::Searching,
        ..ended(false)
    };
    let always = adopted(&searching).unwrap();
    assert_eq!(always.adopt, Adopt::Always);
    assert_eq!(adopted(&always), None);
}
