//! What a demo sets on top of the template's defaults: how a model is trained is none of it.

use std::collections::BTreeMap;

use anyhow::{bail, ensure};

use super::recipe::Recipe;
use crate::arguments::{Demo, Reviewers};

/// Where the demo puts a pretrained model.
pub const PRETRAINED: &str = "pretrained/demo/";

/// Parameters that a demo takes otherwise, or that every local stack sets itself.
const ELSEWHERE: [(&str, &str); 10] = [
    ("TextColumn", "give --text-column"),
    ("LabelColumn", "give --label-column"),
    ("CategoryColumn", "give --category-column"),
    ("Labels", "give --labels"),
    ("LabelMapping", "give --map"),
    ("PretrainedPrefix", "give --pretrained"),
    ("ClassifierImageUri", "a local stack sets it itself"),
    (
        "ApprovalMode",
        "a demo deploys what the gate approves; reviewloop up waits for a person's approval",
    ),
    ("ReviewerEmails", "a local stack sets it itself"),
    ("ApproverEmails", "a local stack sets it itself"),
];

pub fn of(arguments: &Demo, recipe: &Recipe) -> anyhow::Result<BTreeMap<String, String>> {
    // A person in a browser answers a dozen questions, not two hundred.
    let (cap, minimum) = match arguments.reviewers {
        Reviewers::Simulated => ("200", "20"),
        Reviewers::Browser => ("12", "10"),
    };
    let mut pairs = vec![
        // What lab 10 asks people below.
        ("ReviewThreshold", "0.9"),
        ("ApprovalMode", "automatic"),
        ("ReviewDailyCap", cap),
        ("MinimumNewLabels", minimum),
        // Its labels come at once, and no more after them.
        ("RolloutBatch", "1"),
    ];
    if arguments.pretrained.is_some() {
        pairs.push(("PretrainedPrefix", PRETRAINED));
    }
    let mut parameters: BTreeMap<String, String> = pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let read_by = recipe.parameters().into_iter();
    parameters.extend(read_by.map(|(name, value)| (name.to_owned(), value)));
    parameters.extend(given(&arguments.parameters)?);
    Ok(parameters)
}

fn given(pairs: &[(String, String)]) -> anyhow::Result<BTreeMap<String, String>> {
    let mut given = BTreeMap::new();
    for (name, value) in pairs {
        if let Some((_, instead)) = ELSEWHERE.iter().find(|(known, _)| known == name) {
            bail!("--parameter {name} is not taken here: {instead}");
        }
        ensure!(
            (name.as_str(), value.as_str()) != ("HumanReview", "none"),
            "--parameter HumanReview=none is not taken here: a demo needs the answers of reviewers"
        );
        let before = given.insert(name.clone(), value.clone());
        ensure!(before.is_none(), "--parameter {name} was given twice");
    }
    Ok(given)
}

/// A parameter as a number, or the default where the template's stands.
pub fn number(parameters: &BTreeMap<String, String>, name: &str, default: f64) -> f64 {
    let given = parameters
        .get(name)
        .and_then(|value| value.trim().parse().ok());
    given.unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::recipe::clothing_reviews;
    use super::*;
    use crate::arguments::{Arguments, Command};

    fn parameters(line: &str) -> anyhow::Result<BTreeMap<String, String>> {
        let words = format!("reviewloop demo {line}");
        let arguments = Arguments::try_parse_from(words.split_whitespace())?;
        let Command::Demo(demo) = arguments.command else {
            panic!("not a demo")
        };
        of(&demo, &clothing_reviews())
    }

    #[test]
    fn what_is_given_wins_over_what_a_demo_sets() {
        let set = parameters(
            "--parameter Algorithm=bert --parameter Epochs=7 --parameter ReviewThreshold=0.5",
        );
        let set = set.expect("parameters");
        assert_eq!(set["Epochs"], "7");
        assert!((number(&set, "ReviewThreshold", 0.9) - 0.5).abs() < 1e-9);
        assert!((number(&set, "BalancedAccuracyMargin", 0.1) - 0.1).abs() < 1e-9);
        let set = parameters("--pretrained bert --parameter Seed=7").expect("parameters");
        assert_eq!(
            (set["Seed"].as_str(), set["PretrainedPrefix"].as_str()),
            ("7", PRETRAINED)
        );
        assert!(!set.contains_key("Algorithm") && !set.contains_key("MaxSeqLength"));
    }

    #[test]
    fn what_has_a_flag_of_its_own_is_refused_with_its_name() {
        let refused = parameters("--parameter Labels=a,b").expect_err("it has a flag");
        assert!(refused.to_string().contains("give --labels"), "{refused}");
        let manual = parameters("--parameter ApprovalMode=manual").expect_err("nobody approves");
        assert!(
            manual
                .to_string()
                .contains("a demo deploys what the gate approves"),
            "{manual}"
        );
        let nobody = parameters("--parameter HumanReview=none").expect_err("nobody answers");
        assert!(
            nobody.to_string().contains("the answers of reviewers"),
            "{nobody}"
        );
        parameters("--parameter HumanReview=a2i").expect("the emulator has it");
        let twice = parameters("--parameter Epochs=1 --parameter Epochs=2").expect_err("twice");
        assert!(twice.to_string().contains("was given twice"), "{twice}");
    }
}
