//! Whether each trial's hyperparameters have an effect.

use super::super::*;
use super::{BOUNDS, request, trained};

type Parameters<'a> = &'a [(&'a str, &'a str)];

const PATIENCE: (&str, &str) = ("patience", "1:5");
const STOPPING: &str = r#"{"early_stopping": true}"#;

fn planned(algorithm: &str, further: &str, parameters: Parameters) -> Result<Plan, String> {
    plan(&request(parameters), &trained(algorithm, further), BOUNDS)
}

#[test]
fn what_some_trials_could_not_use_is_refused_before_one_is_paid_for() {
    let both = [PATIENCE, ("early_stopping", "true,false")];
    let cases: [(&str, &str, Parameters); 11] = [
        ("fasttext", "{}", &[PATIENCE]),
        ("fasttext", "{}", &[("min_epochs", "1:5")]),
        ("fasttext", "{}", &both),
        ("fasttext", STOPPING, &both),
        ("fasttext", r#"{"patience": 9}"#, &both[1..]),
        ("fasttext", "{}", &[("min_char", "2:4")]),
        (
            "fasttext",
            "{}",
            &[("min_char", "0:2"), ("max_char", "0:6")],
        ),
        ("bert", "{}", &[("class_weights", "true,false")]),
        ("bert", r#"{"keep": "last"}"#, &[PATIENCE]),
        (
            "bert",
            r#"{"load_best_model_at_end": "False"}"#,
            &[PATIENCE],
        ),
        (
            "bert",
            r#"{"early_stopping_patience": 3}"#,
            &[("keep", "best,last")],
        ),
    ];
    for (algorithm, further, parameters) in cases {
        let refused = planned(algorithm, further, parameters).unwrap_err();
        let name = parameters[0].0;
        let names = [name, "patience"].map(|name| format!("`{name}` has an effect only where"));
        assert!(names.iter().any(|it| refused.starts_with(it)), "{refused}");
    }
}

#[test]
fn what_every_trial_can_use_is_searched() {
    let weights = ("class_weights", "true,false");
    let cases: [(&str, &str, Parameters); 10] = [
        ("fasttext", STOPPING, &[PATIENCE]),
        ("fasttext", r#"{"early_stopping": "True"}"#, &[PATIENCE]),
        ("fasttext", "{}", &[PATIENCE, ("early_stopping", "true")]),
        (
            "fasttext",
            "{}",
            &[("min_char", "2:3"), ("max_char", "3:6")],
        ),
        ("fasttext", r#"{"max_char": 6}"#, &[("min_char", "2:4")]),
        ("bert", "{}", &[PATIENCE]),
        ("bert", "{}", &[("keep", "best,last")]),
        // A card has all of the defaults.
        ("bert", r#"{"patience": "2"}"#, &[("keep", "best,last")]),
        (
            "bert",
            r#"{"class_weights": "True"}"#,
            &[("balance", "true,false")],
        ),
        ("bert", r#"{"balance": "false"}"#, &[weights]),
    ];
    for (algorithm, further, parameters) in cases {
        planned(algorithm, further, parameters).unwrap();
    }
    let of_another_image = Trained {
        is_classifiers: false,
        ..trained("fasttext", "{}")
    };
    plan(&request(&[PATIENCE]), &of_another_image, BOUNDS).unwrap();
}
