//! From the hyperparameters that a job was given to all of them: transformers' names are ours, and a pretrained model
//! has defaults of its own.

use std::path::Path;

use anyhow::{Result, ensure};
use bert::BertConfig;
use policy::hyperparameters::with_our_names;

use super::hyperparameters::{Hyperparameters, Keep};
use super::start;
use crate::training::named::{AUTO, Values, unquoted};

/// The hyperparameters of a training from a pretrained folder, or from fresh weights.
pub fn complete(values: Values, pretrained: Option<&Path>) -> Result<Hyperparameters> {
    let mut values = with_our_names(values, |_| true).map_err(anyhow::Error::msg)?;
    if let Some(folder) = pretrained {
        fine_tune(&mut values, &start::config(folder)?)?;
        return Hyperparameters::parse(&values);
    }
    let hyperparameters = Hyperparameters::parse(&values)?;
    hyperparameters.check_vocabulary()?;
    Ok(hyperparameters)
}

/// A hyperparameter that is left to its default.
fn is_auto(values: &Values, name: &str) -> bool {
    values.get(name).is_none_or(|value| unquoted(value) == AUTO)
}

/// The defaults where training starts from pretrained weights: the model's own shape and dropout, and settings that were
/// measured best for a model of width 384 (docs/classifier.md). A frozen encoder keeps what it knows, and its head is
/// trained like fresh weights.
fn fine_tune(values: &mut Values, config: &BertConfig) -> Result<()> {
    for (name, own) in shape(config) {
        let given = values
            .entry(name.to_owned())
            .or_insert_with(|| AUTO.to_owned());
        let is_own = |given: &str| given == AUTO || is_same(given, &own);
        ensure!(
            is_own(&unquoted(given)),
            "hyperparameter `{name}` is {given}, and the pretrained model's is {own}: leave it out"
        );
        *given = own;
    }
    let frozen = values.get("freeze_bert_layer");
    let frozen = frozen.is_some_and(|value| unquoted(value).eq_ignore_ascii_case("true"));
    // A patience is for a training that keeps its best epoch.
    let is_patient = !is_auto(values, "patience");
    let defaults = [
        (
            "hidden_dropout_prob",
            config.hidden_dropout_prob.to_string(),
            true,
        ),
        (
            "attention_probs_dropout_prob",
            config.attention_probs_dropout_prob.to_string(),
            true,
        ),
        (
            "learning_rate",
            peak_rate(config.hidden_size).to_owned(),
            !frozen,
        ),
        ("epochs", "3".to_owned(), !frozen),
        ("train_batch_size", "32".to_owned(), !frozen),
        // The rate has fallen to zero there; a choice by some hundred validation rows is mostly noise.
        ("keep", Keep::Last.to_string(), !frozen && !is_patient),
    ];
    for (name, value, _) in defaults.into_iter().filter(|(.., applies)| *applies) {
        if is_auto(values, name) {
            values.insert(name.to_owned(), value);
        }
    }
    Ok(())
}

/// 0.02 and 2e-2 are one value.
fn is_same(one: &str, other: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    one == other || number(one).is_some() && number(one) == number(other)
}

