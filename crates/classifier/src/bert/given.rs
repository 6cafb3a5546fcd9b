//! From the hyperparameters that a job was given to all of them: transformers' names are ours, and a pretrained model
//! has defaults of its own.

use std::path::Path;

use anyhow::{Result, bail, ensure};
use bert::BertConfig;

use super::hyperparameters::{Hyperparameters, Keep};
use super::start;
use crate::training::named::{AUTO, Values, unquoted};

/// transformers' names and ours.
pub const ALIASES: [(&str, &str); 7] = [
    ("num_train_epochs", "epochs"),
    ("per_device_train_batch_size", "train_batch_size"),
    ("per_device_eval_batch_size", "validation_batch_size"),
    ("gradient_accumulation_steps", "gradient_accumulation"),
    ("early_stopping_patience", "patience"),
    ("save_steps", "checkpoint_steps"),
    ("load_best_model_at_end", "keep"),
];

/// The hyperparameters of a training from a pretrained folder, or from fresh weights.
pub fn complete(values: Values, pretrained: Option<&Path>) -> Result<Hyperparameters> {
    let mut values = with_our_names(values)?;
    refuse_idle_patience(&values)?;
    if let Some(folder) = pretrained {
        fine_tune(&mut values, &start::config(folder)?)?;
        return Hyperparameters::parse(&values);
    }
    let hyperparameters = Hyperparameters::parse(&values)?;
    hyperparameters.check_vocabulary()?;
    Ok(hyperparameters)
}

/// With our names for transformers'. A pipeline always passes some of ours: `auto` gives way to the other name's value.
/// Errors name a hyperparameter that is given twice.
fn with_our_names(mut values: Values) -> Result<Values> {
    for (theirs, ours) in ALIASES {
        let Some(value) = values.remove(theirs) else {
            continue;
        };
        let value = translated(theirs, &unquoted(&value))?;
        if value == AUTO {
            continue;
        }
        ensure!(
            is_auto(&values, ours),
            "the hyperparameters `{theirs}` and `{ours}` are the same one: give one of them"
        );
        values.insert(ours.to_owned(), value);
    }
    Ok(values)
}

/// A patience ends a training that keeps its best epoch. The default is no wish: a training's own card has it.
fn refuse_idle_patience(values: &Values) -> Result<()> {
    let is = |name: &str, value: String| values.get(name).is_some_and(|it| unquoted(it) == value);
    let default = Hyperparameters::default().patience.to_string();
    let is_wished = !is_auto(values, "patience") && !is("patience", default);
    let is_idle = is_wished && is("keep", Keep::Last.to_string());
    ensure!(
        !is_idle,
        "hyperparameter `patience` has no effect where `keep` is last: leave one of them out"
    );
    Ok(())
}

fn translated(name: &str, value: &str) -> Result<String> {
    let value = match name {
        "load_best_model_at_end" => match value.to_ascii_lowercase().as_str() {
            "true" => "best",
            "false" => "last",
            AUTO => AUTO,
            _ => bail!("hyperparameter `{name}`: {value:?} is not true or false"),
        },
        // A number with a fraction in transformers; an epoch here is a whole one.
        "num_train_epochs" => value.strip_suffix(".0").unwrap_or(value),
        _ => value,
    };
    Ok(value.to_owned())
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
        let mut values = with_our_names(values(pairs))?;
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
    fn transformers_names_are_ours() {
        let given = values(&[
            ("num_train_epochs", "4.0"),
            ("per_device_train_batch_size", "8"),
            ("per_device_eval_batch_size", "9"),
            ("gradient_accumulation_steps", "2"),
            ("early_stopping_patience", "5"),
            ("save_steps", "10"),
            ("load_best_model_at_end", "\"False\""),
        ]);
        let parsed = Hyperparameters::parse(&with_our_names(given).unwrap()).unwrap();
        let read = (
            parsed.epochs,
            parsed.train_batch_size,
            parsed.validation_batch_size,
        );
        assert_eq!(read, (4, 8, 9));
        let read = (
            parsed.gradient_accumulation,
            parsed.patience,
            parsed.checkpoint_steps,
        );
        assert_eq!(read, (2, 5, 10));
        assert_eq!(parsed.keep, Keep::Last);

        let twice = values(&[("num_train_epochs", "4"), ("epochs", "4")]);
        let error = with_our_names(twice).unwrap_err().to_string();
        assert!(
            error.contains("`num_train_epochs` and `epochs` are the same one"),
            "{error}"
        );
        let unsure = values(&[("load_best_model_at_end", "maybe")]);
        let error = with_our_names(unsure).unwrap_err().to_string();
        assert!(
            error.contains("`load_best_model_at_end`: \"maybe\""),
            "{error}"
        );
        let half = with_our_names(values(&[("num_train_epochs", "2.5")])).unwrap();
        assert!(Hyperparameters::parse(&half).is_err());
    }

    /// A pipeline passes `auto` under our names beside whatever a person gives.
    #[test]
    fn auto_gives_way_to_the_same_one_under_its_other_name() {
        let passed = [
            ("epochs", "auto"),
            ("train_batch_size", "\"auto\""),
            ("num_train_epochs", "4"),
            ("per_device_train_batch_size", "8"),
        ];
        let found = fine_tuned(&passed, &of_width(384)).unwrap();
        assert_eq!((found.epochs, found.train_batch_size), (4, 8));
        let theirs_is_auto = [("epochs", "7"), ("num_train_epochs", "auto")];
        let found = fine_tuned(&theirs_is_auto, &of_width(384)).unwrap();
        assert_eq!(found.epochs, 7);
    }

    #[test]
    fn a_patience_is_refused_where_the_last_epoch_is_kept() {
        let of = |pairs: &[(&str, &str)]| complete(values(pairs), None);
        let error = of(&[("keep", "last"), ("patience", "3")]).unwrap_err();
        assert!(
            error.to_string().contains("`patience` has no effect"),
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
