//! From a request to what is searched.

use contracts::tuning::{Adopt, Range, Strategy, Study, TuneRequest};

use super::super::*;
use super::{BOUNDS, ended, request, trained};

#[test]
fn every_algorithm_has_ranges_that_read_as_a_person_writes_them() {
    for (algorithm, is_pretrained) in [
        ("bert", false),
        ("bert", true),
        ("fasttext", false),
        ("ngrams", false),
    ] {
        let ranges = space::of_algorithm(algorithm, is_pretrained);
        assert!(ranges.len() >= 3, "{algorithm}");
        for (name, own) in ranges {
            let (min, max, logarithmic) = match &own {
                Range::Integer {
                    min,
                    max,
                    logarithmic,
                }
                | Range::Continuous {
                    min,
                    max,
                    logarithmic,
                } => (min, max, *logarithmic),
                Range::Categorical { .. } => continue,
            };
            let scale = if logarithmic { ":log" } else { "" };
            assert_eq!(
                range(&name, &format!("{min}:{max}{scale}")),
                Ok(own.clone())
            );
        }
    }
}

#[test]
fn a_wrong_range_is_refused_by_name() {
    for wrong in [
        "3:1",
        "1:",
        "a:b",
        "0:1:log",
        "1:2:3",
        "a,,b",
        "1:inf",
        "1:2:log:x",
        "it's,hs",
        "a\\b,hs",
    ] {
        let refused = range("c", wrong).unwrap_err();
        assert!(refused.starts_with(&format!("c={wrong}: ")), "{refused}");
    }
    let listed = range("keep", "best, last").unwrap();
    let listed_is = Range::Categorical {
        values: vec!["best".to_owned(), "last".to_owned()],
    };
    assert_eq!(listed, listed_is);
}

#[test]
fn a_plan_has_the_stacks_bounds_and_the_algorithms_ranges() {
    let planned = plan(&TuneRequest::default(), &trained("ngrams", "{}"), BOUNDS).unwrap();
    assert_eq!((planned.jobs, planned.parallel), (20, 2));
    let names: Vec<&String> = planned.ranges.keys().collect();
    assert_eq!(names, ["c", "min_count", "word_ngrams"]);
    let given = request(&[("c", "0.1:10.0:log"), ("min_count", "")]);
    let planned = plan(&given, &trained("ngrams", "{}"), BOUNDS).unwrap();
    let names: Vec<&String> = planned.ranges.keys().collect();
    assert_eq!(names, ["c", "min_count"]);
    let one = TuneRequest {
        jobs: Some(1),
        ..TuneRequest::default()
    };
    let planned = plan(&one, &trained("bert", "{}"), BOUNDS).unwrap();
    assert_eq!((planned.jobs, planned.parallel), (1, 1));
}

#[test]
fn what_cannot_be_searched_is_refused_by_name() {
    let refused = |request: &TuneRequest, further: &str| {
        plan(request, &trained("ngrams", further), BOUNDS).unwrap_err()
    };
    let many = TuneRequest {
        jobs: Some(21),
        ..TuneRequest::default()
    };
    assert!(refused(&many, "{}").contains("--jobs 21 is above the stack's TuningJobs, 20"));
    assert!(refused(&request(&[("seed", "1:9")]), "{}").contains("seed is not searched"));
    let unknown = refused(&request(&[("max_features", "")]), "{}");
    assert!(unknown.contains("c, min_count, word_ngrams"), "{unknown}");
    assert!(refused(&TuneRequest::default(), "[]").contains("`hyperparameters`"));
    let automl = plan(&request(&[("c", "")]), &trained("automl", "{}"), BOUNDS);
    let automl = automl.unwrap_err();
    assert!(
        automl.contains("a study searches one algorithm"),
        "{automl}"
    );
}

#[test]
fn a_small_space_bounds_the_jobs_that_nobody_gave() {
    let grams = request(&[("word_ngrams", "")]);
    let planned = plan(&grams, &trained("ngrams", "{}"), BOUNDS).unwrap();
    assert_eq!((planned.jobs, planned.parallel), (3, 2));
    let six = request(&[("word_ngrams", "1:3"), ("lowercase", "yes,no")]);
    assert_eq!(
        plan(&six, &trained("ngrams", "{}"), BOUNDS).unwrap().jobs,
        6
    );
    let given = TuneRequest {
        jobs: Some(4),
        ..grams
    };
    let refused = plan(&given, &trained("ngrams", "{}"), BOUNDS).unwrap_err();
    assert_eq!(refused, "--jobs 4: the ranges have 3 combinations in all");
}

#[test]
fn hyperband_knows_the_most_epochs_or_is_refused() {
    let by_hyperband = |parameters: &[(&str, &str)]| TuneRequest {
        strategy: Strategy::Hyperband,
        ..request(parameters)
    };
    let most = |parameters: &[(&str, &str)], algorithm: &str, further: &str| {
        let planned = plan(
            &by_hyperband(parameters),
            &trained(algorithm, further),
            BOUNDS,
        )?;
        max_resource(&planned.ranges, &planned.present)
    };
    // The algorithm's own range has epochs.
    assert_eq!(most(&[], "bert", "{}"), Ok(Some(10)));
    assert_eq!(most(&[("epochs", "3,9,6")], "fasttext", "{}"), Ok(Some(9)));
    let fixed = r#"{"epochs": 12}"#;
    assert_eq!(most(&[("vector_dim", "")], "fasttext", fixed), Ok(None));
    let refused = most(&[("vector_dim", "")], "fasttext", "{}").unwrap_err();
    assert!(refused.contains("--parameter epochs=MIN:MAX"), "{refused}");
    let refused = most(&[("epochs", "1.5:3.5")], "fasttext", "{}").unwrap_err();
    assert!(refused.contains("whole numbers of epochs"), "{refused}");
    let refused = most(&[], "ngrams", "{}").unwrap_err();
    assert!(
        refused.contains("the algorithm ngrams has none"),
        "{refused}"
    );
}

#[test]
fn the_command_of_a_study_begins_it_again() {
    let study = |parameters: &[(&str, &str)], strategy, adopt| {
        let request = TuneRequest {
            strategy,
            ..request(parameters)
        };
        let planned = plan(&request, &trained("fasttext", r#"{"epochs": 9}"#), BOUNDS).unwrap();
        Study {
            jobs: planned.jobs,
            parallel: planned.parallel,
            ranges: planned.ranges,
            present: planned.present,
            strategy,
            adopt,
            ..ended(false)
        }
    };
    let own = study(&[], Strategy::Bayesian, Adopt::Better);
    assert_eq!(command(&own), "reviewloop tune --jobs 20 --parallel 2");
    let parameters = [
        ("learning_rate", "0.1:1:log"),
        ("loss", "soft max,hs"),
        ("min_count", "1:5"),
    ];
    let given = study(&parameters, Strategy::Hyperband, Adopt::Always);
    assert_eq!(
        command(&given),
        "reviewloop tune --jobs 20 --parallel 2 --strategy Hyperband --parameter learning_rate=0.1:1:log \
         --parameter 'loss=soft max,hs' --parameter min_count=1:5 --adopt always"
    );
}