/// What a pretrained model brings and no hyperparameter changes.
fn shape(config: &BertConfig) -> [(&'static str, String); 7] {
    [
        ("model_type", config.model_type.to_string()),
        ("vocab_size", config.vocab_size.to_string()),
        ("hidden_size", config.hidden_size.to_string()),
        ("num_hidden_layers", config.num_hidden_layers.to_string()),
        (
            "num_attention_heads",
            config.num_attention_heads.to_string(),
        ),
        ("intermediate_size", config.intermediate_size.to_string()),
        ("initializer_range", config.initializer_range.to_string()),
    ]
}

/// Wider models bear smaller rates: Turc et al. (2019, arXiv:1908.08962) for the small ones, Devlin et al. (2019) for BERT.
fn peak_rate(hidden_size: usize) -> &'static str {
    match hidden_size {
        ..=512 => "1e-4",
        513..=768 => "5e-5",
        _ => "2e-5",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> Values {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn fine_tuned(pairs: &[(&str, &str)], config: &BertConfig) -> Result<Hyperparameters> {
        let mut values = with_our_names(values(pairs), |_| true).map_err(anyhow::Error::msg)?;
        fine_tune(&mut values, config)?;
        Hyperparameters::parse(&values)
    }

    fn of_width(hidden_size: usize) -> BertConfig {
        let heads = hidden_size / 32;
        BertConfig {
            hidden_size,
            num_attention_heads: heads,
            hidden_dropout_prob: 0.25,
            ..crate::testing::folder().config
        }
    }

    #[test]
    fn transformers_names_are_ours_and_auto_gives_way_to_them() {
        let passed = [
            ("epochs", "auto"),
            ("train_batch_size", "\"auto\""),
            ("num_train_epochs", "4.0"),
            ("per_device_train_batch_size", "8"),
            ("load_best_model_at_end", "\"False\""),
        ];
        let found = fine_tuned(&passed, &of_width(384)).unwrap();
        assert_eq!((found.epochs, found.train_batch_size), (4, 8));
        assert_eq!(found.keep, Keep::Last);
        let half = [("num_train_epochs", "2.5")];
        assert!(fine_tuned(&half, &of_width(384)).is_err());
    }

    #[test]
    fn a_hyperparameter_without_effect_beside_the_others_is_refused() {
        let of = |pairs: &[(&str, &str)]| complete(values(pairs), None);
        let error = of(&[("class_weights", "False")]).unwrap_err();
        let idle = "`class_weights` has an effect only where `balance` is false";
        assert!(error.to_string().contains(idle), "{error}");
        let unweighted = of(&[("class_weights", "False"), ("balance", "False")]);
        assert!(!unweighted.unwrap().class_weights);
        let error = of(&[("keep", "last"), ("patience", "3")]).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("`patience` has an effect only where `keep` is best"),
            "{error}"
        );
        let theirs = [
            ("load_best_model_at_end", "False"),
            ("early_stopping_patience", "3"),
        ];
        assert!(of(&theirs).is_err());
        let patient = of(&[("keep", "auto"), ("patience", "3")]).unwrap();
        assert_eq!((patient.keep, patient.patience), (Keep::Best, 3));
        // As the card of such a training has both.
        let last = of(&[("keep", "last"), ("patience", "auto")]).unwrap();
        assert_eq!(complete(last.to_strings(), None).unwrap(), last);
    }

    #[test]
    fn pretrained_weights_have_defaults_by_their_width() {
        for (width, rate) in [(128, 1e-4), (512, 1e-4), (768, 5e-5), (1024, 2e-5)] {
            let of = fine_tuned(&[("learning_rate", "\"auto\"")], &of_width(width)).unwrap();
            assert_eq!((of.learning_rate, of.keep), (rate, Keep::Last));
            assert_eq!(
                (of.epochs, of.train_batch_size, of.max_seq_length),
                (3, 32, 128)
            );
            assert_eq!((of.hidden_size, of.hidden_dropout_prob), (width, 0.25));
        }
        let config = of_width(384);
        let given = [("learning_rate", "0.01"), ("epochs", "7"), ("keep", "best")];
        let given = fine_tuned(&given, &config).unwrap();
        assert_eq!(
            (given.learning_rate, given.epochs, given.keep),
            (0.01, 7, Keep::Best)
        );
        let patient = fine_tuned(&[("patience", "2")], &config).unwrap();
        assert_eq!(patient.keep, Keep::Best);
        let frozen = fine_tuned(&[("freeze_bert_layer", "True")], &config).unwrap();
        let fresh = Hyperparameters::default();
        assert_eq!(
            (frozen.learning_rate, frozen.epochs, frozen.keep),
            (fresh.learning_rate, fresh.epochs, fresh.keep)
        );
    }

    #[test]
    fn a_pretrained_vocabulary_may_be_of_any_size_and_one_of_our_own_may_not() {
        for vocab_size in [30, 501_153] {
            let config = BertConfig {
                vocab_size,
                ..of_width(384)
            };
            assert_eq!(fine_tuned(&[], &config).unwrap().vocab_size, vocab_size);
            let own = values(&[("vocab_size", &vocab_size.to_string())]);
            let error = complete(own, None).unwrap_err().to_string();
            assert!(error.contains("`vocab_size` must be from 64"), "{error}");
        }
    }

    #[test]
    fn a_shape_that_is_not_the_pretrained_models_is_refused_and_a_dropout_is_not() {
        let config = of_width(384);
        let same = fine_tuned(
            &[("hidden_size", "384.0"), ("hidden_dropout_prob", "0.3")],
            &config,
        );
        assert_eq!(same.unwrap().hidden_dropout_prob, 0.3);
        for (name, value) in [
            ("hidden_size", "96"),
            ("num_hidden_layers", "\"12\""),
            ("vocab_size", "9"),
        ] {
            let error = fine_tuned(&[(name, value)], &config)
                .unwrap_err()
                .to_string();
            assert!(
                error.contains(&format!(
                    "`{name}` is {value}, and the pretrained model's is"
                )),
                "{error}"
            );
        }
    }
}
