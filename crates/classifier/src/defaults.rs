//! `classifier defaults`: the hyperparameters of a training that is given none, as `hyperparameters.json` has them.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::algorithm::Algorithm;
use crate::train;
use crate::training::named::{Values, to_strings};
use crate::{bert, ensemble, fasttext, ngrams};

#[derive(clap::Args)]
pub struct Arguments {
    /// `bert`, `fasttext`, `ngrams` or `automl`.
    #[arg(long, default_value = "bert")]
    pub algorithm: String,
    /// A folder of pretrained weights, which bring their own shape and change some defaults.
    #[arg(long)]
    pub pretrained: Option<PathBuf>,
}

/// Prints them.
pub fn run(arguments: &Arguments) -> Result<()> {
    println!("{}", serde_json::to_string_pretty(&defaults(arguments)?)?);
    Ok(())
}

fn defaults(arguments: &Arguments) -> Result<Values> {
    let values = Values::from([("algorithm".to_owned(), arguments.algorithm.clone())]);
    let algorithm = train::algorithm(&values)?;
    ensure!(
        algorithm == Algorithm::Bert || arguments.pretrained.is_none(),
        "{} starts from no model: leave out --pretrained",
        algorithm.name()
    );
    match algorithm {
        Algorithm::Bert => {
            let complete = bert::given::complete(values, arguments.pretrained.as_deref())?;
            Ok(complete.to_strings())
        }
        Algorithm::FastText => Ok(to_strings(&fasttext::Hyperparameters::parse(&values)?)),
        Algorithm::Ngrams => Ok(to_strings(&ngrams::Hyperparameters::parse(&values)?)),
        Algorithm::Automl => Ok(to_strings(&ensemble::Hyperparameters::parse(&values)?)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use policy::hyperparameters::{Needs, conditions};
    use policy::tuning::searchable::{self, Kind};

    use super::*;
    use crate::testing::folder;

    fn of(algorithm: &str, pretrained: Option<PathBuf>) -> Result<Values> {
        defaults(&Arguments {
            algorithm: algorithm.to_owned(),
            pretrained,
        })
    }

    #[test]
    fn they_are_those_of_the_algorithm_and_of_the_pretrained_weights() {
        let fresh = of("bert", None).unwrap();
        let base = tempfile::tempdir().unwrap();
        folder().write(base.path()).unwrap();
        let pretrained = of("bert", Some(base.path().to_owned())).unwrap();
        for (name, fresh_is, pretrained_is) in [
            ("keep", "best", "last"),
            ("learning_rate", "0.001", "0.0001"),
            ("hidden_size", "96", "16"),
            ("weight_decay", "0.01", "0.01"),
        ] {
            assert_eq!(fresh[name], fresh_is, "{name}");
            assert_eq!(pretrained[name], pretrained_is, "{name}");
        }
        assert_eq!(of("fasttext", None).unwrap()["word_ngrams"], "2");
        assert_eq!(of("ngrams", None).unwrap()["c"], "0");
        let error = of("fasttext", Some(base.path().to_owned())).unwrap_err();
        assert!(error.to_string().contains("--pretrained"), "{error}");
        assert!(of("svm", None).unwrap_err().to_string().contains("svm"));
    }

    /// The rows of the table in docs/classifier.md: nothing, the name, each algorithm's default, transformers' name.
    fn documented() -> Vec<Vec<&'static str>> {
        let page = include_str!("../../../docs/classifier.md");
        let (_, section) = page.split_once("\n## Hyperparameters\n").unwrap();
        let (section, _) = section.split_once("\n## ").unwrap();
        let rows = section.lines().filter(|line| line.starts_with("| `"));
        rows.map(|row| row.split('|').map(str::trim).collect())
            .collect()
    }

    /// What a cell has as code.
    fn code(cell: &'static str, place: usize) -> Option<&'static str> {
        cell.split('`').nth(2 * place + 1)
    }

    /// A default without code is the empty text.
    fn default_of(cell: &'static str) -> Option<&'static str> {
        (!cell.is_empty()).then(|| code(cell, 0).unwrap_or_default())
    }

    #[test]
    fn the_documentation_has_every_algorithms_hyperparameters_and_defaults() {
        let rows = documented();
        for (column, algorithm) in [(2, "bert"), (3, "fasttext"), (4, "ngrams"), (5, "automl")] {
            let told = rows.iter().filter_map(|cells| {
                let (name, default) = (code(cells[1], 0)?, default_of(cells[column])?);
                Some((name.to_owned(), default.to_owned()))
            });
            let told: Values = told.collect();
            assert_eq!(told, of(algorithm, None).unwrap(), "{algorithm}");
        }
    }

    #[test]
    fn the_documentation_has_the_defaults_of_a_pretrained_model_and_transformers_names() {
        let base = tempfile::tempdir().unwrap();
        folder().write(base.path()).unwrap();
        let pretrained = of("bert", Some(base.path().to_owned())).unwrap();
        let mut aliases = BTreeMap::new();
        for cells in documented() {
            let (name, default) = (code(cells[1], 0).unwrap(), cells[2]);
            if let Some(theirs) = code(cells[6], 0) {
                aliases.insert(theirs, name);
            }
            if default.is_empty() || default.contains("(its own)") {
                continue;
            }
            let told = code(default, 1).or(default_of(default)).unwrap();
            assert_eq!(pretrained[name], told, "{name}");
        }
        assert_eq!(aliases, BTreeMap::from(policy::hyperparameters::ALIASES));
    }

    /// A study is refused what these refuse, before a trial is paid for.
    #[test]
    fn a_study_may_search_what_a_training_takes() {
        let takes = |algorithm: &str, name: &str, value: &str| {
            // Beside the value that another one must have.
            let conditions = conditions(algorithm).iter();
            let conditions = conditions.filter(|condition| condition.name == name);
            let conditions = conditions.filter_map(|condition| match condition.needs {
                Needs::Is(value) => Some((condition.other, value)),
                Needs::IsNot(_) => None,
            });
            let pairs = conditions.chain([("algorithm", algorithm), (name, value)]);
            let values: Values = pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            match algorithm {
                "bert" => bert::given::complete(values, None).is_ok(),
                "fasttext" => fasttext::Hyperparameters::parse(&values).is_ok(),
                _ => ngrams::Hyperparameters::parse(&values).is_ok(),
            }
        };
        // Each depends on another one.
        let joint = ["hidden_size", "num_attention_heads", "min_char", "max_char"];
        let never = ["algorithm", "mode", "seed", "text_column", "label_column"];
        // They change no result, or what is reported of one.
        let idle = ["validation_batch_size", "checkpoint_steps", "health_rules"];
        for algorithm in ["bert", "fasttext", "ngrams"] {
            let defaults = of(algorithm, None).unwrap();
            for condition in conditions(algorithm) {
                assert_eq!(defaults[condition.name], condition.default);
                let holds = condition.needs.holds(&defaults[condition.other]);
                assert_eq!(holds, condition.holds_by_default, "{condition:?}");
            }
            let kinds = searchable::of_algorithm(algorithm, false);
            for name in defaults.keys() {
                let is_searchable = kinds.iter().any(|(known, _)| known == name);
                let is_not = never.contains(&&**name) || idle.contains(&&**name);
                assert!(is_searchable != is_not, "{algorithm}: {name}");
            }
            for (name, kind) in kinds {
                if joint.contains(&name) {
                    continue;
                }
                let (taken, refused): (Vec<String>, Vec<String>) = match kind {
                    Kind::OneOf(values) => (
                        values.iter().map(|value| (*value).to_owned()).collect(),
                        vec!["neither".to_owned()],
                    ),
                    Kind::Whole(least, most) => {
                        let above = (most != i64::from(u32::MAX)).then(|| (most + 1).to_string());
                        let refused = [(least - 1).to_string()].into_iter().chain(above);
                        (vec![least.to_string(), most.to_string()], refused.collect())
                    }
                    Kind::Fraction(least, most) => {
                        let below = if least > 0.0 { "0" } else { "-0.001" };
                        let above = (most <= 1.0).then(|| "1.001".to_owned());
                        let refused = [below.to_owned()].into_iter().chain(above);
                        (vec![least.to_string(), most.to_string()], refused.collect())
                    }
                };
                for value in taken {
                    assert!(
                        takes(algorithm, name, &value),
                        "{algorithm}: {name}={value}"
                    );
                }
                for value in refused {
                    assert!(
                        !takes(algorithm, name, &value),
                        "{algorithm}: {name}={value}"
                    );
                }
            }
        }
    }
}
