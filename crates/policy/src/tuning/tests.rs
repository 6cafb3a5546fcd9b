mod plans;

use contracts::evaluation::Interval;
use contracts::run::{Run, RunState};
use contracts::tuning::{Search, Strategy, Study, StudyState, TuneRequest, Values};
use time::OffsetDateTime;
use time::macros::datetime;

use super::*;
use crate::intervals::{Recall, balanced_accuracy};

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
    assert_eq!(of("fasttext"), [43, 44, 45]);
    assert_eq!(of("ngrams"), [43]);
}

/// A thousand rows of each of three labels.
const ROWS: [u64; 3] = [1000, 1000, 1000];

#[test]
fn only_a_difference_beyond_chance_has_a_verdict() {
    let seeds = || vec![43, 44, 45];
    for (winner, present, verdict) in [
        (
            [0.80, 0.81, 0.80],
            [0.70, 0.70, 0.71],
            TuningVerdict::Better,
        ),
        ([0.70, 0.70, 0.71], [0.80, 0.81, 0.80], TuningVerdict::Worse),
        (
            [0.71, 0.71, 0.71],
            [0.70, 0.70, 0.70],
            TuningVerdict::NotDistinguishable,
        ),
        // The seeds alone make this difference.
        (
            [0.70, 0.80, 0.90],
            [0.70, 0.70, 0.71],
            TuningVerdict::NotDistinguishable,
        ),
    ] {
        let compared = compare(seeds(), winner.into(), present.into(), &ROWS);
        assert_eq!(compared.verdict, verdict, "{compared:?}");
        let swapped = compare(seeds(), present.into(), winner.into(), &ROWS);
        assert!((compared.interval.low + swapped.interval.high).abs() < 1e-12);
    }
    // Without randomness only the rows are in doubt.
    let once = |rows: &[u64]| compare(vec![43], vec![0.74], vec![0.70], rows).verdict;
    assert_eq!(once(&ROWS), TuningVerdict::Better);
    assert_eq!(once(&[100, 100, 100]), TuningVerdict::NotDistinguishable);
    assert_eq!(once(&[]), TuningVerdict::Better, "no rows are no doubt");
}

#[test]
fn a_means_interval_is_the_wilson_interval_where_the_seeds_agree() {
    let compared = compare(vec![1, 2], vec![0.7, 0.7], vec![0.7, 0.7], &[1000]);
    let Interval { low, high } = crate::intervals::wilson(700, 1000);
    let found = compared.winner.interval;
    assert!((found.low - low).abs() < 1e-12 && (found.high - high).abs() < 1e-12);
}

#[test]
fn the_interval_holds_for_labels_whose_recalls_and_rows_differ() {
    let rows = [50, 1000];
    let recalls = [(25, 50), (990, 1000)].map(|(right, rows)| Recall { right, rows });
    let (mean, real) = balanced_accuracy(&recalls);
    for mean in [mean, 1.0 - mean] {
        let Interval { low, high } = compare(vec![1], vec![mean], vec![mean], &rows)
            .winner
            .interval;
        // Rounded to rows, of which one of fifty is a hundredth of the mean.
        assert!(high - low > real.high - real.low - 1e-3, "{low} to {high}");
        assert!(low < mean && mean < high);
    }
    // With nothing wrong there is one recall for each label.
    let compared = compare(vec![1], vec![1.0], vec![0.0], &rows);
    let right = |share: u64| {
        rows.map(|rows| Recall {
            right: share * rows,
            rows,
        })
    };
    let expected = [
        balanced_accuracy(&right(1)).1,
        balanced_accuracy(&right(0)).1,
    ];
    for (found, expected) in [compared.winner, compared.present].iter().zip(expected) {
        assert!(
            (found.interval.low - expected.low).abs() < 1e-12,
            "{found:?}"
        );
        assert!(
            (found.interval.high - expected.high).abs() < 1e-12,
            "{found:?}"
        );
    }
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
            comparison: compare(vec![43], vec![0.8], vec![0.7], &ROWS),
            adopted,
        },
    }
}

#[test]
fn a_winner_is_the_pipelines_parameters_whole() {
    let found = parameters(&ended(true));
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
