//! The parameters, as CloudFormation's console and `docs/parameters.md` present them.

use std::collections::BTreeMap;

use bias::Metric;
use regex::Regex;
use sam::{Parameters, Pseudo, Template};

use crate::source;

fn defaults() -> BTreeMap<String, Option<String>> {
    let template = sam::Template::read(&source::root().join("infra/template.yaml"));
    let template = template.unwrap_or_else(|error| panic!("{error}"));
    let mut defaults = template.parameter_defaults();
    defaults
        .remove("ClassifierImageUri")
        .expect("infra/deploy sets it");
    defaults
}

#[test]
fn the_documentation_lists_every_parameter_with_its_default() {
    let row = Regex::new(r"(?m)^\| `(\w+)` \| (?:`(.*?)`)? ?\|").expect("a pattern");
    let page = source::read("docs/parameters.md");
    let rows = row.captures_iter(&page).map(|found| {
        let default = found.get(2).map_or("", |default| default.as_str());
        (found[1].to_owned(), Some(default.to_owned()))
    });
    assert_eq!(rows.collect::<BTreeMap<_, _>>(), defaults());
}

#[test]
fn the_documentation_lists_the_values_and_bounds_that_the_template_allows() {
    let template = source::read("infra/template.yaml");
    let (_, parameters) = template.split_once("\nParameters:\n").expect("a section");
    let (parameters, _) = parameters.split_once("\nRules:\n").expect("a section");
    let declared = Regex::new(r"(?m)^  (\w+):\n((?:    .*\n)+)").expect("a pattern");
    let declared = declared.captures_iter(parameters);
    let template: BTreeMap<String, String> = declared
        .filter_map(|found| Some((found[1].to_owned(), allowed(&found[2])?)))
        .collect();
    assert!(template.contains_key("InstanceType") && template.contains_key("Seed"));

    let row = Regex::new(r"(?m)^\| `(\w+)` \|[^|]*\|([^|]*)\|").expect("a pattern");
    let page = source::read("docs/parameters.md");
    let listed: BTreeMap<String, String> = row
        .captures_iter(&page)
        .map(|found| (found[1].to_owned(), found[2].trim().to_owned()))
        .filter(|(name, _)| template.contains_key(name))
        .collect();
    assert_eq!(listed, template);
}

/// As the documentation has it; `None` where the template names neither values nor bounds.
fn allowed(declaration: &str) -> Option<String> {
    let member = |name: &str| {
        let mut lines = declaration.lines();
        lines.find_map(|line| line.trim_start().strip_prefix(name)?.strip_prefix(": "))
    };
    let listed = member("AllowedValues").map(|list| list.trim_matches(['[', ']']));
    let listed = listed.into_iter().flat_map(|list| list.split(", "));
    let items = declaration.lines();
    let items = items.filter_map(|line| line.strip_prefix("      - "));
    let values: Vec<String> = listed
        .chain(items)
        .map(|value| format!("`{}`", value.trim_matches('"')))
        .collect();
    match (member("MinValue"), member("MaxValue")) {
        _ if !values.is_empty() => Some(values.join(", ")),
        (Some(least), Some(most)) => Some(format!("{least} to {most}")),
        (Some(least), None) => Some(format!("at least {least}")),
        (None, Some(most)) => Some(format!("at most {most}")),
        (None, None) => None,
    }
}

#[test]
fn every_parameter_has_a_description() {
    let template = source::read("infra/template.yaml");
    let silent: Vec<String> = defaults()
        .into_keys()
        .filter(|name| !template.contains(&format!("\n  {name}:\n    Description: ")))
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn bias_is_limited_by_the_metrics_that_are_measured() {
    let template = Template::read(&source::root().join("infra/template.yaml")).expect("a template");
    let plan = |limits: &str| {
        let given = [
            (
                "ClassifierImageUri",
                "1.dkr.ecr.eu-central-1.amazonaws.com/reviewloop-classifier:1",
            ),
            ("BiasLimits", limits),
        ];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let planned = template.plan(&Parameters::from(given), &Pseudo::default());
        planned.map(|_| ()).map_err(|error| error.to_string())
    };
    let all: Vec<String> = Metric::ALL
        .iter()
        .map(|it| format!("{}=-1..0.5", it.name()))
        .collect();
    assert_eq!(plan(&all.join(",")), Ok(()));
    assert_eq!(plan(""), Ok(()));
    for wrong in ["DX=0..1", "DI", "DI=0.8", "DI=0.8..1.25;CI=0..1"] {
        let refused = plan(wrong).expect_err(wrong);
        assert!(refused.contains("such as DPL=-0.1..0.1"), "{refused}");
    }
}

#[test]
fn settings_that_the_algorithm_has_not_are_refused_before_anything_is_made() {
    let template = Template::read(&source::root().join("infra/template.yaml")).expect("a template");
    let plan = |given: &[(&str, &str)]| {
        let image = "1.dkr.ecr.eu-central-1.amazonaws.com/reviewloop-classifier:1";
        let image = [("ClassifierImageUri", image)];
        let given = image.iter().chain(given);
        let given: Parameters = given
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let planned = template.plan(&given, &Pseudo::default());
        planned.map(|_| ()).map_err(|error| error.to_string())
    };
    let training = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/reviewloop-training:1";
    for taken in [
        vec![],
        vec![
            ("Algorithm", "bert"),
            ("Epochs", "7"),
            ("TrainBatchSize", "8"),
        ],
        vec![
            ("Algorithm", "fasttext"),
            ("Epochs", "7"),
            ("LearningRate", "0.5"),
        ],
        vec![("Algorithm", "bert"), ("TrainingImageUri", training)],
    ] {
        assert_eq!(plan(&taken), Ok(()), "{taken:?}");
    }
    for (refused, sentence) in [
        (
            vec![("Epochs", "7")],
            "leave them auto with automl and ngrams",
        ),
        (vec![("LearningRate", "0.5")], "leave them auto"),
        (
            vec![("Algorithm", "ngrams"), ("TrainBatchSize", "8")],
            "leave them auto",
        ),
        (
            vec![("Algorithm", "fasttext"), ("TrainBatchSize", "8")],
            "without batches",
        ),
        (vec![("TrainingImageUri", training)], "trains one algorithm"),
        (
            vec![("TuningSchedule", "rate(7 days)")],
            "searches one algorithm",
        ),
        (
            vec![("Algorithm", "ngrams"), ("CheckpointSteps", "9")],
            "BERT alone has checkpoints",
        ),
    ] {
        let reason = plan(&refused).expect_err("a rule");
        assert!(reason.contains(sentence), "{refused:?}: {reason}");
    }
}

/// record-feedback says so to a caller who comes too late.
#[test]
fn captured_answers_and_their_feedback_are_kept_for_as_long_as_is_said() {
    let template = source::read("infra/template.yaml");
    let days = policy::feedback::DAYS;
    for prefix in [contracts::keys::INFERENCES, contracts::keys::FEEDBACK] {
        let rule = format!("Prefix: {prefix}\n            ExpirationInDays: {days}\n");
        assert!(template.contains(&rule), "{prefix}");
    }
    let page = source::read("docs/operation.md");
    assert!(page.contains(&format!("what was learnt of them | {days} days |")));
}
