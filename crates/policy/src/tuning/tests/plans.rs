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
        "3,3",
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
    for never in ["seed", "algorithm", "label_column"] {
        let refused = refused(&request(&[(never, "1,9")]), "{}");
        assert!(
            refused.starts_with(&format!("{never} is not searched")),
            "{refused}"
        );
    }
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
    let six = request(&[("word_ngrams", "1:3"), ("balance", "true,false")]);
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
    assert!(refused.contains("whole numbers"), "{refused}");
    let refused = most(&[], "ngrams", "{}").unwrap_err();
    assert!(
        refused.contains("the algorithm ngrams has none"),
        "{refused}"
    );
}

/// A trial is given all of the present settings that it does not search.
#[test]
fn what_is_searched_stands_under_our_name_alone() {
    let further = r#"{"num_train_epochs": "4.0", "save_steps": 10}"#;
    let planned = |parameters| plan(&request(parameters), &trained("bert", further), BOUNDS);
    let present = planned(&[("epochs", "2:6")]).unwrap().present;
    assert_eq!(present["epochs"], "4");
    assert!(!present.contains_key("num_train_epochs"), "{present:?}");
    // Another image may know no name but transformers'.
    assert_eq!(present["save_steps"], "10");
    let by_hyperband = TuneRequest {
        strategy: Strategy::Hyperband,
        ..request(&[("weight_decay", "")])
    };
    let found = plan(&by_hyperband, &trained("bert", further), BOUNDS).unwrap();
    assert_eq!(found.present["epochs"], "4");

    let anothers = Trained {
        is_classifiers: false,
        ..trained("bert", r#"{"patience": 3}"#)
    };
    let theirs = request(&[("early_stopping_patience", "1:4")]);
    let refused = plan(&theirs, &anothers, BOUNDS).unwrap_err();
    assert!(refused.contains("search patience"), "{refused}");
    // The range takes the place of the training's value.
    let epochs = request(&[("num_train_epochs", "2:6")]);
    let anothers = Trained {
        is_classifiers: false,
        ..trained("bert", further)
    };
    let present = plan(&epochs, &anothers, BOUNDS).unwrap().present;
    assert_eq!(present["num_train_epochs"], "4.0");
    assert_eq!(present["epochs"], "auto");
}

#[test]
fn the_command_of_a_study_begins_it_again() {
    let study = |parameters: &[(&str, &str)], strategy, adopt| {
        let request = TuneRequest {
            strategy,
            ..request(parameters)
        };
        let given = Trained {
            is_classifiers: false,
            ..trained("fasttext", r#"{"epochs": 9}"#)
        };
        let planned = plan(&request, &given, BOUNDS).unwrap();
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

#[test]
fn a_range_that_the_algorithm_does_not_take_is_refused_before_a_trial() {
    let ranges = |algorithm: &str, name: &str, text: &str| {
        let given = request(&[(name, text)]);
        plan(&given, &trained(algorithm, "{}"), BOUNDS).map(|plan| plan.ranges[name].clone())
    };
    for (algorithm, name, text, reason) in [
        (
            "fasttext",
            "weight_decay",
            "0.001:0.3:log",
            "no hyperparameter that a study of fasttext searches: those are balance,",
        ),
        (
            "fasttext",
            "word_ngrams",
            "1.5:2.5",
            "its values are whole numbers from 1 to 16",
        ),
        (
            "fasttext",
            "word_ngrams",
            "1:9999",
            "9999 is none of its values",
        ),
        (
            "fasttext",
            "learning_rate",
            "-1:1",
            "-1 is none of its values: numbers above 0",
        ),
        (
            "fasttext",
            "learning_rate",
            "a,b",
            "a is none of its values",
        ),
        (
            "fasttext",
            "balance",
            "0:1",
            "its values are no numbers: true, false",
        ),
        (
            "bert",
            "hidden_dropout_prob",
            "0.5:1.0",
            "1.0 is none of its values: numbers from 0, below 1",
        ),
        (
            "ngrams",
            "c",
            "-0.5:3.0",
            "-0.5 is none of its values: numbers from 0 on",
        ),
        (
            "ngrams",
            "learning_rate",
            "0.1:0.2",
            "no hyperparameter that a study of ngrams searches",
        ),
        (
            "bert",
            "patience",
            "0:3",
            "0 is none of its values: whole numbers from 1 on",
        ),
    ] {
        let refused = ranges(algorithm, name, text).unwrap_err();
        assert!(
            refused.starts_with(name) && refused.contains(reason),
            "{refused}"
        );
    }
    // Whole ends of a hyperparameter that has fractions.
    let rate = ranges("fasttext", "learning_rate", "1:2").unwrap();
    assert!(matches!(rate, Range::Continuous { .. }), "{rate:?}");
    let listed = ranges("bert", "train_batch_size", "8,16").unwrap();
    assert!(matches!(listed, Range::Categorical { .. }), "{listed:?}");
    // A pretrained model brings its own shape.
    let pretrained = Trained {
        is_pretrained: true,
        ..trained("bert", "{}")
    };
    let shape = request(&[("hidden_size", "64,96")]);
    assert!(
        plan(&shape, &pretrained, BOUNDS)
            .unwrap_err()
            .starts_with("hidden_size is no")
    );
    assert!(ranges("bert", "hidden_size", "64,96").is_ok());
    // Another image has other hyperparameters, or other values.
    let of_another_image = Trained {
        is_classifiers: false,
        ..trained("bert", "{}")
    };
    for range in [("temperature", "1:3"), ("max_seq_length", "256:1024")] {
        assert!(plan(&request(&[range]), &of_another_image, BOUNDS).is_ok());
        assert!(plan(&request(&[range]), &trained("bert", "{}"), BOUNDS).is_err());
    }
    assert!(ranges("fasttext", "balance", "True,False").is_ok());
}

#[test]
fn the_algorithms_own_ranges_are_ranges_that_it_takes() {
    for (algorithm, is_pretrained) in [
        ("bert", false),
        ("bert", true),
        ("fasttext", false),
        ("ngrams", false),
    ] {
        let kinds = searchable::of_algorithm(algorithm, is_pretrained);
        for (name, range) in space::of_algorithm(algorithm, is_pretrained) {
            let kind = kinds.iter().find(|(known, _)| *known == name);
            let (_, kind) = kind.unwrap_or_else(|| panic!("{algorithm}: {name}"));
            assert_eq!(kind.of(range.clone()), Ok(range), "{algorithm}: {name}");
        }
    }
}
