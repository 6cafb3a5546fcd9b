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
            ("label_smoothing_factor", "0", "0"),
            ("layer_decay", "1", "1"),
            ("average_weights", "0", "0"),
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
}
